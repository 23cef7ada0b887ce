import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { assumedRequest, chargeable, remoteAgent, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { assumedOfCache, inputShapeOf, rankOfScope, thoughtsStandBeside } from './emitters.ts';
import { genAiCall, genAiProvider, isStreamed } from './gen-ai-call.ts';
import { type GenAiRole, genAiOperation, genAiRole } from './gen-ai-role.ts';
import { addThoughts, isExclusiveByTotal, readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import type { InputShape, UsageTotals } from './usage-totals.ts';

/** How a request's usage was read, and what came to light with it. */
export type GenAiUsage = {
  readonly totals: UsageTotals;
  readonly shape: InputShape;
  /** What the rule's id says of it beside `<emitter>.request`, such as `usage-object`; '' for the conventions' keys. */
  readonly how: string;
  /** Why the quantities are a guess; '' where they are not. */
  readonly assumed: string;
  /** Facts of the call that stood beside the usage, and beat those of the attributes. */
  readonly facts?: Partial<Omit<CallFacts, 'usage'>>;
};

/** What is read about a request before its usage. */
export type GenAiRequest = {
  readonly attributes: AttributeBag;
  readonly identity: SpanIdentity;
  readonly operation: string;
  readonly provider: string;
};

/** How an emitter of OpenTelemetry's GenAI keys differs from what the conventions say; by default in nothing. */
export type GenAiEmitter = {
  readonly name: string;
  readonly version: number;
  readonly mayComeFrom?: (scopeName: string) => boolean;
  readonly matches: (attributes: AttributeBag, identity: SpanIdentity) => boolean;
  readonly roleOf?: (attributes: AttributeBag, identity: SpanIdentity) => GenAiRole;
  readonly readUsage?: (request: GenAiRequest) => GenAiUsage;
  readonly providerOf?: (attributes: AttributeBag, identity: SpanIdentity) => string;
  readonly operationOf?: (attributes: AttributeBag, identity: SpanIdentity) => string;
};

const KIND_CLIENT = 3;
// pydantic-ai before 1.0 wrote `agent_name` alone.
const AGENT_NAMES = spellings('gen_ai.agent.name', 'traceloop.entity.name', 'agent_name', 'crewai.agent.role');
const TOOL_NAMES = spellings('gen_ai.tool.name', 'traceloop.entity.name');
const AGENT_ID = attributeKey('gen_ai.agent.id');
const SERVER_ADDRESS = attributeKey('server.address');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
/** Providers that run agents on their side (Assistants, Bedrock Agents, Foundry). */
const REMOTE_AGENT_PROVIDERS: ReadonlySet<string> = new Set([
  'openai',
  'aws.bedrock',
  'azure.ai.openai',
  'azure.ai.inference',
]);

/** A dialect for spans with OpenTelemetry's GenAI keys, as one emitter writes them. */
export function genAiDialect(emitter: GenAiEmitter): Dialect {
  const { name, version, mayComeFrom, matches } = emitter;
  const id = `${name}@${version}`;
  const roleOf = emitter.roleOf ?? genAiRole;
  const operationOf = emitter.operationOf ?? genAiOperation;
  const providerOf = emitter.providerOf ?? genAiProvider;
  const readUsage = emitter.readUsage ?? readConventionalUsage;
  const requestRule = memoByName((suffix) => `${name}.request${suffix}`);

  const classifyRequest = (attributes: AttributeBag, identity: SpanIdentity, isAssumed: boolean): Classification => {
    const operation = operationOf(attributes, identity);
    const provider = providerOf(attributes, identity);
    const read = readUsage({ attributes, identity, operation, provider });
    const missing = missingUsageReason(identity, isStreamed(attributes));
    const usage = usageOf(read.totals, read.shape, missing, read.assumed || (isAssumed ? 'unknown operation' : ''));
    const call = callOf(attributes, operation, provider, usage, read);
    const rank = rankOfScope(identity.scopeName, provider);
    const own = readOwnLineage(attributes);
    if (isAssumed) return assumedRequest(id, requestRule('.assumed'), rank, own, call);
    return chargeable(id, requestRule(suffixOf(read)), 'model_request', rank, own, call);
  };

  const classifyAgent = (attributes: AttributeBag, identity: SpanIdentity): Classification => {
    const own = readOwnLineage(attributes, attributes.firstString(AGENT_NAMES));
    const provider = providerOf(attributes, identity);
    const shape = inputShapeOf(identity.scopeName, provider);
    const totals = readGenAiUsage(attributes);
    if (isRemoteAgent(attributes, identity, provider)) {
      const usage = usageOf(totals, shape, missingUsageReason(identity, false));
      const call = genAiCall(attributes, 'invoke_agent', provider, usage);
      return remoteAgent(id, `${name}.remote-agent`, RANK.clientLibrary, own, call);
    }
    return structural(id, `${name}.agent`, 'agent', own, aggregateOf(totals, shape));
  };

  const classifyTool = (attributes: AttributeBag, identity: SpanIdentity): Classification => {
    const toolName = attributes.firstString(TOOL_NAMES) || identity.name.replace(/^execute_tool /, '');
    const own = readOwnLineage(attributes);
    return toolCall(id, `${name}.execute-tool`, own, toolName, attributes.identifier(TOOL_CALL_ID));
  };

  const classify = (attributes: AttributeBag, identity: SpanIdentity): Classification => {
    switch (roleOf(attributes, identity)) {
      case 'request':
        return classifyRequest(attributes, identity, false);
      case 'assumed request':
        return classifyRequest(attributes, identity, true);
      case 'agent':
        return classifyAgent(attributes, identity);
      case 'tool':
        return classifyTool(attributes, identity);
      case 'step':
        return structural(id, `${name}.step`, 'step', readOwnLineage(attributes));
      default:
        return structural(id, `${name}.other`, 'other', readOwnLineage(attributes));
    }
  };
  return { id, matches, classify, ...(mayComeFrom === undefined ? {} : { mayComeFrom }) };
}

/** Usage by the conventions' keys, in the shape that is known of the emitter or that its total proves. */
export function readConventionalUsage({ attributes, identity, provider }: GenAiRequest): GenAiUsage {
  const totals = readGenAiUsage(attributes);
  const known = inputShapeOf(identity.scopeName, provider);
  const shape = known === 'inclusive' && isExclusiveByTotal(totals, attributes) ? 'exclusive' : known;
  if (thoughtsStandBeside(identity.scopeName)) addThoughts(totals, attributes);
  return { totals, shape, how: '', assumed: assumedOfCache(identity.scopeName, provider, totals) };
}

function suffixOf({ how, shape }: GenAiUsage): string {
  if (how !== '') return `.${how}`;
  return shape === 'exclusive' ? '.exclusive' : '';
}

function callOf(
  attributes: AttributeBag,
  operation: string,
  provider: string,
  usage: Usage,
  { facts }: GenAiUsage,
): CallFacts {
  const call = genAiCall(attributes, operation, provider, usage);
  if (facts === undefined) return call;
  return {
    ...call,
    requestModel: facts.requestModel || call.requestModel,
    responseModel: facts.responseModel || call.responseModel,
    responseId: facts.responseId || call.responseId,
    serviceTier: facts.serviceTier || call.serviceTier,
    region: facts.region || call.region,
    reportedCost: facts.reportedCost ?? call.reportedCost,
  };
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
