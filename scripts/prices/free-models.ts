import type { BookRow } from '../../attribution/src/rating/price-book.ts';
import type { SourceModel } from './genai-prices.ts';

/** Price 0 is a price: what is known to cost nothing says so for each meter of tokens. */
export const FREE_PRICES: BookRow['prices'] = {
  input: '0',
  cache_read: '0',
  cache_write_5m: '0',
  cache_write_1h: '0',
  cache_write: '0',
  audio_input: '0',
  image_input: '0',
  output: '0',
  image_output: '0',
};

/** Free by their providers' price pages, though neither name nor comment says so. */
const KNOWN_FREE: ReadonlySet<string> = new Set(['openai/moderation', 'google/gemma-3', 'google/gemma-3n']);

/**
 * The source writes an empty set of prices both for what is free and for what it has no figure of. Only the former
 * may become 0; the rest stays without a price, and calls of it are `unpriced`.
 */
export function isKnownFree(where: string, model: SourceModel): boolean {
  const comment = model.price_comments ?? '';
  const saysSo = comment.startsWith('Included in the subscription') || comment.includes('Free of charge');
  return saysSo || model.id.endsWith(':free') || KNOWN_FREE.has(where);
}
