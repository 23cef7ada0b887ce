import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { hasGenAiUsage } from './gen-ai-usage.ts';

/** What a span with OpenTelemetry's GenAI keys is. An assumed request is charged only where no other lies beneath it. */
export type GenAiRole = 'request' | 'assumed request' | 'agent' | 'step' | 'tool' | 'none';

const KIND_CLIENT = 3;

const OPERATION = attributeKey('gen_ai.operation.name');
const OLD_OPERATION = attributeKey('llm.request.type');
const TRACELOOP_KIND = attributeKey('traceloop.span.kind');
const RESPONSE_MODEL = attributeKey('gen_ai.response.model');
const RESPONSE_ID = attributeKey('gen_ai.response.id');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');

/** OpenTelemetry's operations, and the names that emitters made up beside them. */
const OPERATION_ROLES: Readonly<Record<string, GenAiRole>> = {
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
  messages: 'request',
  // Semantic Kernel before 1.20.
  'chat.completions': 'request',
  'text.completions': 'request',
  // any-agent; openlit and Langtrace for what makes no text.
  call_llm: 'request',
  embed: 'request',
  image: 'request',
  audio: 'request',
  text_to_speech: 'request',
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
  handoff: 'none',
  framework: 'none',
  vectordb: 'none',
  // Microsoft.Extensions.AI around the requests of a tool loop.
  orchestrate_tools: 'none',
};
const ROLE_BY_OPERATION: ReadonlyMap<string, GenAiRole> = new Map(Object.entries(OPERATION_ROLES));
const TRACELOOP_ROLES: ReadonlyMap<string, GenAiRole> = new Map([
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['task', 'step'],
  ['workflow', 'none'],
  ['session', 'none'],
]);
/** pydantic-ai before it wrote operations. */
const AGENT_SPAN_NAME = /^(?:agent run|invoke_agent)\b/;

/** The operation that the span names, in OpenTelemetry's or the older key. */
export function genAiOperation(attributes: AttributeBag): string {
  return attributes.string(OPERATION) || attributes.string(OLD_OPERATION);
}

export function roleOfOperation(operation: string): GenAiRole | undefined {
  return ROLE_BY_OPERATION.get(operation) ?? ROLE_BY_OPERATION.get(operation.toLowerCase());
}

export function genAiRole(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  const operation = genAiOperation(attributes);
  const known = operation === '' ? TRACELOOP_ROLES.get(attributes.string(TRACELOOP_KIND)) : roleOfOperation(operation);
  if (known !== undefined) return known;
  if (AGENT_SPAN_NAME.test(identity.name)) return 'agent';
  if (attributes.has(RESPONSE_ID) || attributes.has(RESPONSE_MODEL)) return 'assumed request';
  if (operation === '' && attributes.has(TOOL_CALL_ID) && !hasGenAiUsage(attributes)) return 'tool';
  // An unknown operation inside the process that repeats usage may be anything; at a client it is a request.
  const isClientOrUnnamed = identity.otlpKind === KIND_CLIENT || operation === '';
  return isClientOrUnnamed && hasGenAiUsage(attributes) ? 'assumed request' : 'none';
}
