import type { Meter } from '@spanledger/schemas';

/** One way to recognise a model or a provider in lower-cased text; a list of clauses matches when any of them does. */
export type Clause =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly all: readonly Clause[] };

/** USD per pricing unit as a plain decimal; with tiers, the whole call costs a tier's price above its threshold. */
export type BookPrice = string | { readonly base: string; readonly tiers: readonly BookTier[] };

/** Applies when all input of the call is strictly more than `above` tokens. Tiers ascend. */
type BookTier = { readonly above: number; readonly price: string };

/**
 * Prices that hold from a UTC date on, or in a daily UTC window [start, end), or for one variant of the service.
 * Rows stand in ascending precedence: of the rows without a variant the last that holds gives all prices; rows of
 * the variant asked for then replace the prices that they name.
 */
export type BookRow = {
  readonly from?: string;
  readonly window?: readonly [start: string, end: string];
  /** `batch`, `flex`, `priority`, `fast`, `default`, `route:...`, `search_type:...`. */
  readonly variant?: string;
  readonly prices: Readonly<Partial<Record<Meter, BookPrice>>>;
};

export type BookModel = {
  readonly id: string;
  readonly match: readonly Clause[];
  readonly rows: readonly BookRow[];
  /** What the source says about its figures. */
  readonly note?: string;
};

/**
 * What a biller's price pages say beside their tables: a factor on prices, a price that the table lacks, or why there
 * is none. A rule holds where all that it names holds; factors multiply in the order of the rules.
 */
export type PriceRule = {
  /** Stands in the price id after `*`. */
  readonly id: string;
  readonly list: string;
  /** By the model's id in the list; all of them where absent. */
  readonly models?: readonly Clause[];
  /** First UTC day. */
  readonly from?: string;
  /** First UTC day on which it holds no more. */
  readonly until?: string;
  /** Only on Saturdays and Sundays of the clock that is so many hours ahead of UTC. */
  readonly weekendAtUtcPlus?: number;
  /** The region that the span names, in lower case; '' where it names none. */
  readonly region?: string;
  /** The service tier that the span names, where the book has no prices of it; '' where it names none. */
  readonly tier?: string;
  /** Only in calls that used one of these, too. */
  readonly beside?: readonly Meter[];
  readonly meters: readonly Meter[];
  readonly effect:
    | { readonly factor: string }
    /** The meters' price is that of another one, times the factor. */
    | { readonly factor: string; readonly of: Meter }
    /** Per pricing unit. Only where the book has none, or for a tier. */
    | { readonly price: string }
    | { readonly unpriced: string }
    /** Prices of daily windows do not hold. */
    | { readonly windows: 'ignored' };
  /** Why it is a guess that the rule holds; absent where it is none. */
  readonly assumed?: string;
  /** What the source says; where that is another's copy of the biller's words, whose ("as copied by"). */
  readonly says: string;
  readonly source: string;
  /** The day on which the words were looked up, mostly in stored copies of the page; absent where nobody did. */
  readonly checked?: string;
};

/** The prices of one biller. */
export type PriceList = {
  readonly id: string;
  /** Canonical provider names that are billed by this list. */
  readonly names: readonly string[];
  /** Regular expression over `https://<server address>`. */
  readonly hosts: string;
  /** Models that are recognised as this biller's where no provider is stated. */
  readonly owns?: readonly Clause[];
  /** Lists that are asked for a model which this one lacks. */
  readonly fallback?: readonly string[];
  readonly sources: readonly string[];
  readonly note?: string;
  readonly models: readonly BookModel[];
};

export type PriceBook = {
  /** Says that the file is generated, and how. */
  readonly generated: string;
  readonly format: 1;
  /** Changes with every change of content. */
  readonly version: string;
  readonly source: { readonly name: string; readonly licence: string };
  readonly currency: string;
  readonly lists: readonly PriceList[];
  readonly rules?: readonly PriceRule[];
};
