import type { IsProxy } from '../choose-biller.ts';
import { createPriceChooser } from '../choose-price.ts';
import type { PriceBook } from '../price-book.ts';
import { createRater, type RaterOptions } from '../rater.ts';
import { tiersOf } from '../service-tier.ts';
import type { PricedBy, Rater, RatingRequest } from '../types.ts';
import { callNames, feeNames } from './call-names.ts';
import { createExchange } from './exchange.ts';
import type { FileRule, PriceFile } from './price-file.ts';
import { isOfNoModel, type KindOfCall, rateRuled } from './rate-ruled.ts';
import { createRuledPrices, type RulesBySection } from './ruled-prices.ts';
import type { ScopeField } from './scope.ts';

export type PricedRaterOptions = RaterOptions & {
  readonly book: PriceBook;
  /** The user's prices, which go over the book's. */
  readonly file: PriceFile | undefined;
  /** ISO 4217; costs are in it. */
  readonly billingCurrency: string;
  /** Files that were in effect before, so that what they priced is rated again by them; the base book must be the same. */
  readonly earlierFiles?: readonly PriceFile[];
};

const DEFAULT_MAX_PREPARED_CALLS = 4096;
const MAX_KEY_LENGTH = 1024;
const BASE_CURRENCY = 'USD';
/** The version that charges name: the base book's and, with a price file, a digest of the file. */
export function priceBookVersion(book: PriceBook, file: PriceFile | undefined): string {
  return file === undefined ? book.version : `${book.version}+file-${file.digest}`;
}

/** Rates against the base book with the user's prices, contracts and exchange rates over it (docs/prices.md). Pure but for its caches. */
export function createPricedRater(options: PricedRaterOptions): Rater {
  const { book, file, billingCurrency, maxPreparedCalls = DEFAULT_MAX_PREPARED_CALLS, onPreparedCallsFull } = options;
  const isProxy = proxiesOf(file);
  const base = createRater(book, { ...options, isProxy });
  const chooseModel = createPriceChooser(book, isProxy);
  const rules = bySection(file?.rules ?? []);
  const exchange = createExchange(file?.rates ?? [], billingCurrency);
  const changes = changesOf(file);
  const pricedBy = lineageAskedFor(file?.rules ?? []);
  const isPlain = file === undefined && billingCurrency === BASE_CURRENCY;
  const preparedCalls = new Map<string, KindOfCall>();

  const prepare = (request: RatingRequest): KindOfCall => {
    const names = callNames(request, chooseModel(request));
    const call = { names, tiers: tiersOf(request.serviceTier), atMs: request.startMs };
    const ruled = createRuledPrices(rules, call, { ...call, names: feeNames(names, request.role) });
    const rateOf = (currency: string) => exchange.rateAt(currency, request.startMs);
    return { ruled, rateOf, billingCurrency, finals: new WeakMap() };
  };

  const preparedFor = (request: RatingRequest): KindOfCall => {
    const key = keyOf(request, pricedBy, stretchOf(request.startMs, changes));
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
    priceBookVersion: priceBookVersion(book, file),
    pricedBy,
    hasCallFees: rules.call_fees.length > 0,
    at: earlierRaters(options, () => rater),
    rate: (request) => {
      if (isPlain && !request.meters.some(isOfNoModel)) return base.rate(request);
      return rateRuled(request, preparedFor(request), base);
    },
  };
  return rater;
}

/** The hosts that the file says are proxies of the user's own. */
export function proxiesOf(file: PriceFile | undefined): IsProxy {
  const proxies = file?.proxies ?? [];
  return (host) => proxies.some((proxy) => proxy.matches(host));
}

/** Raters of earlier versions of the file, or of none, each made when first asked for. */
function earlierRaters(options: PricedRaterOptions, current: () => Rater): (version: string) => Rater {
  const { book, earlierFiles = [] } = options;
  const files = new Map([undefined, ...earlierFiles].map((file) => [priceBookVersion(book, file), file]));
  const raters = new Map<string, Rater>();
  return (version) => {
    const known = raters.get(version) ?? current();
    if (known.priceBookVersion === version || !files.has(version)) return known;
    const { earlierFiles: _, ...rest } = options;
    const rater = createPricedRater({ ...rest, file: files.get(version) });
    raters.set(version, rater);
    return rater;
  };
}

function bySection(rules: readonly FileRule[]): RulesBySection {
  const of = (section: FileRule['section']) => rules.filter((rule) => rule.section === section);
  return {
    models: of('models'),
    provider_fees: of('provider_fees'),
    call_fees: of('call_fees'),
    compute: of('compute'),
    contracts: of('contracts'),
  };
}

/** The moments at which rules or rates begin or end, in order. */
function changesOf(file: PriceFile | undefined): readonly number[] {
  const dates = [...(file?.rules ?? []), ...(file?.rates ?? [])].flatMap(({ dates: { fromMs, toMs } }) => [
    fromMs,
    toMs,
  ]);
  return [...new Set(dates)].filter(Number.isFinite).sort((a, b) => a - b);
}

/** How many changes lie at or before a moment: equal for two moments between which nothing changes. */
function stretchOf(atMs: number, changes: readonly number[]): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which facts of the lineage some contract asks for: only these can change a price. */
function lineageAskedFor(rules: readonly FileRule[]): PricedBy {
  const asks = (field: ScopeField) => rules.some(({ section, scope }) => section === 'contracts' && field in scope);
  return { project: asks('project'), team: asks('team'), tool: asks('tool') };
}

function keyOf(request: RatingRequest, pricedBy: PricedBy, stretch: number): string {
  const { provider, responseModel, requestModel, serviceTier, region, serverAddress, operation, role } = request;
  const tool = pricedBy.tool || role === 'tool_call' ? request.toolName : '';
  const who = `${pricedBy.project ? request.project : ''}\n${pricedBy.team ? request.team : ''}\n${tool}`;
  const what = `${provider}\n${responseModel}\n${requestModel}\n${serviceTier}\n${region}\n${serverAddress}\n${operation}`;
  return `${stretch}\n${role}\n${who}\n${what}`;
}
