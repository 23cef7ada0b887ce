import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, attributeKey, attributeName, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { assumedRequest, structural } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { hasGenAiUsage, readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { objectOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { readKeys, type UsageKeys, usageKeys } from './read-usage.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'unknown-emitter@1';

const INPUT = usageKeys(
  'input',
  ...['usage.prompt_tokens', 'usage.input_tokens', 'prompt_tokens', 'input_tokens'],
  ...['llm.usage.prompt_tokens', 'llm.usage.input_tokens', 'llm.token_count.prompt', 'llm.prompt_tokens'],
  ...['ai.usage.inputTokens', 'ai.usage.promptTokens', 'usage.inputTokens', 'usage.promptTokens'],
  ...['promptTokens', 'inputTokens', 'token_count.prompt', 'token_count.input', 'tokens.prompt', 'tokens.input'],
  ...['llm.tokens.prompt', 'llm.tokens.input', 'llm.input_tokens', 'response.usage.prompt_tokens'],
);
const OUTPUT = usageKeys(
  'output',
  ...['usage.completion_tokens', 'usage.output_tokens', 'completion_tokens', 'output_tokens'],
  ...['llm.usage.completion_tokens', 'llm.usage.output_tokens', 'llm.token_count.completion', 'llm.completion_tokens'],
  ...['ai.usage.outputTokens', 'ai.usage.completionTokens', 'usage.outputTokens', 'usage.completionTokens'],
  ...['completionTokens', 'outputTokens', 'token_count.completion', 'token_count.output', 'tokens.completion'],
  ...['tokens.output', 'llm.tokens.completion', 'llm.tokens.output', 'llm.output_tokens'],
  'response.usage.completion_tokens',
);
const CACHE_READ = usageKeys(
  'cacheRead',
  ...['usage.cache_read_input_tokens', 'cache_read_input_tokens', 'cache_read_tokens', 'usage.cached_tokens'],
  ...['cached_tokens', 'usage.prompt_tokens_details.cached_tokens', 'llm.token_count.prompt_details.cache_read'],
  ...['llm.usage.cache_read_input_tokens', 'ai.usage.cachedInputTokens', 'cachedInputTokens', 'cached_input_tokens'],
);
const CACHE_WRITE = usageKeys(
  'cacheWrite',
  ...['usage.cache_creation_input_tokens', 'cache_creation_input_tokens', 'cache_creation_tokens'],
  ...['cache_write_tokens', 'llm.token_count.prompt_details.cache_write', 'llm.usage.cache_creation_input_tokens'],
);
const REASONING = usageKeys(
  'reasoning',
  ...['usage.reasoning_tokens', 'reasoning_tokens', 'llm.token_count.completion_details.reasoning'],
  ...['usage.completion_tokens_details.reasoning_tokens', 'llm.usage.reasoning_tokens', 'reasoningTokens'],
);
const FLAT: readonly UsageKeys[] = [INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING];

/** Attributes in which some emitters keep a provider's usage object as JSON. */
const JSON_KEYS = spellings(
  ...['usage', 'llm.usage', 'gen_ai.usage', 'gen_ai.usage.raw', 'token_usage', 'usage_metadata', 'usageMetadata'],
  ...['response.usage', 'llm.response.usage', 'llm.token.counts', 'llm.token_counts', 'token_counts', 'tokenUsage'],
  ...['langwatch.metrics', 'llm.token_usage', 'ai.usage', 'output.usage'],
);
const MODELS = spellings(
  ...['model', 'llm.model', 'llm.model_name', 'model_name', 'model_id', 'modelId', 'ai.model.id', 'llm.request.model'],
  ...['request.model', 'response.model', 'llm.response.model', 'ai.response.model', 'langwatch.request.model'],
);
const PROVIDERS = spellings('provider', 'llm.vendor', 'model_provider', 'ai.model.provider', 'llm.provider');
const TYPE = attributeKey('langwatch.span.type');

/** Names of what runs several requests: what stands there is a sum. */
const AGGREGATE_NAME =
  /(?:^|[^a-z])(?:agents?|workflow|pipeline|chain|crew|session|conversation|graph|task|step|turn|run|total|summary|aggregate|invocation)(?:$|[^a-z])/i;
const isAggregateName = memoByName((name) => AGGREGATE_NAME.test(name));

const originOf = memoByName((text): UsagePlace => ({ field: 'origin', text }));
const assumedOf = memoByName((source) => `no dialect that is known; usage by the names of its keys: ${source}`);

/**
 * Spans of no emitter that we know, with keys that can only be token counts, or a provider's usage object as JSON. What is
 * named like something that makes several requests is a sum; all else is charged as `assumed`, and only where no model
 * request lies beneath it.
 */
export const unknownEmitter: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  if (attributes.hasAny(INPUT) || attributes.hasAny(OUTPUT)) return true;
  return attributes.hasAny(JSON_KEYS) && readUsageJson(attributes) !== undefined;
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const raw = readUsageJson(attributes);
  const totals = raw?.totals ?? readFlat(attributes);
  const shape = raw?.shape ?? 'inclusive';
  const own = readOwnLineage(attributes);
  const missing = missingUsageReason(identity, false);
  const found = usageOf(totals, shape, missing);
  const isLlm = attributes.string(TYPE) === 'llm';
  if (!isLlm && isAggregateName(identity.name)) {
    return structural(DIALECT, 'unknown-emitter.sum', 'other', own, aggregateOf(totals, shape));
  }
  const usage = found.status === 'none' ? found : { ...found, assumed: assumedOf(found.source) };
  const provider = genAiProvider(attributes) || canonicalProvider(attributes.firstString(PROVIDERS));
  const call = genAiCall(attributes, '', provider, usage);
  const rule = raw === undefined ? 'unknown-emitter.keys' : 'unknown-emitter.json';
  return assumedRequest(DIALECT, rule, RANK.clientLibrary, own, {
    ...call,
    requestModel: call.requestModel || attributes.firstString(MODELS),
    serviceTier: call.serviceTier || (raw?.serviceTier ?? ''),
    region: call.region || (raw?.region ?? ''),
    reportedCost: call.reportedCost ?? raw?.reportedCost,
  });
}

function readFlat(attributes: AttributeBag): UsageTotals {
  if (hasGenAiUsage(attributes)) return readGenAiUsage(attributes);
  const totals = new UsageTotals();
  for (const keys of FLAT) readKeys(totals, attributes, keys);
  return totals;
}

function readUsageJson(attributes: AttributeBag): ProviderUsage | undefined {
  const { keys } = JSON_KEYS;
  for (let at = attributes.firstPlace(JSON_KEYS); at < keys.length; at++) {
    const key = keys[at] as AttributeKey;
    const value = objectOf(attributes.json(key));
    // LangWatch wraps what it writes.
    const usage = readProviderUsage(value?.['value'] ?? value, originOf(attributeName(key)));
    if (usage !== undefined) return usage;
  }
  return undefined;
}
