import { QUANTITY_ONE, ZERO_PICODOLLARS } from '@spanledger/schemas';
import type { MeterQuantity } from '../facts.ts';
import type { IsProxy } from './choose-biller.ts';
import { createPriceChooser } from './choose-price.ts';
import { costOfLine } from './line-cost.ts';
import { unpricedLine } from './line-price.ts';
import { totalInput } from './meter-fallbacks.ts';
import type { PriceBook } from './price-book.ts';
import { rulesAbout } from './price-rules.ts';
import { reason } from './reasons.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { tiersOf } from './service-tier.ts';
import type { LinePrice, PricedBy, RatedLine, Rater, RatingRequest } from './types.ts';

export type RaterOptions = {
  /**
   * Kinds of calls (provider, models, tier, region) whose prices are kept prepared; when full, all are forgotten.
   * @default 4096
   */
  readonly maxPreparedCalls?: number;
  /** Called each time that bound is reached; a count of it shows whether the bound is too small. */
  readonly onPreparedCallsFull?: () => void;
  /** Which hosts are proxies of the user's own. */
  readonly isProxy?: IsProxy;
};

type Prepared =
  | { readonly pricedModel: string; readonly schedule: Schedule }
  | { readonly pricedModel: ''; readonly schedule: undefined; readonly unpriced: LinePrice };

const DEFAULT_MAX_PREPARED_CALLS = 4096;
/** Calls with longer names are rated all the same, but not kept. */
const MAX_KEY_LENGTH = 1024;

const NO_LINEAGE: PricedBy = { project: false, team: false, tool: false };
const NEGATIVE_QUANTITY = unpricedLine(reason('invalid_quantity', 'negative'));
const REQUEST_FEE: MeterQuantity = { meter: 'request', quantityNano: QUANTITY_ONE };

/** Rates calls against the book: pure but for its cache, which never changes an answer. */
export function createRater(book: PriceBook, options: RaterOptions = {}): Rater {
  const { maxPreparedCalls = DEFAULT_MAX_PREPARED_CALLS, onPreparedCallsFull } = options;
  const choosePrice = createPriceChooser(book, options.isProxy);
  const preparedCalls = new Map<string, Prepared>();

  const prepare = (request: RatingRequest): Prepared => {
    const choice = choosePrice(request);
    if ('unpriced' in choice) return { pricedModel: '', schedule: undefined, unpriced: unpricedLine(choice.unpriced) };
    const tiers = tiersOf(request.serviceTier);
    const region = request.region.trim().toLowerCase();
    // Another biller's tiers and rules are not this one's: a fallback list is taken at its plain price.
    const rules = choice.ownList ? rulesAbout(book.rules ?? [], choice.list, choice.model) : [];
    const variants = choice.ownList ? [...tiers, `route:${region}`] : [];
    const schedule = createSchedule({ ...choice, tiers, variants, region, rules });
    return { pricedModel: choice.model.id, schedule };
  };

  const preparedFor = (request: RatingRequest): Prepared => {
    const key = keyOf(request);
    const known = preparedCalls.get(key);
    if (known !== undefined) return known;
    const prepared = prepare(request);
    if (key.length > MAX_KEY_LENGTH) return prepared;
    if (preparedCalls.size >= maxPreparedCalls) {
      preparedCalls.clear();
      onPreparedCallsFull?.();
    }
    preparedCalls.set(key, prepared);
    return prepared;
  };

  const rater: Rater = {
    priceBookVersion: book.version,
    pricedBy: NO_LINEAGE,
    hasCallFees: false,
    at: () => rater,
    rate: (request) => {
      const prepared = preparedFor(request);
      return { pricedModel: prepared.pricedModel, lines: linesOf(request, prepared) };
    },
  };
  return rater;
}

function linesOf(request: RatingRequest, prepared: Prepared): readonly RatedLine[] {
  const { meters } = request;
  const lines: RatedLine[] = [];
  if (prepared.schedule === undefined) {
    for (const usage of meters) addLine(lines, usage, prepared.unpriced);
    return lines;
  }
  const sheet = prepared.schedule.sheetAt(request.startMs);
  const totalInputNano = sheet.tiered ? totalInput(meters) : 0;
  for (const usage of meters) addLine(lines, usage, sheet.priceOf(usage.meter, totalInputNano, meters));
  if (sheet.requestFee && lines.length > 0 && !meters.some((usage) => usage.meter === 'request'))
    addLine(lines, REQUEST_FEE, sheet.priceOf('request', totalInputNano, meters));
  return lines;
}

function addLine(lines: RatedLine[], usage: MeterQuantity, price: LinePrice): void {
  const { meter, quantityNano } = usage;
  if (quantityNano === 0n) return;
  const shown = quantityNano < 0n ? NEGATIVE_QUANTITY : price;
  const listCost = shown.status === 'unpriced' ? ZERO_PICODOLLARS : costOfLine(quantityNano, shown);
  lines.push({ meter, quantityNano, price: shown, listCost, contractedCost: listCost });
}

function keyOf(request: RatingRequest): string {
  const { provider, responseModel, requestModel, operation, serviceTier, region, serverAddress } = request;
  return `${provider}\n${responseModel}\n${requestModel}\n${operation}\n${serviceTier}\n${region}\n${serverAddress}`;
}
