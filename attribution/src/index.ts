export {
  type Attribution,
  type AttributionOptions,
  type AttributionSettings,
  createAttribution,
} from './create-attribution.ts';
export { ATTRIBUTION_ERRORS } from './errors.ts';
export { loadBasePriceBook } from './rating/base-price-book.ts';
export { publishPrices } from './rating/publish-prices.ts';
export { createRater } from './rating/rater.ts';
export type { Rater } from './rating/types.ts';
export { DEAD_LETTER_REASONS } from './worker/dead-letter.ts';
export type { AttributionKey } from './worker/keys.ts';
export type { AttributionStats } from './worker/stats.ts';
