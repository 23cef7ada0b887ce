import { QUANTITY_ONE, ZERO_PICODOLLARS } from '@spanledger/schemas';
import { sameCallFacts } from '../calls/same-facts.ts';
import type { MeterQuantity } from '../facts.ts';
import { reason } from '../rating/reasons.ts';
import type { Rated, RatedLine, Rater } from '../rating/types.ts';
import type { SpanNode } from '../trace/trace.ts';
import { type Charged, noUsage, raterOf, ratingRequest, samePricedLineage } from './charge-call.ts';
import type { RowState } from './row-state.ts';

/** A request that failed cost nothing; any other usage that cannot be read is unknown, not zero. */
const NOT_SERVED = 'request_failed';
const ONE_CALL: MeterQuantity = { meter: 'api_call', quantityNano: QUANTITY_ONE };

/**
 * Charges what tool calls and API calls cost by themselves: their fee per call, and what the span says that they used.
 * A tool call's fee covers the API calls beneath it: theirs are shown as included, so that nothing is paid twice.
 * `order` has parents before children.
 */
export function chargeFees(order: readonly SpanNode[], rater: Rater, rulesVersion: number): void {
  // Tool calls first: of a call seen twice the span that is kept may be the inner one.
  for (const node of order) if (isTool(node)) setFee(node, undefined, rater, rulesVersion);
  const payers = new Map<SpanNode, SpanNode>();
  for (const node of order) {
    const payer = payerOf(node, payers);
    if (payer !== undefined) payers.set(node, payer);
    if (!isTool(node)) setFee(node, payer, rater, rulesVersion);
  }
}

function isTool(node: SpanNode): boolean {
  return node.span.classification.role === 'tool_call';
}

/** The tool call whose fee covers what lies beneath a span. A span that repeats a tool call stands for the one that is kept. */
function payerOf(node: SpanNode, payers: ReadonlyMap<SpanNode, SpanNode>): SpanNode | undefined {
  const tool = node.repeats?.kept ?? node;
  if (isTool(tool) && hasFee(tool.outcome?.charged)) return tool;
  return node.parent === undefined ? undefined : payers.get(node.parent);
}

function setFee(node: SpanNode, payer: SpanNode | undefined, rater: Rater, rulesVersion: number): void {
  const charged = chargeFee(node, payer, rater, rulesVersion);
  if (charged !== undefined) node.outcome = { charged };
}

function chargeFee(
  node: SpanNode,
  payer: SpanNode | undefined,
  current: Rater,
  rulesVersion: number,
): Charged | undefined {
  const { role, call } = node.span.classification;
  if (node.repeats !== undefined || node.sighting !== undefined) return undefined;
  if (call === undefined && role !== 'tool_call') return undefined;
  const rater = raterOf(node, current);
  const known = node.resolved ?? node.written;
  const covers = role === 'api_call' ? payer : undefined;
  if (known !== undefined && isUnchanged(known, node, covers, rater)) return keptFee(known);
  const told = call?.usage;
  if (told?.status === 'none' && told.reason !== NOT_SERVED)
    return { call, rated: noUsage(told.reason), priceBookVersion: rater.priceBookVersion, rulesVersion };
  const used = told?.status === 'stated' ? told.meters : [];
  const isCounted = role !== 'tool_call' || used.some(({ meter }) => meter === 'api_call');
  const meters = isCounted ? used : [...used, ONE_CALL];
  if (meters.length === 0 || (!rater.hasCallFees && meters.every(({ meter }) => meter === 'api_call')))
    return undefined;
  const rated = rater.rate(ratingRequest(node, call, meters));
  if (rated.lines.length === 0) return undefined;
  const shown = covers === undefined ? rated : included(rated, covers);
  return { call, rated: shown, priceBookVersion: rater.priceBookVersion, rulesVersion };
}

/** What was rated, or found to have no fee, stays so under a newer price file too. */
function isUnchanged(known: RowState, node: SpanNode, payer: SpanNode | undefined, rater: Rater): boolean {
  const { call, role } = node.span.classification;
  return (
    known.suppression === undefined &&
    (role !== 'tool_call' || known.lineage.toolName === node.lineage?.toolName) &&
    (call === undefined ? known.call === undefined : known.call !== undefined && sameCallFacts(known.call, call)) &&
    (known.rated === undefined || isIncluded(known.rated) === (payer !== undefined)) &&
    samePricedLineage(known.lineage, node.lineage, rater)
  );
}

function keptFee({ call, rated, priceBookVersion, rulesVersion }: RowState): Charged | undefined {
  return rated === undefined ? undefined : { call, rated, priceBookVersion, rulesVersion };
}

function hasFee(charged: Charged | undefined): boolean {
  return charged?.rated.lines.some(({ meter }) => meter === 'api_call') ?? false;
}

function isIncluded({ lines }: Rated): boolean {
  return lines.some(({ price }) => price.status === 'included');
}

/** The fee as it would be, at no cost; what else the call used is charged all the same. */
function included(rated: Rated, payer: SpanNode): Rated {
  const why = reason('included_in_tool_call', payer.lineage?.toolName ?? '');
  const lines = rated.lines.map((line): RatedLine => {
    if (line.meter !== 'api_call') return line;
    const price = { ...line.price, status: 'included' as const, reason: why };
    return { ...line, price, listCost: ZERO_PICODOLLARS, contractedCost: ZERO_PICODOLLARS };
  });
  return { ...rated, lines };
}
