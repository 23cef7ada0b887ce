import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { field, objectOf, textOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';

const PROVIDER_METADATA = attributeKey('ai.response.providerMetadata');

/** What the AI SDK passes on of the provider's own response. */
export type ProviderMetadata = { readonly usage: ProviderUsage | undefined; readonly serviceTier: string };

const NOTHING: ProviderMetadata = { usage: undefined, serviceTier: '' };

/** The raw usage (Anthropic's with lifetimes and searches, Gemini's) and the tier in `ai.response.providerMetadata`. */
export function readProviderMetadata(attributes: AttributeBag): ProviderMetadata {
  if (!attributes.has(PROVIDER_METADATA)) return NOTHING;
  const metadata = objectOf(attributes.json(PROVIDER_METADATA));
  if (metadata === undefined) return NOTHING;
  const anthropic = objectOf(metadata['anthropic']);
  const google = objectOf(metadata['google']) ?? objectOf(metadata['vertex']);
  const openai = objectOf(metadata['openai']) ?? objectOf(metadata['azure']);
  const usage = readProviderUsage(anthropic?.['usage']) ?? readProviderUsage(google?.['usageMetadata']);
  return { usage, serviceTier: textOf(field(openai, 'serviceTier')) || (usage?.serviceTier ?? '') };
}
