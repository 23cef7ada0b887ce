import { METERS, type Meter, QUANTITY_ONE, ZERO_PICODOLLARS } from '@spanledger/schemas';
import type { MeterQuantity } from '../../facts.ts';
import { unpricedLine } from '../line-price.ts';
import { totalInput } from '../meter-fallbacks.ts';
import { hasReason, reason } from '../reasons.ts';
import type { LinePrice, Rated, RatedLine, Rater, RatingRequest } from '../types.ts';
import { type Agreed, costAt, type FinalPrice, finalPrice } from './final-price.ts';
import type { RuledPrices } from './ruled-prices.ts';

/** One kind of call in one stretch of time in which neither rules nor rates change. */
export type KindOfCall = {
  readonly ruled: RuledPrices;
  readonly rateOf: (currency: string) => string | undefined;
  readonly billingCurrency: string;
  /** Final prices by list price and agreement, made when first asked for; the base book may forget its objects. */
  readonly finals: WeakMap<LinePrice, Map<Agreed | undefined, FinalPrice>>;
};

const ONE_REQUEST: MeterQuantity = { meter: 'request', quantityNano: QUANTITY_ONE };
const NEGATIVE_QUANTITY = unpricedLine(reason('invalid_quantity', 'negative'));

/** Calls and compute are no model's usage: the base book has no price of them. */
export function isOfNoModel({ meter }: MeterQuantity): boolean {
  return meter === 'api_call' || METERS[meter].category === 'compute';
}

/**
 * Lines at the file's prices: the list price (the file's own, else the base book's, else the file's fee), what is agreed
 * on it, and the day's exchange rate. A call without a configured fee gets no line for it.
 */
export function rateRuled(request: RatingRequest, kind: KindOfCall, base: Rater): Rated {
  const { ruled } = kind;
  const ofModel = request.meters.filter((usage) => !isOfNoModel(usage));
  const input = totalInput(ofModel);
  const own = ruled.own !== undefined;
  const booked = own || ofModel.length === 0 ? undefined : base.rate({ ...request, meters: ofModel });
  const listed = own ? ownPrices(ofModel, input, ruled) : bookPrices(booked?.lines ?? [], input, ruled);
  const lines = [...listed, ...otherPrices(request.meters, ruled)].map(({ usage, list }) =>
    lineOf(usage, finalOf(kind, list, ruled.agreed(usage.meter, input))),
  );
  return { pricedModel: own ? (ruled.own.scope.model?.text ?? '') : (booked?.pricedModel ?? ''), lines };
}

type Listed = { readonly usage: MeterQuantity; readonly list: LinePrice };

function ownPrices(meters: readonly MeterQuantity[], input: number, ruled: RuledPrices): readonly Listed[] {
  const hasFee = ruled.listPrice('models', 'request', input) !== undefined;
  const isCounted = meters.some(({ meter }) => meter === 'request');
  const used = meters.filter(({ quantityNano }) => quantityNano !== 0n);
  const all = hasFee && !isCounted && used.length > 0 ? [...used, ONE_REQUEST] : used;
  return all.map((usage) => {
    const list = ruled.listPrice('models', usage.meter, input) ?? ruled.listPrice('provider_fees', usage.meter, input);
    return { usage, list: list ?? unpricedMeter(usage.meter) };
  });
}

/** The file's fee stands in where the book has no price of the very meter. */
function bookPrices(lines: readonly RatedLine[], input: number, ruled: RuledPrices): readonly Listed[] {
  return lines.map(({ meter, quantityNano, price }) => {
    const isLacking = price.status === 'unpriced' || hasReason(price.reason, 'charged_as');
    const fee = isLacking ? ruled.listPrice('provider_fees', meter, input) : undefined;
    return { usage: { meter, quantityNano }, list: fee ?? price };
  });
}

function otherPrices(meters: readonly MeterQuantity[], ruled: RuledPrices): readonly Listed[] {
  return meters.flatMap((usage) => {
    if (!isOfNoModel(usage) || usage.quantityNano === 0n) return [];
    const { meter } = usage;
    const isCall = meter === 'api_call';
    const list = ruled.listPrice(isCall ? 'call_fees' : 'compute', meter, 0);
    if (isCall && list === undefined) return [];
    return [{ usage, list: list ?? unpricedMeter(meter) }];
  });
}

function finalOf(kind: KindOfCall, list: LinePrice, agreed: Agreed | undefined): FinalPrice {
  let byAgreement = kind.finals.get(list);
  if (byAgreement === undefined) {
    byAgreement = new Map();
    kind.finals.set(list, byAgreement);
  }
  let final = byAgreement.get(agreed);
  if (final === undefined) {
    final = finalPrice(list, agreed, kind.rateOf, kind.billingCurrency);
    byAgreement.set(agreed, final);
  }
  return final;
}

function lineOf({ meter, quantityNano }: MeterQuantity, { price, list, contracted }: FinalPrice): RatedLine {
  if (quantityNano < 0n) {
    const nothing = { listCost: ZERO_PICODOLLARS, contractedCost: ZERO_PICODOLLARS };
    return { meter, quantityNano, price: NEGATIVE_QUANTITY, ...nothing };
  }
  const listCost = costAt(list, quantityNano);
  return { meter, quantityNano, price, listCost, contractedCost: costAt(contracted, quantityNano) };
}

function unpricedMeter(meter: Meter): LinePrice {
  let price = unpricedMeters.get(meter);
  if (price === undefined) {
    price = unpricedLine(reason('no_price', meter));
    unpricedMeters.set(meter, price);
  }
  return price;
}

const unpricedMeters = new Map<Meter, LinePrice>();
