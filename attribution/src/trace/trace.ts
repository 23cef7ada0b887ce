import type { RepeatedTool } from '../calls/repeated-tools.ts';
import type { Sighting, Twin } from '../calls/sighting.ts';
import type { DecodedSpan } from '../facts.ts';
import type { Beneath, Outcome, RowState } from '../ledger/row-state.ts';
import { type Lineage, NO_CONTEXT, type SpanContext } from '../lineage/lineage.ts';
import { newerVersion } from './versions.ts';

/** Where on the span log a span came from, and with which key. */
export type Origin = {
  readonly partition: number;
  readonly offset: number;
  readonly keyId: string;
  readonly receivedAtMs: number;
};

/** One span in its trace's tree, with what has been resolved for it and what the ledger has of it. */
export type SpanNode = {
  span: DecodedSpan;
  origin: Origin;
  /** Minute since 1970 in which the span starts: part of its identity in the ledger. */
  startMinute: number;
  parent: SpanNode | undefined;
  readonly children: SpanNode[];
  /** Set while a pass over the tree visits it; compared with the trace's pass number. */
  visited: number;
  context: SpanContext;
  lineage: Lineage | undefined;
  repeats: RepeatedTool | undefined;
  /** How this span tells of a physical call; undefined when it tells of none. */
  sighting: Sighting | undefined;
  /** Sightings of the same call in other traces, learnt through notices; almost always empty. */
  twins: readonly Twin[];
  resolved: RowState | undefined;
  /** Of the pass over the tree that runs now: how the call came out, and what lies beneath. */
  outcome: Outcome | undefined;
  beneath: Beneath | undefined;
  /** What the ledger has; undefined for a span that it has not yet. */
  written: RowState | undefined;
  /** The twins that the ledger has beside it: they must outlive the cache, also where they change nothing else in the row. */
  writtenTwins: readonly Twin[];
};

/** All that is known of one trace of one tenant. */
export class Trace {
  readonly tenant: string;
  readonly traceId: string;
  readonly nodes = new Map<string, SpanNode>();
  pass = 0;
  /** Highest log offset among the records that this trace learnt from since it was last resolved. */
  lastOffset = 0;
  /** Spans added or changed since the trace was last resolved, and when that was. */
  unresolved = 0;
  resolvedAtMs = 0;
  private roots = 0;
  private readonly orphans = new Map<string, SpanNode[]>();
  /** Spans whose link to their parent is cut for the time being, because it closes a cycle. */
  private readonly cuts = new Set<SpanNode>();

  /** Whether it has a root and no span waits for a parent: further spans are not to be expected soon. */
  get isWhole(): boolean {
    return this.roots > 0 && this.orphans.size === 0;
  }

  constructor(tenant: string, traceId: string) {
    this.tenant = tenant;
    this.traceId = traceId;
  }

  /**
   * Adds a span, or the same span again. Of two versions of a span the one that knows more stays, whichever came first.
   * Returns the node, whether anything changed, and the version that was replaced.
   */
  add(span: DecodedSpan, origin: Origin): { node: SpanNode; changed: boolean; replaced: DecodedSpan | undefined } {
    const id = span.identity.spanId;
    const known = this.nodes.get(id);
    if (known === undefined) {
      const node = this.insert(span, origin);
      this.unresolved += 1;
      return { node, changed: true, replaced: undefined };
    }
    if (!newerVersion(span, known.span)) return { node: known, changed: false, replaced: undefined };
    const replaced = known.span;
    this.detach(known);
    known.span = span;
    known.origin = origin;
    known.startMinute = minuteOf(span);
    known.sighting = undefined;
    // Prices are those of the start: a call that moved is rated anew.
    if (replaced.identity.startNs !== span.identity.startNs) known.resolved = undefined;
    this.attach(known);
    this.unresolved += 1;
    return { node: known, changed: true, replaced };
  }

  /** Takes a span from its parent until `rejoin`. */
  cut(node: SpanNode): void {
    this.detach(node);
    this.cuts.add(node);
  }

  /** Undoes all cuts: a later version of another span of the cycle may have opened it. */
  rejoin(): void {
    for (const node of this.cuts) this.attach(node);
    this.cuts.clear();
  }

  private insert(span: DecodedSpan, origin: Origin): SpanNode {
    const node: SpanNode = {
      span,
      origin,
      startMinute: minuteOf(span),
      parent: undefined,
      children: [],
      visited: 0,
      context: NO_CONTEXT,
      lineage: undefined,
      repeats: undefined,
      sighting: undefined,
      twins: NO_TWINS,
      writtenTwins: NO_TWINS,
      resolved: undefined,
      outcome: undefined,
      beneath: undefined,
      written: undefined,
    };
    this.nodes.set(span.identity.spanId, node);
    this.attach(node);
    this.adopt(node);
    return node;
  }

  private attach(node: SpanNode): void {
    const parentId = node.span.identity.parentSpanId;
    if (parentId === '') {
      this.roots += 1;
      return;
    }
    const parent = this.nodes.get(parentId);
    if (parent !== undefined) {
      node.parent = parent;
      parent.children.push(node);
      return;
    }
    const waiting = this.orphans.get(parentId);
    if (waiting === undefined) this.orphans.set(parentId, [node]);
    else waiting.push(node);
  }

  private detach(node: SpanNode): void {
    if (node.span.identity.parentSpanId === '') this.roots -= 1;
    if (this.cuts.delete(node)) return;
    const siblings =
      node.parent === undefined ? this.orphans.get(node.span.identity.parentSpanId) : node.parent.children;
    const index = siblings?.indexOf(node) ?? -1;
    if (index >= 0) siblings?.splice(index, 1);
    if (node.parent === undefined && siblings?.length === 0) this.orphans.delete(node.span.identity.parentSpanId);
    node.parent = undefined;
  }

  /** Children that came before their parent find it now. */
  private adopt(parent: SpanNode): void {
    const id = parent.span.identity.spanId;
    const waiting = this.orphans.get(id);
    if (waiting === undefined) return;
    this.orphans.delete(id);
    for (const child of waiting) {
      child.parent = parent;
      parent.children.push(child);
    }
  }
}

const NO_TWINS: readonly Twin[] = [];
const NS_A_MINUTE = 60_000_000_000n;

export function minuteOf({ identity }: DecodedSpan): number {
  return Number(identity.startNs / NS_A_MINUTE);
}
