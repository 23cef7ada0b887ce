import { type Meter, parsePicodollars, QUANTITY_ONE, ZERO_PICODOLLARS } from '@spanledger/schemas';
import { fallbackMeters } from './meter-fallbacks.ts';
import type { BookModel, BookPrice, BookRow, PriceList } from './price-book.ts';
import { priceId } from './price-id.ts';
import { pricingUnitOf } from './pricing-units.ts';
import { joinReasons, reason } from './reasons.ts';
import { holdsAt } from './row-time.ts';
import type { LinePrice } from './types.ts';

type TierPrice = { readonly aboveNano: number; readonly price: LinePrice };
/** One meter's price at one moment; tiers descend. */
type MeterPrice = { readonly base: LinePrice; readonly tiers: readonly TierPrice[] };

/** What one model costs at one moment, for one variant of the service. */
export type PriceSheet = {
  /** Some price depends on the input of the whole call. */
  readonly tiered: boolean;
  /** Each call is charged a fee of its own. */
  readonly requestFee: boolean;
  /** The price of a meter in a call whose input is this much (10^-9 tokens). */
  priceOf(meter: Meter, totalInputNano: number): LinePrice;
};

export type SheetOptions = {
  readonly list: PriceList;
  readonly model: BookModel;
  /** The service tier asked for, '' for the plain one. */
  readonly tier: string;
  /** Variants that the call asks for, the tier among them. */
  readonly variants: readonly string[];
  /** Guesses already made when the model was chosen. */
  readonly assumed: string;
};

type Figure = { readonly row: BookRow; readonly price: BookPrice };

export function createPriceSheet(options: SheetOptions, atMs: number): PriceSheet {
  const { model, tier, variants } = options;
  const active = model.rows.filter((row) => holdsAt(row, atMs));
  const wanted = active.filter((row) => row.variant !== undefined && variants.includes(row.variant));
  const tierUnknown = tier !== '' && !wanted.some((row) => row.variant === tier);
  const assumed = joinReasons(options.assumed, tierUnknown ? reason('unknown_tier', tier) : '');
  const base = active.findLast((row) => row.variant === undefined);
  const figures = collectFigures(base === undefined ? wanted : [base, ...wanted]);

  const prices = new Map<Meter, MeterPrice>();
  return {
    tiered: [...figures.values()].some((figure) => typeof figure.price !== 'string'),
    requestFee: figures.has('request'),
    priceOf: (meter, totalInputNano) => {
      let price = prices.get(meter);
      if (price === undefined) {
        price = meterPrice(options, assumed, meter, figures);
        prices.set(meter, price);
      }
      for (const tierPrice of price.tiers) if (totalInputNano > tierPrice.aboveNano) return tierPrice.price;
      return price.base;
    },
  };
}

export function unpricedLine(why: string): LinePrice {
  return {
    priceId: '',
    pricingUnit: '',
    pricingUnitSize: 0,
    pricingCurrency: 'USD',
    exchangeRate: '1',
    listUnitPrice: ZERO_PICODOLLARS,
    contractedUnitPrice: ZERO_PICODOLLARS,
    status: 'unpriced',
    reason: why,
    perUnit: 0,
  };
}

function collectFigures(rows: readonly BookRow[]): ReadonlyMap<Meter, Figure> {
  const figures = new Map<Meter, Figure>();
  for (const row of rows)
    for (const [meter, price] of Object.entries(row.prices)) figures.set(meter as Meter, { row, price });
  return figures;
}

function meterPrice(
  options: SheetOptions,
  assumed: string,
  meter: Meter,
  figures: ReadonlyMap<Meter, Figure>,
): MeterPrice {
  const charged = [meter, ...fallbackMeters(meter)].find((candidate) => figures.has(candidate));
  const figure = charged === undefined ? undefined : figures.get(charged);
  if (charged === undefined || figure === undefined)
    return { base: unpricedLine(reason('no_price', meter)), tiers: [] };
  const why = joinReasons(assumed, substitution(meter, charged));
  const line = (text: string, above: number) =>
    linePrice(charged, text, priceId(options.list, options.model, figure.row, charged, above), why);
  if (typeof figure.price === 'string') return { base: line(figure.price, 0), tiers: [] };
  const tiers = figure.price.tiers.map((tier) => ({
    aboveNano: safeNano(tier.above),
    price: line(tier.price, tier.above),
  }));
  return { base: line(figure.price.base, 0), tiers: tiers.reverse() };
}

/** Thresholds stay below 2^53 in 10^-9 tokens, so that comparing them as `number` is exact. */
function safeNano(tokens: number): number {
  const nano = tokens * Number(QUANTITY_ONE);
  if (!Number.isSafeInteger(nano)) throw new Error(`price book: a tier above ${tokens} tokens, expected less than 9M`);
  return nano;
}

/** Providers bill reasoning as output, so that is no guess; every other substitution is. */
function substitution(meter: Meter, charged: Meter): string {
  if (meter === charged || (meter === 'reasoning' && charged === 'output')) return '';
  if (meter === 'cache_write' && charged === 'cache_write_5m') return reason('cache_lifetime_unknown', '');
  return reason('charged_as', charged);
}

function linePrice(charged: Meter, text: string, id: string, why: string): LinePrice {
  const unit = pricingUnitOf(charged);
  const amount = parsePicodollars(text);
  if (amount === undefined) throw new Error(`price book: ${id} is "${text}", expected a decimal of at most 12 places`);
  const size = BigInt(unit.size);
  const perUnit = amount % size === 0n && amount / size <= Number.MAX_SAFE_INTEGER ? Number(amount / size) : -1;
  return {
    priceId: id,
    pricingUnit: unit.name,
    pricingUnitSize: unit.size,
    pricingCurrency: 'USD',
    exchangeRate: '1',
    listUnitPrice: amount,
    contractedUnitPrice: amount,
    status: why === '' ? 'priced' : 'assumed',
    reason: why,
    perUnit,
  };
}
