import { ZERO_PICODOLLARS } from '@spanledger/schemas';
import { sameCallFacts } from '../calls/same-facts.ts';
import type { CallFacts } from '../facts.ts';
import type { Rated, RatedLine, Rater } from '../rating/types.ts';
import type { SpanNode } from '../trace/trace.ts';

/** The call as charged, with the versions that it was charged by. */
export type Charged = {
  readonly call: CallFacts;
  readonly rated: Rated;
  readonly priceBookVersion: string;
  readonly rulesVersion: number;
};

/**
 * Rates the call that a span carries. What was rated before and has not changed keeps its lines and its own versions:
 * a newer price book never re-prices history by the way.
 */
export function chargeCall(node: SpanNode, call: CallFacts, rater: Rater, rulesVersion: number): Charged {
  const known = keptCharge(node, call);
  if (known !== undefined) return known;
  const { startNs } = node.span.identity;
  const rated =
    call.usage.status === 'none'
      ? noUsage(call.usage.reason)
      : assumedUsage(
          rater.rate({
            provider: call.provider,
            requestModel: call.requestModel,
            responseModel: call.responseModel,
            operation: call.operation,
            serviceTier: call.serviceTier,
            region: call.region,
            serverAddress: call.serverAddress,
            startMs: Number(startNs / 1_000_000n),
            meters: call.usage.meters,
          }),
          call.usage.assumed,
        );
  return { call, rated, priceBookVersion: rater.priceBookVersion, rulesVersion };
}

export function costOfLines(rated: Rated): bigint {
  let sum = 0n;
  for (const line of rated.lines) sum += line.listCost;
  return sum;
}

function keptCharge(node: SpanNode, call: CallFacts): Charged | undefined {
  const known = node.resolved ?? node.written;
  if (known?.call === undefined || known.rated === undefined || known.suppression !== undefined) return undefined;
  if (!sameCallFacts(known.call, call)) return undefined;
  const { rated, priceBookVersion, rulesVersion } = known;
  return { call: known.call, rated, priceBookVersion, rulesVersion };
}

/** Usage that a rule guessed keeps its price but says so. */
function assumedUsage(rated: Rated, assumed: string): Rated {
  if (assumed === '') return rated;
  const lines = rated.lines.map((line): RatedLine => {
    if (line.status !== 'priced') return line;
    return { ...line, status: 'assumed', reason: assumed };
  });
  return { ...rated, lines };
}

/** A call without usage is a line of its own, so that it is seen and counted: unknown is not zero. */
function noUsage(reason: string): Rated {
  const line: RatedLine = {
    meter: 'unknown',
    quantityNano: 0n,
    pricingUnit: '',
    pricingUnitSize: 1,
    listUnitPrice: ZERO_PICODOLLARS,
    listCost: ZERO_PICODOLLARS,
    priceId: '',
    status: 'no_usage',
    reason,
  };
  return { pricedModel: '', lines: [line] };
}
