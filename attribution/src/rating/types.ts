import type { Meter, Picodollars } from '@spanledger/schemas';
import type { MeterQuantity, SpanRole } from '../facts.ts';

/** `assumed`: priced, but by a guess that the reason names (a prefix match, an unknown cache lifetime). */
export type PriceStatus = 'priced' | 'assumed' | 'unpriced' | 'no_usage' | 'included';

/** What rating needs to know of a call; nothing else may influence a price. */
export type RatingRequest = {
  readonly provider: string;
  readonly requestModel: string;
  readonly responseModel: string;
  readonly operation: string;
  readonly serviceTier: string;
  readonly region: string;
  readonly serverAddress: string;
  /** What the span is: a fee of a tool is another than one of an API. */
  readonly role: SpanRole;
  readonly project: string;
  readonly team: string;
  /** The tool call that the call is or happens in. */
  readonly toolName: string;
  /** Prices are those of the span's start. */
  readonly startMs: number;
  readonly meters: readonly MeterQuantity[];
};

/**
 * Everything of a charge line that does not depend on the quantity: one object, shared by all lines at this price.
 * Unit prices are in the pricing currency, per `pricingUnitSize` units of the meter.
 */
export type LinePrice = {
  /** '' when unpriced. */
  readonly priceId: string;
  /** Such as `1M tokens`, `1K searches`; '' when unpriced. */
  readonly pricingUnit: string;
  readonly pricingUnitSize: number;
  /** ISO 4217. */
  readonly pricingCurrency: string;
  /** Billing currency for one unit of the pricing currency, as an exact decimal; `1` where they are the same. */
  readonly exchangeRate: string;
  readonly listUnitPrice: Picodollars;
  /** As negotiated; the list price where nothing is. */
  readonly contractedUnitPrice: Picodollars;
  readonly status: PriceStatus;
  /** Why assumed or unpriced; '' when plainly priced. */
  readonly reason: string;
  /** At list price, in picodollars for one unit of the meter where that is a safe integer, else -1. */
  readonly perUnit: number;
};

/** One charge line: a meter's quantity at its price. Costs are in the installation's billing currency. */
export type RatedLine = {
  readonly meter: Meter;
  readonly quantityNano: bigint;
  readonly price: LinePrice;
  readonly listCost: Picodollars;
  readonly contractedCost: Picodollars;
};

export type Rated = {
  /** The price book's model that the prices are of; '' when none matched. */
  readonly pricedModel: string;
  readonly lines: readonly RatedLine[];
};

/** Facts of the lineage that some price depends on. */
export type PricedBy = { readonly project: boolean; readonly team: boolean; readonly tool: boolean };

/** The price book in effect, as the worker holds it. */
export interface Rater {
  readonly priceBookVersion: string;
  readonly pricedBy: PricedBy;
  /** Tool calls or API calls may have fees: without any they need not be asked for. */
  readonly hasCallFees: boolean;
  /** The rater of an earlier version, for what was rated by it and is rated again; itself where that is not at hand. */
  at(priceBookVersion: string): Rater;
  /**
   * A line for each quantity that is not 0, in the order of the call's meters, and one more for the model's fee per
   * request where it has one. Never throws for what a call says: an unknown model gives `unpriced` lines.
   */
  rate(request: RatingRequest): Rated;
}
