import type { DecodedSpan } from '../facts.ts';
import { type Lineage, NO_CONTEXT, type SpanContext } from '../lineage/lineage.ts';
import type { RowState } from '../ledger/row-state.ts';
import type { Sighting, Twin } from '../calls/sighting.ts';
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
  parent: SpanNode | undefined;
  readonly children: SpanNode[];
  /** Set while a pass over the tree visits it; compared with the trace's pass number. */
  visited: number;
  context: SpanContext;
  lineage: Lineage | undefined;
  /** How this span tells of a physical call; undefined when it tells of none. */
  sighting: Sighting | undefined;
  /** Sightings of the same call in other traces, learnt through notices; almost always empty. */
  twins: readonly Twin[];
  resolved: RowState | undefined;
  /** What the ledger has; undefined for a span that it has not yet. */
  written: RowState | undefined;
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
  private readonly orphans = new Map<string, SpanNode[]>();

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
    known.sighting = undefined;
    this.attach(known);
    this.unresolved += 1;
    return { node: known, changed: true, replaced };
  }

  private insert(span: DecodedSpan, origin: Origin): SpanNode {
    const node: SpanNode = {
      span,
      origin,
      parent: undefined,
      children: [],
      visited: 0,
      context: NO_CONTEXT,
      lineage: undefined,
      sighting: undefined,
      twins: NO_TWINS,
      resolved: undefined,
      written: undefined,
    };
    this.nodes.set(span.identity.spanId, node);
    this.attach(node);
    this.adopt(node);
    return node;
  }

  private attach(node: SpanNode): void {
    const parentId = node.span.identity.parentSpanId;
    if (parentId === '') return;
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
    const siblings = node.parent === undefined ? this.orphans.get(node.span.identity.parentSpanId) : node.parent.children;
    const index = siblings?.indexOf(node) ?? -1;
    if (index >= 0) siblings?.splice(index, 1);
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
