export {
  type Attribution,
  type AttributionOptions,
  type AttributionSettings,
  createAttribution,
} from './create-attribution.ts';
export { ATTRIBUTION_ERRORS } from './errors.ts';
export { settleBillingCurrency } from './ledger/billing-currency.ts';
export { loadBasePriceBook } from './rating/base-price-book.ts';
export { keepPriceFile } from './rating/keep-price-file.ts';
export type { PriceBook } from './rating/price-book.ts';
export { parseDay } from './rating/price-file/date-span.ts';
export { type Candidate, explainPrice, type PriceExplanation } from './rating/price-file/explain-price.ts';
export { createPattern } from './rating/price-file/pattern.ts';
export type { PriceFile } from './rating/price-file/price-file.ts';
export { createPricedRater, priceBookVersion } from './rating/price-file/priced-rater.ts';
export { readPriceFile } from './rating/price-file/read-price-file.ts';
export { scopeText } from './rating/price-file/scope.ts';
export { fileWarnings } from './rating/price-file/warnings.ts';
export type { PriceRow } from './rating/price-rows.ts';
export { allPriceRows, publishPrices } from './rating/publish-prices.ts';
export { createRater } from './rating/rater.ts';
export type { Rater, RatingRequest } from './rating/types.ts';
export { DEAD_LETTER_REASONS } from './worker/dead-letter.ts';
export type { AttributionKey } from './worker/keys.ts';
export type { AttributionStats } from './worker/stats.ts';
