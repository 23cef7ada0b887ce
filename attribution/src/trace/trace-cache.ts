import { Trace } from './trace.ts';

/**
 * The traces that attribution has at hand, least recently used first, bounded by their spans. Traces that wait for spans
 * (a parent that has not come, a root) may fill the whole bound; settled ones, which the ledger holds completely, only a
 * tenth of it: they are rarely asked for again, and are read back from the ledger then. A trace that still waits to be
 * resolved or written is never dropped.
 */
export class TraceCache {
  readonly maxSpans: number;
  private readonly open = new Shelf();
  private readonly settled = new Shelf();

  constructor(maxSpans: number) {
    this.maxSpans = maxSpans;
  }

  get spanCount(): number {
    return this.open.spanCount + this.settled.spanCount;
  }

  get traceCount(): number {
    return this.open.traces.size + this.settled.traces.size;
  }

  has(tenant: string, traceId: string): boolean {
    const key = cacheKey(tenant, traceId);
    return this.open.traces.has(key) || this.settled.traces.has(key);
  }

  /** The trace as it is at hand; does not count as use. */
  peek(tenant: string, traceId: string): Trace | undefined {
    const key = cacheKey(tenant, traceId);
    return this.open.traces.get(key) ?? this.settled.traces.get(key);
  }

  /** The trace, made most recent and open; created when it is not here. */
  take(tenant: string, traceId: string): Trace {
    const key = cacheKey(tenant, traceId);
    const trace = this.open.remove(key) ?? this.settled.remove(key) ?? new Trace(tenant, traceId);
    this.open.put(key, trace);
    return trace;
  }

  /** To be called after spans were added to a trace that was taken. */
  grew(spans: number): void {
    this.open.spanCount += spans;
  }

  /** To be called when all that a trace has is written: it is settled if no span of it is missing. */
  wrote(trace: Trace): void {
    if (!trace.isWhole) return;
    const key = cacheKey(trace.tenant, trace.traceId);
    if (this.open.remove(key) !== undefined) this.settled.put(key, trace);
  }

  /** Drops what lies beyond the bounds, oldest first; `pinned` says which traces must stay. */
  trim(pinned: (trace: Trace) => boolean): void {
    this.settled.trim(this.maxSpans * SETTLED_SHARE, pinned);
    this.open.trim(this.maxSpans - this.settled.spanCount, pinned);
  }
}

const SETTLED_SHARE = 0.1;

class Shelf {
  readonly traces = new Map<string, Trace>();
  spanCount = 0;

  put(key: string, trace: Trace): void {
    this.traces.set(key, trace);
    this.spanCount += trace.nodes.size;
  }

  remove(key: string): Trace | undefined {
    const trace = this.traces.get(key);
    if (trace === undefined) return undefined;
    this.traces.delete(key);
    this.spanCount -= trace.nodes.size;
    return trace;
  }

  trim(maxSpans: number, pinned: (trace: Trace) => boolean): void {
    if (this.spanCount <= maxSpans) return;
    for (const [key, trace] of this.traces) {
      if (this.spanCount <= maxSpans) return;
      if (!pinned(trace)) this.remove(key);
    }
  }
}

function cacheKey(tenant: string, traceId: string): string {
  return tenant === 'default' ? traceId : `${tenant}\n${traceId}`;
}
