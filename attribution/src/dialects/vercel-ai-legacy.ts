import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall } from './gen-ai-call.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import { type InputShape, UsageTotals } from './usage-totals.ts';
import { addMetadataCounts, readProviderMetadata } from './vercel-provider-metadata.ts';

const DIALECT = 'vercel-ai-legacy@1';

const OPERATION_ID = attributeKey('ai.operationId');
const FUNCTION_ID = attributeKey('ai.telemetry.functionId');
const TOOL_NAME = attributeKey('ai.toolCall.name');
const TOOL_CALL_ID = attributeKey('ai.toolCall.id');
const PROVIDERS = spellings('ai.model.provider', 'gen_ai.system');
const MODEL = attributeKey('ai.model.id');
const RESPONSE_ID = attributeKey('ai.response.id');
const INPUT_DETAILS = spellings(
  'ai.usage.inputTokenDetails.noCacheTokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
);
const INPUT = usageKeys(
  'input',
  'ai.usage.inputTokens',
  'ai.usage.promptTokens',
  'ai.usage.tokens',
  'gen_ai.usage.input_tokens',
);
const OUTPUT = usageKeys('output', 'ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens');
const CACHE_READ = usageKeys('cacheRead', 'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens');
const CACHE_WRITE = usageKeys('cacheWrite', 'ai.usage.inputTokenDetails.cacheWriteTokens');
const REASONING = usageKeys('reasoning', 'ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens');

const ruleOfMetadata = memoByName((api) => `vercel-ai-legacy.provider-metadata.${api}`);

/** The spans that hold one request each; the spans around them repeat or sum what these say. */
const REQUEST_OPERATION = /^ai\.(\w+)\.do([A-Z]\w*)$/;
const OPERATION_BY_REQUEST: ReadonlyMap<string, string> = new Map([
  ['Generate', 'chat'],
  ['Stream', 'chat'],
  ['Embed', 'embeddings'],
  ['Rerank', 'rerank'],
]);
const AGENT_OPERATIONS: ReadonlySet<string> = new Set([
  'ai.generateText',
  'ai.streamText',
  'ai.generateObject',
  'ai.streamObject',
]);
/** Before version 6 the SDK passed on the input as these providers state it: without cached tokens. */
const EXCLUSIVE_BEFORE_6 = /anthropic|bedrock/;

/** AI SDK 4, 5, 6 and 7's legacy telemetry (`ai.*` keys): only doGenerate, doStream and doEmbed are requests. */
export const vercelAiLegacy: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.has(OPERATION_ID);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const operationId = attributes.string(OPERATION_ID);
  const request = REQUEST_OPERATION.exec(operationId);
  if (request !== null) return classifyRequest(attributes, identity, request[2] ?? '');
  if (operationId === 'ai.toolCall') {
    const id = attributes.identifier(TOOL_CALL_ID);
    return toolCall(DIALECT, 'vercel-ai-legacy.tool', readOwnLineage(attributes), attributes.string(TOOL_NAME), id);
  }
  const aggregate = aggregateOf(readTotals(attributes), shapeOf(attributes));
  if (AGENT_OPERATIONS.has(operationId)) {
    const own = readOwnLineage(attributes, attributes.string(FUNCTION_ID));
    return structural(DIALECT, 'vercel-ai-legacy.agent', 'agent', own, aggregate);
  }
  return structural(DIALECT, 'vercel-ai-legacy.outer', 'other', readOwnLineage(attributes), aggregate);
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, request: string): Classification {
  const metadata = readProviderMetadata(attributes, attributes.string(MODEL));
  const missing = missingUsageReason(identity, request === 'Stream');
  const raw = metadata.usage;
  const usage: Usage =
    raw === undefined
      ? usageOf(addMetadataCounts(readTotals(attributes), metadata.metadata), shapeOf(attributes), missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const operation = OPERATION_BY_REQUEST.get(request) ?? request.toLowerCase();
  const call = genAiCall(attributes, operation, canonicalProvider(attributes.firstString(PROVIDERS)), usage);
  const rule = raw === undefined ? 'vercel-ai-legacy.usage' : ruleOfMetadata(raw.api);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), {
    ...call,
    responseId: call.responseId || attributes.identifier(RESPONSE_ID),
    serviceTier: metadata.serviceTier || call.serviceTier,
    region: call.region || (raw?.region ?? ''),
    reportedCost: call.reportedCost ?? metadata.reportedCost,
  });
}

function readTotals(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, CACHE_WRITE);
  readKeys(totals, attributes, REASONING);
  return totals;
}

/** The details of input tokens came with version 6, and with them input that includes cached tokens. */
function shapeOf(attributes: AttributeBag): InputShape {
  if (attributes.hasAny(INPUT_DETAILS)) return 'inclusive';
  return EXCLUSIVE_BEFORE_6.test(attributes.firstString(PROVIDERS)) ? 'exclusive' : 'inclusive';
}
