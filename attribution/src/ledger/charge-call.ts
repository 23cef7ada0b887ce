import { ZERO_PICODOLLARS } from '@spanledger/schemas';
import { sameCallFacts, sameUsageSource } from '../calls/same-facts.ts';
import type { CallFacts, MeterQuantity } from '../facts.ts';
import type { Lineage } from '../lineage/lineage.ts';
import { joinReasons } from '../rating/reasons.ts';
import type { LinePrice, Rated, RatedLine, Rater, RatingRequest } from '../rating/types.ts';
import type { SpanNode } from '../trace/trace.ts';
import { rateEachModel } from './rate-each-model.ts';

/** The call as charged, with the versions that it was charged by. */
export type Charged = {
  readonly call: CallFacts | undefined;
  readonly rated: Rated;
  readonly priceBookVersion: string;
  readonly rulesVersion: number;
};

/**
 * Rates the call that a span carries. What was rated before and has not changed keeps its lines and its own versions:
 * a newer price book never re-prices history by the way. Where a price depends on team, project or tool, learning another
 * one is a change.
 */
export function chargeCall(node: SpanNode, call: CallFacts, current: Rater, rulesVersion: number): Charged {
  const rater = raterOf(node, current);
  const known = keptCharge(node, call, rater);
  if (known !== undefined) return known;
  const { usage } = call;
  const rated =
    usage.status === 'none'
      ? noUsage(usage.reason)
      : assumedUsage(rateEachModel(rater, ratingRequest(node, call, usage.meters)), usage.assumed);
  return { call, rated, priceBookVersion: rater.priceBookVersion, rulesVersion };
}

/** What was rated stays with the price book that it was rated by, also when a late fact changes the call. */
export function raterOf({ resolved, written }: SpanNode, current: Rater): Rater {
  const known = resolved ?? written;
  return known?.rated === undefined ? current : current.at(known.priceBookVersion);
}

/** What rating is asked of a span; `call` undefined for a tool call that tells of no provider. */
export function ratingRequest(
  node: SpanNode,
  call: CallFacts | undefined,
  meters: readonly MeterQuantity[],
): RatingRequest {
  const { lineage } = node;
  return {
    provider: call?.provider ?? '',
    requestModel: call?.requestModel ?? '',
    responseModel: call?.responseModel ?? '',
    operation: call?.operation ?? '',
    serviceTier: call?.serviceTier ?? '',
    region: call?.region ?? '',
    serverAddress: call?.serverAddress ?? '',
    role: node.span.classification.role,
    project: lineage?.project ?? '',
    team: lineage?.team ?? '',
    toolName: lineage?.toolName ?? '',
    startMs: Number(node.span.identity.startNs / 1_000_000n),
    meters,
  };
}

/** Whether what a span's charge depends on beside the call itself is what it was when it was rated. */
export function samePricedLineage(known: Lineage, now: Lineage | undefined, { pricedBy }: Rater): boolean {
  return (
    (!pricedBy.team || known.team === now?.team) &&
    (!pricedBy.project || known.project === now?.project) &&
    (!pricedBy.tool || known.toolName === now?.toolName)
  );
}

/** At the prices that hold for us: those negotiated, else the list's. */
export function costOfLines({ lines }: Rated): bigint {
  let sum = 0n;
  for (const line of lines) sum += line.contractedCost;
  return sum;
}

export function listCostOfLines({ lines }: Rated): bigint {
  let sum = 0n;
  for (const line of lines) sum += line.listCost;
  return sum;
}

function keptCharge(node: SpanNode, call: CallFacts, rater: Rater): Charged | undefined {
  const known = node.resolved ?? node.written;
  if (known?.call === undefined || known.rated === undefined || known.suppression !== undefined) return undefined;
  if (!sameCallFacts(known.call, call) || !samePricedLineage(known.lineage, node.lineage, rater)) return undefined;
  const { rated, priceBookVersion, rulesVersion } = known;
  const shown = sameUsageSource(known.call.usage, call.usage) ? known.call : call;
  return { call: shown, rated, priceBookVersion, rulesVersion };
}

/** Usage that a rule guessed keeps its price but says so, also beside a guess about the price. */
function assumedUsage(rated: Rated, assumed: string): Rated {
  if (assumed === '') return rated;
  const lines = rated.lines.map((line): RatedLine => {
    if (line.price.status !== 'priced' && line.price.status !== 'assumed') return line;
    return { ...line, price: assumedPrice(line.price, assumed) };
  });
  return { ...rated, lines };
}

/** The variant of a price that is assumed because the usage is; one object for all lines, as the price itself is. */
function assumedPrice(price: LinePrice, reason: string): LinePrice {
  let variants = assumedPrices.get(price);
  if (variants === undefined) {
    variants = new Map();
    assumedPrices.set(price, variants);
  }
  return remembered(variants, reason, () => ({
    ...price,
    status: 'assumed',
    reason: joinReasons(price.reason, reason),
  }));
}

const assumedPrices = new WeakMap<LinePrice, Map<string, LinePrice>>();

/** A call without usage is a line of its own, so that it is seen and counted: unknown is not zero. */
export function noUsage(reason: string): Rated {
  return remembered(withoutUsage, reason, () => {
    const price: LinePrice = {
      priceId: '',
      pricingUnit: '',
      pricingUnitSize: 1,
      pricingCurrency: 'USD',
      exchangeRate: '1',
      listUnitPrice: ZERO_PICODOLLARS,
      contractedUnitPrice: ZERO_PICODOLLARS,
      status: 'no_usage',
      reason,
      perUnit: 0,
    };
    const cost = { listCost: ZERO_PICODOLLARS, contractedCost: ZERO_PICODOLLARS };
    return { pricedModel: '', lines: [{ meter: 'unknown', quantityNano: 0n, price, ...cost }] };
  });
}

const withoutUsage = new Map<string, Rated>();
/** Reasons may quote what a span says; beyond so many, all are forgotten. */
const MAX_REASONS = 1024;

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    if (known.size >= MAX_REASONS) known.clear();
    known.set(key, value);
  }
  return value;
}
