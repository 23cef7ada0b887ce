import { divideHalfEven, type Picodollars, parseScaled, QUANTITY_ONE } from '@spanledger/schemas';
import { unpricedLine } from '../line-price.ts';
import { joinReasons, reason } from '../reasons.ts';
import type { LinePrice } from '../types.ts';
import type { UnitPrice } from './price-text.ts';

/** What has been agreed instead of the list price: a price of its own, or a percentage (10^-6) off. */
export type Agreed = { readonly ruleId: string } & (
  | { readonly microPercent: bigint }
  | { readonly price: UnitPrice; readonly currency: string; readonly priceId: string }
);

/** Picodollars of the billing currency for 10^-9 of a meter's unit, as an exact ratio. */
type Ratio = { readonly numerator: bigint; readonly denominator: bigint };

/** A price in the billing currency: costs are rounded once, from these ratios. */
export type FinalPrice = { readonly price: LinePrice; readonly list: Ratio; readonly contracted: Ratio };

const RATE_SCALE = 12;
const RATE_ONE = 10n ** BigInt(RATE_SCALE);
const WHOLE = 100_000_000n;
const NOTHING: Ratio = { numerator: 0n, denominator: 1n };
const COMPUTED_PER_LINE = -1;

/**
 * What a meter costs in the end: list price, agreement and the day's exchange rate together. Where nobody knows a list
 * price (or its currency's rate) but a price is agreed, the agreed one stands for the list's too.
 */
export function finalPrice(
  list: LinePrice,
  agreed: Agreed | undefined,
  rateOf: (currency: string) => string | undefined,
  billingCurrency: string,
): FinalPrice {
  const isListed = list.status !== 'unpriced';
  const listRate = isListed ? rateOf(list.pricingCurrency) : undefined;
  if (agreed !== undefined && 'price' in agreed) {
    const rate = rateOf(agreed.currency);
    if (rate === undefined) return unpriced(agreed.currency, billingCurrency);
    const listed = listRate === undefined ? undefined : { list, rate: listRate };
    return atAgreedPrice(listed, agreed, rate);
  }
  if (!isListed) return { price: list, list: NOTHING, contracted: NOTHING };
  if (listRate === undefined) return unpriced(list.pricingCurrency, billingCurrency);
  return atListPrice(list, agreed, listRate);
}

/** What a quantity (10^-9 units, not negative) costs at a ratio, rounded half to even. */
export function costAt({ numerator, denominator }: Ratio, quantityNano: bigint): Picodollars {
  return divideHalfEven(quantityNano * numerator, denominator) as Picodollars;
}

function atListPrice(
  list: LinePrice,
  agreed: (Agreed & { microPercent: bigint }) | undefined,
  rate: string,
): FinalPrice {
  const full = ratioOf(list.listUnitPrice, list.pricingUnitSize, rate);
  const kept = WHOLE - (agreed?.microPercent ?? 0n);
  const contractedUnitPrice = divideHalfEven(list.listUnitPrice * kept, WHOLE) as Picodollars;
  return {
    price: {
      ...list,
      exchangeRate: rate,
      contractedUnitPrice,
      reason: joinReasons(list.reason, agreed === undefined ? '' : reason('contract', agreed.ruleId)),
      perUnit: COMPUTED_PER_LINE,
    },
    list: full,
    contracted: { numerator: full.numerator * kept, denominator: full.denominator * WHOLE },
  };
}

/** Both unit prices are shown in the agreed price's unit and currency, in which the call is paid. */
function atAgreedPrice(
  listed: { readonly list: LinePrice; readonly rate: string } | undefined,
  agreed: Agreed & { price: UnitPrice; currency: string; priceId: string },
  rate: string,
): FinalPrice {
  const { amount, size, unit } = agreed.price;
  const contracted = ratioOf(amount, size, rate);
  const list =
    listed === undefined ? contracted : ratioOf(listed.list.listUnitPrice, listed.list.pricingUnitSize, listed.rate);
  const perUnit = BigInt(size) * QUANTITY_ONE * RATE_ONE;
  const listUnitPrice = divideHalfEven(list.numerator * perUnit, list.denominator * scaledRate(rate)) as Picodollars;
  return {
    price: {
      priceId: listed?.list.priceId ?? agreed.priceId,
      pricingUnit: unit,
      pricingUnitSize: size,
      pricingCurrency: agreed.currency,
      exchangeRate: rate,
      listUnitPrice: listed === undefined ? amount : listUnitPrice,
      contractedUnitPrice: amount,
      // A guess about the model or the meter stays one at whatever price.
      status: listed?.list.status ?? 'priced',
      reason: joinReasons(listed?.list.reason ?? '', reason('contract', agreed.ruleId)),
      perUnit: COMPUTED_PER_LINE,
    },
    list,
    contracted,
  };
}

function unpriced(from: string, to: string): FinalPrice {
  const price = unpricedLine(reason('no_exchange_rate', `${from} to ${to}`));
  return { price, list: NOTHING, contracted: NOTHING };
}

function ratioOf(amount: bigint, size: number, rate: string): Ratio {
  return { numerator: amount * scaledRate(rate), denominator: BigInt(size) * QUANTITY_ONE * RATE_ONE };
}

function scaledRate(rate: string): bigint {
  const scaled = parseScaled(rate, RATE_SCALE);
  if (scaled === undefined)
    throw new Error(`exchange rate "${rate}": expected a decimal of at most ${RATE_SCALE} places`);
  return scaled;
}
