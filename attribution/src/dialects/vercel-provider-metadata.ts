import type { Picodollars } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { ABSENT } from '../decode/attribute-value.ts';
import { amountText, field, type Json, objectOf, textOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { readGrounding } from './provider-usage/response-tools.ts';
import { readTable, usageTable } from './read-usage.ts';
import { picodollarsOf } from './reported-cost.ts';
import type { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

const PROVIDER_METADATA = attributeKey('ai.response.providerMetadata');

const ORIGIN: UsagePlace = { field: 'origin', text: 'ai.response.providerMetadata' };

/** What the AI SDK passes on of the provider's own response. */
export type ProviderMetadata = {
  readonly usage: ProviderUsage | undefined;
  readonly serviceTier: string;
  readonly reportedCost: Picodollars | undefined;
  /** By provider, all of it. */
  readonly metadata: Json | undefined;
};

const NOTHING: ProviderMetadata = { usage: undefined, serviceTier: '', reportedCost: undefined, metadata: undefined };

const NAME = 'ai.response.providerMetadata';
const CACHE_READ = usageTable(NAME, {
  cacheRead: [
    ...['openai.cachedPromptTokens', 'azure.cachedPromptTokens', 'anthropic.cacheReadInputTokens'],
    ...['bedrock.usage.cacheReadInputTokens', 'deepseek.promptCacheHitTokens'],
  ],
});
const CACHE_WRITE = usageTable(NAME, {
  cacheWrite: ['anthropic.cacheCreationInputTokens', 'bedrock.usage.cacheWriteInputTokens'],
});
const REASONING = usageTable(NAME, { reasoning: ['openai.reasoningTokens', 'azure.reasoningTokens'] });

/** Before version 5 the SDK told cached and reasoning tokens here alone, until version 6 Bedrock's cache writes. */
export function addMetadataCounts(totals: UsageTotals, metadata: Json | undefined): UsageTotals {
  if (metadata === undefined) return totals;
  if (totals.cacheRead === ABSENT) readTable(totals, metadata, CACHE_READ);
  if (totals.cacheWrite === ABSENT) readTable(totals, metadata, CACHE_WRITE);
  if (totals.reasoning === ABSENT) readTable(totals, metadata, REASONING);
  return totals;
}

/**
 * The raw usage (Anthropic's with lifetimes and searches, Gemini's with its searches), the tier and the gateway's cost in
 * `ai.response.providerMetadata`.
 */
export function readProviderMetadata(attributes: AttributeBag, model: string): ProviderMetadata {
  if (!attributes.has(PROVIDER_METADATA)) return NOTHING;
  const metadata = objectOf(attributes.json(PROVIDER_METADATA));
  if (metadata === undefined) return NOTHING;
  const anthropic = objectOf(metadata['anthropic']);
  const google = objectOf(metadata['google']) ?? objectOf(metadata['vertex']);
  const openai = objectOf(metadata['openai']) ?? objectOf(metadata['azure']);
  const usage = readProviderUsage(anthropic?.['usage'], ORIGIN) ?? readProviderUsage(google?.['usageMetadata'], ORIGIN);
  if (usage !== undefined) readGrounding(usage.totals, google?.['groundingMetadata'], model);
  const serviceTier = textOf(field(openai, 'serviceTier')) || (usage?.serviceTier ?? '');
  return { usage, serviceTier, reportedCost: gatewayCost(metadata), metadata };
}

/** What a gateway says that it charged: Vercel's, OpenRouter. */
function gatewayCost(metadata: Json): Picodollars | undefined {
  const openRouter = objectOf(objectOf(metadata['openrouter'])?.['usage']);
  return picodollarsOf(amountText(field(objectOf(metadata['gateway']), 'cost') ?? openRouter?.['cost']));
}
