import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, spellings } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { parsePythonLiteral } from './python-literal.ts';
import { RANK } from './rank.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'litellm-raw@1';
const SCOPE = 'litellm';
const NAME = 'raw_gen_ai_request';

/** LiteLLM's names of providers, as they stand in the keys; `None` for its Responses and embeddings. */
const PROVIDERS = [
  ...['None', 'openai', 'anthropic', 'bedrock', 'azure', 'mistral', 'groq', 'deepseek', 'xai', 'openrouter', 'ollama'],
  ...['hosted_vllm', 'together_ai', 'fireworks_ai'],
];
const GOOGLE_PROVIDERS = ['gemini', 'vertex_ai'];
const NAMES = [...PROVIDERS, ...GOOGLE_PROVIDERS];
const USAGE_KEYS = keysOf('usage', 'usageMetadata');
const USAGES = spellings(...USAGE_KEYS);
const USAGE_ORIGINS = USAGE_KEYS.map((text): UsagePlace => ({ field: 'origin', text }));
const IDS = spellings(...keysOf('id', 'responseId'));
const MODELS = spellings(...keysOf('model', 'modelVersion'));

const ruleOfUsage = memoByName((api) => `litellm-raw.request.${api}`);

/**
 * The provider's answer as it came over the wire, beneath LiteLLM's own account of the call. Where the application's span is
 * open, LiteLLM writes that account onto it, each call over the one before: then only these spans tell of every call.
 */
export const litellmRaw: Dialect = { id: DIALECT, mayComeFrom: (scope) => scope === SCOPE, matches, classify };

function matches(_attributes: AttributeBag, identity: SpanIdentity): boolean {
  return identity.name === NAME;
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes);
  const place = attributes.firstPlace(USAGES);
  const key = USAGES.keys[place];
  // A stream's answer is not kept, and a request that was refused has none.
  if (key === undefined && !attributes.hasAny(MODELS)) {
    return structural(DIALECT, 'litellm-raw.no-answer', 'other', own);
  }
  const raw = key === undefined ? undefined : readRaw(attributes, key, USAGE_ORIGINS[place] as UsagePlace);
  const rule = raw === undefined ? 'litellm-raw.request' : ruleOfUsage(raw.api);
  const provider = key === undefined ? '' : providerAt(place);
  return chargeable(DIALECT, rule, 'model_request', RANK.wire, own, callOf(attributes, identity, provider, raw));
}

function readRaw(attributes: AttributeBag, key: AttributeKey, origin: UsagePlace): ProviderUsage | undefined {
  return readProviderUsage(parsePythonLiteral(attributes.identifier(key)), origin);
}

function providerAt(place: number): string {
  return canonicalProvider((NAMES[place] ?? '').replace('None', ''));
}

function keysOf(field: string, googleField: string): string[] {
  const keys = PROVIDERS.map((name) => `llm.${name}.${field}`);
  return [...keys, ...GOOGLE_PROVIDERS.map((name) => `llm.${name}.${googleField}`)];
}

function callOf(
  attributes: AttributeBag,
  identity: SpanIdentity,
  provider: string,
  raw: ProviderUsage | undefined,
): CallFacts {
  const missing = missingUsageReason(identity, false);
  return {
    provider,
    requestModel: '',
    responseModel: attributes.firstString(MODELS),
    operation: 'chat',
    responseId: attributes.firstString(IDS),
    serviceTier: raw?.serviceTier ?? '',
    region: raw?.region ?? '',
    serverAddress: '',
    usage: usageOf(raw?.totals ?? new UsageTotals(), raw?.shape ?? 'inclusive', missing, raw?.assumed),
    reportedCost: undefined,
  };
}
