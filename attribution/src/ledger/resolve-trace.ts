import { METERS } from '@spanledger/schemas';
import { type CallGroup, type GroupedCalls, groupCalls } from '../calls/group-calls.ts';
import { mergeCall } from '../calls/merge-call.ts';
import type { Sighting } from '../calls/sighting.ts';
import type { Lineage } from '../lineage/lineage.ts';
import { type KeyLineage, resolveLineage } from '../lineage/resolve-lineage.ts';
import type { Rated, Rater } from '../rating/types.ts';
import type { SpanNode, Trace } from '../trace/trace.ts';
import { type Charged, chargeCall, costOfLines, listCostOfLines } from './charge-call.ts';
import { chargeFees } from './charge-fee.ts';
import { type Beneath, type Outcome, type RowState, type Suppression, sameRow } from './row-state.ts';

export type ResolveOptions = {
  readonly rater: Rater;
  readonly rulesVersion: number;
  readonly keyLineage: (keyId: string) => KeyLineage;
};

export type ResolvedTrace = { readonly changed: readonly SpanNode[]; readonly pinMismatches: number };

/**
 * Steps 3 to 5 for one trace: lineage, one call one charge, rating. Returns the spans whose ledger rows are not what the
 * ledger has. Deterministic: the same spans give the same rows whatever their order of arrival.
 */
export function resolveTrace(trace: Trace, options: ResolveOptions): ResolvedTrace {
  const { order, pinMismatches } = resolveLineage(trace, options.keyLineage);
  for (const node of order) {
    node.outcome = undefined;
    node.beneath = undefined;
  }
  settleCalls(groupCalls(order), trace.traceId, options);
  chargeFees(order, options.rater, options.rulesVersion);
  const changed: SpanNode[] = [];
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const node = order[index] as SpanNode;
    const state = rowState(node, trace.traceId);
    node.resolved = node.written !== undefined && sameRow(node.written, state) ? node.written : state;
    if (node.resolved !== node.written || node.twins !== node.writtenTwins) changed.push(node);
  }
  trace.unresolved = 0;
  return { changed, pinMismatches };
}

function settleCalls(calls: GroupedCalls, traceId: string, options: ResolveOptions): void {
  for (const group of calls.groups) {
    for (const node of group.members) node.outcome = outcomeInGroup(node, group, options);
  }
  for (const { node, kept, reason } of calls.wrappers) {
    const rule = `twin.${reason}@1`;
    const keptSpanId = kept.span.identity.spanId;
    node.outcome = { suppression: { reason: 'aggregate', rule, keptTraceId: traceId, keptSpanId } };
  }
}

function outcomeInGroup(node: SpanNode, group: CallGroup, options: ResolveOptions): Outcome {
  const { carrier, rule } = group;
  if (node.sighting !== carrier) {
    const suppression: Suppression = {
      reason: 'duplicate',
      rule: rule ?? '',
      keptTraceId: carrier.traceId,
      keptSpanId: carrier.spanId,
    };
    return { suppression };
  }
  const others: Sighting[] = group.remote.map((twin) => twin.sighting);
  for (const { sighting } of group.members) if (sighting !== undefined && sighting !== carrier) others.push(sighting);
  const call = others.length === 0 ? carrier.call : mergeCall(carrier, others);
  return { charged: chargeCall(node, call, options.rater, options.rulesVersion) };
}

function rowState(node: SpanNode, traceId: string): RowState {
  const { classification } = node.span;
  const { outcome } = node;
  const charged = outcome?.charged;
  const ownCost = charged === undefined ? 0n : costOfLines(charged.rated);
  const inside = node.beneath;
  const ownListCost = charged === undefined ? 0n : listCostOfLines(charged.rated);
  const total = sumUp(node, charged, ownCost, ownListCost, inside);
  const suppression = outcome?.suppression ?? ownSuppression(node, inside?.firstCall ?? '', traceId);
  const isToolCall = classification.role === 'tool_call' && suppression === undefined;
  if (node.parent !== undefined) addTo(node.parent, total, isToolCall);
  const holds = classification.role === 'tool_call' || classification.role === 'agent';
  return {
    lineage: node.lineage as Lineage,
    call: charged?.call ?? classification.call,
    rated: charged?.rated,
    suppression,
    ownCost,
    totalCost: holds ? total.cost : ownCost,
    totalListCost: holds ? total.listCost : ownListCost,
    totalTokens: holds ? total.tokens : charged === undefined ? 0 : tokensOf(charged.rated),
    totalModelCalls: holds ? total.modelCalls : isModelCall(node, charged) ? 1 : 0,
    totalToolCalls: holds ? total.toolCalls : 0,
    priceBookVersion: charged?.priceBookVersion ?? '',
    rulesVersion: charged?.rulesVersion ?? 0,
  };
}

function sumUp(
  node: SpanNode,
  charged: Charged | undefined,
  ownCost: bigint,
  ownListCost: bigint,
  inside: Beneath | undefined,
): Beneath {
  if (charged === undefined) return inside ?? NOTHING_BENEATH;
  const isModel = isModelCall(node, charged);
  return {
    cost: ownCost + (inside?.cost ?? 0n),
    listCost: ownListCost + (inside?.listCost ?? 0n),
    tokens: tokensOf(charged.rated) + (inside?.tokens ?? 0),
    modelCalls: (isModel ? 1 : 0) + (inside?.modelCalls ?? 0),
    toolCalls: inside?.toolCalls ?? 0,
    firstCall: isModel ? node.span.identity.spanId : (inside?.firstCall ?? ''),
  };
}

/** Fees of tools and APIs are charged too, but are no model's calls. */
function isModelCall(node: SpanNode, charged: Charged | undefined): boolean {
  return charged !== undefined && node.sighting !== undefined;
}

const NOTHING_BENEATH: Beneath = Object.freeze({
  cost: 0n,
  listCost: 0n,
  tokens: 0,
  modelCalls: 0,
  toolCalls: 0,
  firstCall: '',
});

function addTo(parent: SpanNode, total: Beneath, isToolCall: boolean): void {
  if (total === NOTHING_BENEATH && !isToolCall) return;
  parent.beneath ??= { cost: 0n, listCost: 0n, tokens: 0, modelCalls: 0, toolCalls: 0, firstCall: '' };
  const sum = parent.beneath;
  sum.cost += total.cost;
  sum.listCost += total.listCost;
  sum.tokens += total.tokens;
  sum.modelCalls += total.modelCalls;
  sum.toolCalls += total.toolCalls + (isToolCall ? 1 : 0);
  if (sum.firstCall === '' || (total.firstCall !== '' && total.firstCall < sum.firstCall))
    sum.firstCall = total.firstCall;
}

function tokensOf(rated: Rated): number {
  let tokens = 0;
  for (const { meter, quantityNano } of rated.lines) {
    if (METERS[meter].unit === 'token') tokens += Number(quantityNano / 1_000_000_000n);
  }
  return tokens;
}

/** Suppressions that a span's own role brings: it repeats the sums of calls beneath it, or a tool call around it. */
function ownSuppression(node: SpanNode, firstCall: string, traceId: string): Suppression | undefined {
  const { classification } = node.span;
  if (node.repeats !== undefined) {
    const { kept, rule } = node.repeats;
    return { reason: 'duplicate', rule, keptTraceId: traceId, keptSpanId: kept.span.identity.spanId };
  }
  if (classification.aggregate.length === 0) return undefined;
  const keptTraceId = firstCall === '' ? '' : traceId;
  return { reason: 'aggregate', rule: classification.rule, keptTraceId, keptSpanId: firstCall };
}
