import { Trace } from './trace.ts';

/**
 * The traces that attribution has at hand, least recently used first, bounded by their spans. A trace that still waits to
 * be resolved or written is never dropped.
 */
export class TraceCache {
  spanCount = 0;
  private readonly traces = new Map<string, Trace>();
  private readonly maxSpans: number;

  constructor(maxSpans: number) {
    this.maxSpans = maxSpans;
  }

  get traceCount(): number {
    return this.traces.size;
  }

  has(tenant: string, traceId: string): boolean {
    return this.traces.has(cacheKey(tenant, traceId));
  }

  /** The trace, made most recent; created when it is not here. */
  take(tenant: string, traceId: string): Trace {
    const key = cacheKey(tenant, traceId);
    const known = this.traces.get(key);
    if (known !== undefined) {
      this.traces.delete(key);
      this.traces.set(key, known);
      return known;
    }
    const trace = new Trace(tenant, traceId);
    this.traces.set(key, trace);
    return trace;
  }

  /** Drops what lies beyond the bound, oldest first; `pinned` says which traces must stay. */
  trim(pinned: (trace: Trace) => boolean): void {
    if (this.spanCount <= this.maxSpans) return;
    for (const [key, trace] of this.traces) {
      if (this.spanCount <= this.maxSpans) return;
      if (pinned(trace)) continue;
      this.traces.delete(key);
      this.spanCount -= trace.nodes.size;
    }
  }

  /** Forgets everything, after a failure that leaves open what the ledger has: it is read again from there. */
  clear(): void {
    this.traces.clear();
    this.spanCount = 0;
  }
}

function cacheKey(tenant: string, traceId: string): string {
  return tenant === 'default' ? traceId : `${tenant}\n${traceId}`;
}
