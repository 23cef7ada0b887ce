import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, remoteAgent, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { assumedOfCache, inputShapeOf, rankOfScope, thoughtsStandBeside } from './emitters.ts';
import { genAiCall, genAiProvider, isStreamed } from './gen-ai-call.ts';
import { addThoughts, hasGenAiUsage, readGenAiUsage } from './gen-ai-usage.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';

const DIALECT = 'otel-gen-ai@1';
const KIND_CLIENT = 3;

const OPERATION = attributeKey('gen_ai.operation.name');
const OLD_OPERATION = attributeKey('llm.request.type');
const TRACELOOP_KIND = attributeKey('traceloop.span.kind');
// pydantic-ai before 1.0 wrote `agent_name` alone.
const AGENT_NAMES = spellings('gen_ai.agent.name', 'traceloop.entity.name', 'agent_name');
const TOOL_NAMES = spellings('gen_ai.tool.name', 'traceloop.entity.name');
const AGENT_ID = attributeKey('gen_ai.agent.id');
const SERVER_ADDRESS = attributeKey('server.address');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
const RESPONSE_MODEL = attributeKey('gen_ai.response.model');
const RESPONSE_ID = attributeKey('gen_ai.response.id');
const MARKS = spellings(
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.provider.name',
  'gen_ai.system',
  'gen_ai.tool.call.id',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'llm.request.type',
  'llm.usage.prompt_tokens',
  'traceloop.span.kind',
);

type OperationRole = 'request' | 'agent' | 'step' | 'tool' | 'none';

/** OpenTelemetry's operations, and the names that emitters made up beside them. */
const OPERATION_ROLES: Readonly<Record<string, OperationRole>> = {
  chat: 'request',
  text_completion: 'request',
  completion: 'request',
  generate_content: 'request',
  embeddings: 'request',
  embedding: 'request',
  rerank: 'request',
  image_generation: 'request',
  image_edit: 'request',
  speech: 'request',
  transcription: 'request',
  responses: 'request',
  invoke_agent: 'agent',
  agent: 'agent',
  agent_step: 'step',
  step: 'step',
  plan: 'step',
  execute_task: 'step',
  execute_event_loop_cycle: 'step',
  execute_tool: 'tool',
  tool: 'tool',
  // Spec: SHOULD NOT report usage; it fetches what another request produced.
  fetch_response: 'none',
  invoke_workflow: 'none',
  create_agent: 'none',
  retrieval: 'none',
  chain: 'none',
};
const ROLE_BY_OPERATION: ReadonlyMap<string, OperationRole> = new Map(Object.entries(OPERATION_ROLES));
const TRACELOOP_ROLES: ReadonlyMap<string, OperationRole> = new Map([
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['task', 'step'],
  ['workflow', 'none'],
  ['session', 'none'],
]);
/** pydantic-ai before it wrote operations. */
const AGENT_SPAN_NAME = /^(?:agent run|invoke_agent)\b/;
/** Providers that run agents on their side (Assistants, Bedrock Agents, Foundry). */
const REMOTE_AGENT_PROVIDERS: ReadonlySet<string> = new Set([
  'openai',
  'aws.bedrock',
  'azure.ai.openai',
  'azure.ai.inference',
]);

/** OpenTelemetry's GenAI conventions in all their spellings, and every emitter that writes these keys. */
export const otelGenAi: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.hasAny(MARKS);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const operation = attributes.string(OPERATION) || attributes.string(OLD_OPERATION);
  switch (roleOf(attributes, identity, operation)) {
    case 'request':
      return classifyRequest(attributes, identity, operation, '', 'otel-gen-ai.request');
    case 'assumed request':
      return classifyRequest(attributes, identity, operation, 'unknown operation', 'otel-gen-ai.request.assumed');
    case 'agent':
      return classifyAgent(attributes, identity);
    case 'tool':
      return toolCall(
        DIALECT,
        'otel-gen-ai.execute-tool',
        readOwnLineage(attributes),
        attributes.firstString(TOOL_NAMES) || identity.name.replace(/^execute_tool /, ''),
        attributes.identifier(TOOL_CALL_ID),
      );
    case 'step':
      return structural(DIALECT, 'otel-gen-ai.step', 'step', readOwnLineage(attributes));
    default:
      return structural(DIALECT, 'otel-gen-ai.other', 'other', readOwnLineage(attributes));
  }
}

function roleOf(
  attributes: AttributeBag,
  identity: SpanIdentity,
  operation: string,
): OperationRole | 'assumed request' {
  const known =
    operation === ''
      ? TRACELOOP_ROLES.get(attributes.string(TRACELOOP_KIND))
      : (ROLE_BY_OPERATION.get(operation) ?? ROLE_BY_OPERATION.get(operation.toLowerCase()));
  if (known !== undefined) return known;
  if (AGENT_SPAN_NAME.test(identity.name)) return 'agent';
  if (attributes.has(RESPONSE_ID) || attributes.has(RESPONSE_MODEL)) return 'assumed request';
  if (operation === '' && attributes.has(TOOL_CALL_ID) && !hasGenAiUsage(attributes)) return 'tool';
  // An unknown operation inside the process that repeats usage may be anything; at a client it is a request.
  const isClientOrUnnamed = identity.otlpKind === KIND_CLIENT || operation === '';
  return isClientOrUnnamed && hasGenAiUsage(attributes) ? 'assumed request' : 'none';
}

function classifyRequest(
  attributes: AttributeBag,
  identity: SpanIdentity,
  operation: string,
  assumed: string,
  rule: string,
): Classification {
  const provider = genAiProvider(attributes);
  const shape = inputShapeOf(identity.scopeName, provider);
  const missing = missingUsageReason(identity, isStreamed(attributes));
  const totals = readGenAiUsage(attributes);
  if (thoughtsStandBeside(identity.scopeName)) addThoughts(totals, attributes);
  const usage = usageOf(totals, shape, missing, assumed || assumedOfCache(identity.scopeName, totals));
  return chargeable(
    DIALECT,
    shape === 'exclusive' ? `${rule}.exclusive` : rule,
    'model_request',
    rankOfScope(identity.scopeName, provider),
    readOwnLineage(attributes),
    genAiCall(attributes, operation, provider, usage),
  );
}

function classifyAgent(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes, attributes.firstString(AGENT_NAMES));
  const provider = genAiProvider(attributes);
  const shape = inputShapeOf(identity.scopeName, provider);
  const totals = readGenAiUsage(attributes);
  if (isRemoteAgent(attributes, identity, provider)) {
    const usage = usageOf(totals, shape, missingUsageReason(identity, false));
    const call = genAiCall(attributes, 'invoke_agent', provider, usage);
    return remoteAgent(DIALECT, 'otel-gen-ai.remote-agent', RANK.clientLibrary, own, call);
  }
  return structural(DIALECT, 'otel-gen-ai.agent', 'agent', own, aggregateOf(totals, shape));
}

/** Frameworks write CLIENT on agents of their own process too: a remote one has an id and a server. */
function isRemoteAgent(attributes: AttributeBag, identity: SpanIdentity, provider: string): boolean {
  return (
    identity.otlpKind === KIND_CLIENT &&
    attributes.has(AGENT_ID) &&
    attributes.has(SERVER_ADDRESS) &&
    REMOTE_AGENT_PROVIDERS.has(provider)
  );
}
