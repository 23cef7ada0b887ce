import type { Meter } from '@spanledger/schemas';
import type { DateSpan } from './date-span.ts';
import type { Pattern } from './pattern.ts';
import type { UnitPrice } from './price-text.ts';
import type { Scope } from './scope.ts';

/** The parts of the file that hold rules. */
export const SECTIONS = ['models', 'provider_fees', 'call_fees', 'compute', 'contracts'] as const;
export type Section = (typeof SECTIONS)[number];

/** One meter's price; in a call with more input than a tier's `above` tokens the tier's price holds. Tiers descend. */
export type FilePrice = {
  readonly base: UnitPrice;
  readonly tiers: readonly { readonly above: number; readonly price: UnitPrice }[];
};

/** One entry of the file: whom it is for, when, and what it says of which meters. */
export type FileRule = {
  readonly section: Section;
  /** Its place in the file, such as `contracts[2]`. */
  readonly place: string;
  readonly line: number;
  readonly scope: Scope;
  readonly dates: DateSpan;
  /** Service tier in lower case: '' for the plain one, undefined for any. */
  readonly tier: string | undefined;
  readonly currency: string;
  /** Where the price comes from, in the user's words. */
  readonly source: string;
  readonly prices: ReadonlyMap<Meter, FilePrice>;
  /** Off the list price, instead of prices. */
  readonly discount: Discount | undefined;
};

/** A percentage as an integer of 10^-6 percent; `meters` undefined: of every meter. */
export type Discount = { readonly microPercent: bigint; readonly meters: ReadonlySet<Meter> | undefined };

/** How much of one currency a unit of another is, from a day on. */
export type ExchangeRate = {
  readonly place: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly dates: DateSpan;
  /** A decimal above 0 with at most 12 places. */
  readonly rate: string;
};

/** The user's price file, checked. */
export type PriceFile = {
  readonly name: string;
  readonly text: string;
  /** Changes with every change of the text. */
  readonly digest: string;
  readonly rules: readonly FileRule[];
  readonly rates: readonly ExchangeRate[];
  /** Hosts of the user's own proxies, which pass calls on to whoever the span or the model names. */
  readonly proxies: readonly Pattern[];
};

/** Whether the rule says something of the meter by itself. */
export function speaksOf(rule: FileRule, meter: Meter): boolean {
  if (rule.discount === undefined) return rule.prices.has(meter);
  return rule.discount.meters === undefined || rule.discount.meters.has(meter);
}
