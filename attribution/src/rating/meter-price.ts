import { type Meter, QUANTITY_ONE } from '@spanledger/schemas';
import { type ExactPrice, exactPrice, linePrice, timesFactor, unpricedLine } from './line-price.ts';
import { fallbackMeters } from './meter-fallbacks.ts';
import type { BookModel, BookPrice, BookRow, PriceList, PriceRule } from './price-book.ts';
import { priceId, ruledPriceId } from './price-id.ts';
import { type FeeRule, isDerived, isFactor, isFee } from './price-rules.ts';
import { joinReasons, reason } from './reasons.ts';
import type { LinePrice } from './types.ts';

type TierPrice = { readonly aboveNano: number; readonly price: LinePrice };

/** One meter's price at one moment; tiers descend. */
export type MeterPrice = {
  readonly base: LinePrice;
  readonly tiers: readonly TierPrice[];
  /** Holds instead in calls that used one of these meters, too. */
  readonly beside?: { readonly meters: readonly Meter[]; readonly price: LinePrice };
};

/** A figure of the book that holds, and the row that it stands in. */
export type Figure = { readonly row: BookRow; readonly price: BookPrice };

/** All that decides a model's prices at one moment for one kind of call. */
export type PriceBasis = {
  readonly list: PriceList;
  readonly model: BookModel;
  readonly figures: ReadonlyMap<Meter, Figure>;
  /** Those in force. */
  readonly rules: readonly PriceRule[];
  /** Guesses already made. */
  readonly assumed: string;
};

/** A rule's own price of the meter, else the book's, else that of its nearest kin; times the rules' factors. */
export function meterPrice(basis: PriceBasis, meter: Meter): MeterPrice {
  const fees = basis.rules.filter(isFee).filter((rule) => rule.meters.includes(meter));
  const plainFee = fees.find((rule) => rule.beside === undefined);
  const replaces = plainFee?.tier !== undefined || !basis.figures.has(meter);
  const usual = plainFee !== undefined && replaces ? feePrice(basis, meter, plainFee) : bookPrice(basis, meter);
  const besideFee = fees.find((rule) => rule.beside !== undefined);
  if (besideFee?.beside === undefined) return usual;
  return { ...usual, beside: { meters: besideFee.beside, price: feePrice(basis, meter, besideFee).base } };
}

function feePrice(basis: PriceBasis, meter: Meter, rule: FeeRule): MeterPrice {
  if ('unpriced' in rule.effect)
    return { base: unpricedLine(reason('billed_otherwise', rule.effect.unpriced)), tiers: [] };
  const id = `${basis.list.id}/${basis.model.id}/${meter}`;
  const why = joinReasons(basis.assumed, reasonOf(rule));
  const price = exactPrice(meter, rule.effect.price, id);
  return { base: linePrice(price, ruledPriceId(id, [rule]), why), tiers: [] };
}

function bookPrice(basis: PriceBasis, meter: Meter): MeterPrice {
  const { figures, rules } = basis;
  const derived = figures.has(meter)
    ? undefined
    : rules.filter(isDerived).find((rule) => rule.meters.includes(meter) && figures.has(rule.effect.of));
  const charged = derived?.effect.of ?? [meter, ...fallbackMeters(meter)].find((candidate) => figures.has(candidate));
  const figure = charged === undefined ? undefined : figures.get(charged);
  if (charged === undefined || figure === undefined)
    return { base: unpricedLine(reason('no_price', meter)), tiers: [] };
  const factors = rules.filter(isFactor).filter((rule) => rule.meters.includes(meter));
  const applied = derived === undefined ? factors : [derived, ...factors];
  const guess = derived === undefined ? substitution(basis, meter, charged) : '';
  const why = joinReasons(basis.assumed, guess, ...applied.map(reasonOf));
  return tierPrices(figure, (text, above) => {
    const id = priceId(basis.list, basis.model, figure.row, charged, above);
    const exact = applied.reduce<ExactPrice>(
      (price, rule) => timesFactor(price, rule.effect.factor),
      exactPrice(charged, text, id),
    );
    return linePrice(exact, ruledPriceId(id, applied.filter(changesPrice)), why);
  });
}

function tierPrices(figure: Figure, line: (text: string, above: number) => LinePrice): MeterPrice {
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

/** A rule of factor 1 only says what is not known. */
function changesPrice(rule: { readonly effect: { readonly factor: string } }): boolean {
  return rule.effect.factor !== '1';
}

function reasonOf(rule: PriceRule): string {
  return rule.assumed === undefined ? '' : reason('rule', `${rule.id}, ${rule.assumed}`);
}

/**
 * Providers bill reasoning as output, and a list with one price for all cache writes means all of them: that is no
 * guess; every other substitution is.
 */
function substitution(basis: PriceBasis, meter: Meter, charged: Meter): string {
  const isDearerKept = basis.rules.some((rule) => isDerived(rule) && rule.effect.of === 'cache_write');
  if (meter === 'cache_write' && (charged === 'cache_write_5m' || (charged === 'cache_write' && isDearerKept)))
    return reason('cache_lifetime_unknown', '');
  if (meter === charged || (meter === 'reasoning' && charged === 'output')) return '';
  if (charged === 'cache_write' && (meter === 'cache_write_5m' || meter === 'cache_write_30m')) return '';
  return reason('charged_as', charged);
}
