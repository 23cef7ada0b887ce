import { RANK } from '../dialects/rank.ts';
import type { DecodedSpan } from '../facts.ts';
import type { SpanNode } from '../trace/trace.ts';
import {
  carriesCharge,
  equalUsage,
  mayShareProvider,
  sameCall,
  sameModel,
  TWIN_RULES,
  type TwinRule,
} from './same-call.ts';
import { type Sighting, sightingOf, type Twin } from './sighting.ts';

/** Spans of one trace that tell of one physical call. */
export type CallGroup = {
  readonly members: SpanNode[];
  /** Sightings of the same call in other traces. */
  readonly remote: Twin[];
  /** The sighting, here or elsewhere, that carries the charge. */
  carrier: Sighting;
  rule: TwinRule | undefined;
};

/** Spans that repeat the usage of several calls beneath them and therefore are none themselves. */
export type Wrapper = {
  readonly node: SpanNode;
  readonly kept: SpanNode;
  readonly reason: 'sum_of_calls' | 'wrapper_of_calls';
};

export type GroupedCalls = { readonly groups: readonly CallGroup[]; readonly wrappers: readonly Wrapper[] };

/**
 * Finds the physical calls among a trace's spans. `order` has parents before children.
 * Each call has at most one span per instrumentation, so parallel calls with equal usage stay apart.
 */
export function groupCalls(order: readonly SpanNode[]): GroupedCalls {
  const groups = new Map<SpanNode, CallGroup>();
  for (const node of order) {
    if (node.sighting === undefined) node.sighting = sightingOf(node.span);
    const { sighting } = node;
    if (sighting === undefined) continue;
    groups.set(node, { members: [node], remote: [...node.twins], carrier: sighting, rule: undefined });
  }
  if (groups.size === 0) return NOTHING;
  const wrappers: Wrapper[] = [];
  joinNested(groups, wrappers);
  dropRemoteAgents(groups, wrappers);
  if (severalInstrumentations(groups)) joinLookalikes(groups);
  const distinct = [...new Set(groups.values())];
  for (const group of distinct) chooseCarrier(group);
  return { groups: distinct, wrappers };
}

const NOTHING: GroupedCalls = { groups: [], wrappers: [] };

function chooseCarrier(group: CallGroup): void {
  for (const { sighting } of group.members)
    if (sighting !== undefined) group.carrier = carriesCharge(group.carrier, sighting);
  for (const { sighting } of group.remote) group.carrier = carriesCharge(group.carrier, sighting);
  const elsewhere = group.remote.filter((twin) => isSameSpan(twin.sighting, group.carrier));
  if (elsewhere.length > 0) group.rule = strongestRule(elsewhere);
  else group.rule ??= strongestRule(group.remote);
}

function isSameSpan(a: Sighting, b: Sighting): boolean {
  return a.traceId === b.traceId && a.spanId === b.spanId;
}

/** Not the first that was learnt: notices come in any order. The names happen to sort by what they prove. */
function strongestRule(twins: readonly Twin[]): TwinRule | undefined {
  return twins.map((twin) => twin.rule).sort()[0];
}

function severalInstrumentations(groups: ReadonlyMap<SpanNode, CallGroup>): boolean {
  let first: DecodedSpan | undefined;
  for (const { span } of groups.keys()) {
    first ??= span;
    if (!sameInstrumentation(span, first)) return true;
  }
  return false;
}

/**
 * A model request directly around another is the same call seen further out, or a wrapper of several. Innermost first: what
 * stands around a wrapper stands around the calls of the wrapper.
 */
function joinNested(groups: Map<SpanNode, CallGroup>, wrappers: Wrapper[]): void {
  const inner = new Map<SpanNode, SpanNode[]>();
  const above = new Map<SpanNode, SpanNode | undefined>();
  for (const node of groups.keys()) {
    const outer = nearestRequest(node.parent, above);
    if (outer === undefined) continue;
    const known = inner.get(outer);
    if (known === undefined) inner.set(outer, [node]);
    else known.push(node);
  }
  const wrapped = new Map<SpanNode, SpanNode[]>();
  for (const [outer, nodes] of [...inner].reverse()) {
    const calls = nodes.flatMap((node) => wrapped.get(node) ?? node).sort(byStart);
    const kept = joinOuter(outer, calls, groups, wrappers);
    if (kept === 'wrapper') wrapped.set(outer, calls);
  }
}

/**
 * The nearest model request at or above a span, with no agent or tool call between: those make calls of their own.
 * `known` holds the answers for the spans passed on the way, so that deep trees stay linear.
 */
function nearestRequest(start: SpanNode | undefined, known: Map<SpanNode, SpanNode | undefined>): SpanNode | undefined {
  const passed: SpanNode[] = [];
  let found: SpanNode | undefined;
  for (let node = start; node !== undefined; node = node.parent) {
    const { role } = node.span.classification;
    if (role === 'agent' || role === 'tool_call') break;
    if (role === 'model_request') found = node;
    else if (known.has(node)) found = known.get(node);
    else {
      passed.push(node);
      continue;
    }
    break;
  }
  for (const node of passed) known.set(node, found);
  return found;
}

function joinOuter(
  outer: SpanNode,
  calls: readonly SpanNode[],
  groups: Map<SpanNode, CallGroup>,
  wrappers: Wrapper[],
): 'wrapper' | undefined {
  const mine = outer.sighting;
  if (mine === undefined) return;
  const candidates = calls.filter((call) => call.sighting !== undefined && alike(mine, call.sighting));
  const twin =
    candidates.find((call) => sameId(mine, call.sighting)) ??
    candidates.find((call) => sameAmount(mine, call.sighting));
  if (twin !== undefined) return void join(outer, twin, groups, TWIN_RULES.nested);
  const answered = candidates.filter((call) => call.sighting?.totals !== undefined);
  // Attempts that failed before the call succeeded are calls of their own; where all failed, the last is what stands around.
  const [only] = answered.length > 0 ? answered : unanswered(mine, candidates);
  if (only === undefined) return;
  if (answered.length <= 1 && mayBeNested(mine, only.sighting))
    return void join(outer, only, groups, TWIN_RULES.nested);
  if (answered.length <= 1 && !holdsMore(mine, only.sighting)) return;
  const reason = mine.totals !== undefined && isSum(mine, answered) ? 'sum_of_calls' : 'wrapper_of_calls';
  groups.delete(outer);
  wrappers.push({ node: outer, kept: only, reason });
  return 'wrapper';
}

function unanswered(outer: Sighting, candidates: readonly SpanNode[]): readonly SpanNode[] {
  return outer.failed ? candidates.slice(-1) : candidates.filter((call) => call.sighting?.failed !== true);
}

/** Around one call of its own instrumentation, with no less usage: a sum, of whose other calls no span came. */
function holdsMore(outer: Sighting, inner: Sighting | undefined): boolean {
  if (outer.totals === undefined || inner?.totals === undefined) return true;
  const differ = outer.call.responseId !== '' && inner.call.responseId !== '';
  return !differ && outer.totals.input >= inner.totals.input && outer.totals.output >= inner.totals.output;
}

function alike(a: Sighting, b: Sighting): boolean {
  return sameModel(a, b) && mayShareProvider(a, b);
}

function sameId(a: Sighting, b: Sighting | undefined): boolean {
  return b !== undefined && a.call.responseId !== '' && a.call.responseId === b.call.responseId;
}

function sameAmount(a: Sighting, b: Sighting | undefined): boolean {
  return b !== undefined && equalUsage(a, b);
}

function mayBeNested(outer: Sighting, inner: Sighting | undefined): boolean {
  if (inner === undefined) return false;
  if (inner.rank === RANK.wire) return true;
  if (outer.totals === undefined || inner.totals === undefined) return true;
  const differ = outer.call.responseId !== '' && inner.call.responseId !== '';
  // Around one call of its own instrumentation a sum of several would have more input.
  return !differ && (outer.scopeName !== inner.scopeName || outer.totals.input === inner.totals.input);
}

function isSum(outer: Sighting, inner: readonly SpanNode[]): boolean {
  let input = 0n;
  let output = 0n;
  for (const { sighting } of inner) {
    input += sighting?.totals?.input ?? 0n;
    output += sighting?.totals?.output ?? 0n;
  }
  return outer.totals?.input === input && outer.totals.output === output;
}

/** A remote agent is charged only where no model request beneath it tells of its calls. */
function dropRemoteAgents(groups: Map<SpanNode, CallGroup>, wrappers: Wrapper[]): void {
  if (![...groups.keys()].some((node) => node.span.classification.remoteAgent)) return;
  const kept = new Map<SpanNode, SpanNode>();
  for (const node of [...groups.keys()].sort(byStart)) {
    if (node.span.classification.remoteAgent) continue;
    for (let outer = node.parent; outer !== undefined && !kept.has(outer); outer = outer.parent) kept.set(outer, node);
  }
  for (const node of [...groups.keys()]) {
    const inner = kept.get(node);
    if (!node.span.classification.remoteAgent || inner === undefined) continue;
    // Joined to one of them already, it is that call seen further out.
    if ((groups.get(node)?.members.length ?? 0) > 1) continue;
    groups.delete(node);
    wrappers.push({ node, kept: inner, reason: 'sum_of_calls' });
  }
}

/** Twins anywhere in the trace: sorted by start, only spans that overlap in time are compared. */
function joinLookalikes(groups: Map<SpanNode, CallGroup>): void {
  const nodes = [...groups.keys()].sort(byStart);
  const open: SpanNode[] = [];
  for (const node of nodes) {
    const start = node.span.identity.startNs - OVERLAP_SLACK_NS;
    for (let index = open.length - 1; index >= 0; index -= 1) {
      const earlier = open[index];
      if (earlier === undefined) continue;
      if (earlier.span.identity.endNs < start) open.splice(index, 1);
      else joinIfSame(earlier, node, groups);
    }
    if (open.length < MAX_OPEN) open.push(node);
  }
}

const OVERLAP_SLACK_NS = 5_000_000n;
/** Calls of one trace that run at the same moment and are compared with a new one; beyond this twins may be missed. */
const MAX_OPEN = 512;

function byStart(a: SpanNode, b: SpanNode): number {
  const [one, other] = [a.span.identity, b.span.identity];
  if (one.startNs !== other.startNs) return one.startNs < other.startNs ? -1 : 1;
  return one.spanId < other.spanId ? -1 : 1;
}

function joinIfSame(a: SpanNode, b: SpanNode, groups: Map<SpanNode, CallGroup>): void {
  if (a.sighting === undefined || b.sighting === undefined) return;
  const rule = sameCall(a.sighting, b.sighting);
  if (rule !== undefined) join(a, b, groups, rule);
}

function join(a: SpanNode, b: SpanNode, groups: Map<SpanNode, CallGroup>, rule: TwinRule): void {
  const [one, other] = [groups.get(a), groups.get(b)];
  if (one === undefined || other === undefined || one === other) return;
  if (rule !== TWIN_RULES.nested && shareInstrumentation(one, other)) return;
  for (const node of other.members) {
    one.members.push(node);
    groups.set(node, one);
  }
  one.remote.push(...other.remote);
  one.rule = one.rule ?? other.rule ?? rule;
}

/** Of one process: a gateway may be instrumented like its clients. */
function sameInstrumentation(a: DecodedSpan, b: DecodedSpan): boolean {
  return a.identity.scopeName === b.identity.scopeName && a.resource.processKey === b.resource.processKey;
}

function shareInstrumentation(one: CallGroup, other: CallGroup): boolean {
  return one.members.some((a) => other.members.some((b) => sameInstrumentation(a.span, b.span)));
}
