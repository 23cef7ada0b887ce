import { type Meter, type Picodollars, parsePicodollars, parseScaled, ZERO_PICODOLLARS } from '@spanledger/schemas';
import { pricingUnitOf } from './pricing-units.ts';
import type { LinePrice } from './types.ts';

/** An exact unit price: `amount` picodollars for `unitSize` units of the meter. */
export type ExactPrice = { readonly amount: Picodollars; readonly unitName: string; readonly unitSize: number };

const FACTOR_DECIMALS = 6;

/** A figure of the book; throws on one that is none, which is the book's mistake. */
export function exactPrice(meter: Meter, text: string, id: string): ExactPrice {
  const unit = pricingUnitOf(meter);
  const amount = parsePicodollars(text);
  if (amount === undefined) throw new Error(`price book: ${id} is "${text}", expected a decimal of at most 12 places`);
  return { amount, unitName: unit.name, unitSize: unit.size };
}

/**
 * A price times a decimal factor. Where the product has more than 12 decimals the pricing unit grows instead
 * (`10 x 1M tokens`), so nothing is rounded before the charge is.
 */
export function timesFactor(price: ExactPrice, factor: string): ExactPrice {
  const scaled = parseScaled(factor, FACTOR_DECIMALS);
  if (scaled === undefined || scaled < 0n) throw new Error(`price rule: factor "${factor}", expected a decimal`);
  let amount = price.amount * scaled;
  let divisor = 10n ** BigInt(FACTOR_DECIMALS);
  while (divisor > 1n && amount % 10n === 0n) {
    amount /= 10n;
    divisor /= 10n;
  }
  if (divisor === 1n) return { ...price, amount: amount as Picodollars };
  return {
    amount: amount as Picodollars,
    unitName: `${divisor} x ${price.unitName}`,
    unitSize: price.unitSize * Number(divisor),
  };
}

export function linePrice(price: ExactPrice, priceId: string, why: string): LinePrice {
  const { amount, unitName, unitSize } = price;
  const size = BigInt(unitSize);
  return {
    priceId,
    pricingUnit: unitName,
    pricingUnitSize: unitSize,
    pricingCurrency: 'USD',
    exchangeRate: '1',
    listUnitPrice: amount,
    contractedUnitPrice: amount,
    status: why === '' ? 'priced' : 'assumed',
    reason: why,
    perUnit: amount % size === 0n && amount / size <= Number.MAX_SAFE_INTEGER ? Number(amount / size) : -1,
  };
}

export function unpricedLine(why: string): LinePrice {
  return {
    priceId: '',
    pricingUnit: '',
    pricingUnitSize: 1,
    pricingCurrency: 'USD',
    exchangeRate: '1',
    listUnitPrice: ZERO_PICODOLLARS,
    contractedUnitPrice: ZERO_PICODOLLARS,
    status: 'unpriced',
    reason: why,
    perUnit: 0,
  };
}
