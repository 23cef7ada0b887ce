import type { LogRecord, PartitionBatch } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';
import { ClaimIndex } from '../calls/claims.ts';
import { sightingOf } from '../calls/sighting.ts';
import { type TwinCandidate, TwinSearch } from '../calls/twin-search.ts';
import { type OwnerAttributes, ownerKeysOf } from '../decode/owner-keys.ts';
import { createTraceDecoder, type TraceDecoder } from '../decode/trace-decoder.ts';
import { classifySpan } from '../dialects/classify.ts';
import { readOwnLineage } from '../dialects/own-lineage.ts';
import type { DecodedSpan } from '../facts.ts';
import { resolveTrace } from '../ledger/resolve-trace.ts';
import type { Rater } from '../rating/types.ts';
import { minuteOf, type SpanNode, type Trace } from '../trace/trace.ts';
import { TraceCache } from '../trace/trace-cache.ts';
import { TraceDirectory } from '../trace/trace-directory.ts';
import { bringTraces, type TraceRef } from './bring-traces.ts';
import type { DeadLetter } from './dead-letter.ts';
import { type Arrivals, readRecord } from './intake.ts';
import type { KeyRing } from './keys.ts';
import type { PendingDeletion, PendingRow } from './ledger-writer.ts';
import { RULES_VERSION, revisionAt } from './revision.ts';
import type { AttributionStats } from './stats.ts';
import { tracesWithCalls } from './traces-with-calls.ts';

export type AttributorOptions = {
  readonly reader: WarehouseReader;
  readonly rater: Rater;
  readonly keys: KeyRing;
  readonly partitionCount: number;
  readonly clock: () => number;
  readonly lookbackDays: number;
  readonly cacheSpans: number;
  readonly twinCalls: number;
  /** The installation's own names of the attributes that say whose the cost is. */
  readonly ownerAttributes?: OwnerAttributes;
  readonly stats: AttributionStats;
};

/** What a batch changes: rows to write, and notices for the log. */
export type Changes = {
  readonly rows: PendingRow[];
  readonly deletions: PendingDeletion[];
  readonly notices: LogRecord[];
  readonly dead: DeadLetter[];
};

/** A trace that grew, with the log offset of its earliest span that is not in the ledger yet. */
type Deferred = { readonly partition: number; readonly firstOffset: number };

/** Above this many spans a trace is not resolved with every batch: its cost would grow with the square of its spans. */
const LARGE_TRACE_SPANS = 1000;
/** A large trace is resolved when it grew by this part, or after this time at the latest. */
const LARGE_TRACE_GROWTH = 1 / 8;
const LARGE_TRACE_WAIT_MS = 500;
const MAX_KNOWN_TRACES = 1 << 21;
const MINUTES_A_DAY = 1440;
/** A call may start so long before its twin. */
const TWIN_SPREAD_MINUTES = 5;
/** Minutes remembered as taken up; beyond this they are taken up again. */
const MAX_RECLAIMED_MINUTES = 10_000;

/** Steps 1 to 5 of attribution for batches of records: bytes in, rows to write out. Keeps the traces of its partitions. */
export class Attributor {
  readonly directory = new TraceDirectory({ maxTraces: MAX_KNOWN_TRACES, complete: false });
  readonly claims: ClaimIndex;
  readonly cache: TraceCache;
  private readonly options: AttributorOptions;
  private readonly lookbackMinutes: number;
  private readonly decoder: TraceDecoder;
  private readonly deferred = new Map<Trace, Deferred>();
  private readonly twinSearch = new TwinSearch();
  private candidates: TwinCandidate[] = [];
  /** Calls that start earlier may have twins that the ledger has and `claims` does not: they came before a restart. */
  claimsFromMinute = Number.NEGATIVE_INFINITY;
  private readonly reclaimedMinutes = new Set<number>();
  private unclaimedMinutes = new Set<number>();

  constructor(options: AttributorOptions) {
    this.options = options;
    const owners = ownerKeysOf(options.ownerAttributes ?? { team: [], project: [] });
    this.decoder = createTraceDecoder({ classify: classifySpan, readLineage: readOwnLineage, owners });
    this.lookbackMinutes = options.lookbackDays * MINUTES_A_DAY;
    this.cache = new TraceCache(options.cacheSpans);
    this.claims = new ClaimIndex(options.twinCalls);
  }

  async attribute(batches: readonly PartitionBatch[]): Promise<Changes> {
    const arrivals = this.read(batches);
    const changes: Changes = { rows: [], deletions: [], notices: [], dead: arrivals.dead };
    await this.bring(arrivals);
    const touched = this.place(arrivals, changes);
    this.resolveDue(touched, changes, false);
    await this.findTwins(changes);
    return changes;
  }

  /** Resolves what large traces still hold back; with `all`, without waiting any longer. */
  async resolveDeferred(all: boolean): Promise<Changes> {
    const changes: Changes = { rows: [], deletions: [], notices: [], dead: [] };
    this.resolveDue(new Map(), changes, all);
    await this.findTwins(changes);
    return changes;
  }

  get hasDeferred(): boolean {
    return this.deferred.size > 0;
  }

  /** The position to commit for a partition: before the first record of a span that waits in a large trace. */
  committable(partition: number, nextOffset: number): number {
    let offset = nextOffset;
    for (const waiting of this.deferred.values()) {
      if (waiting.partition === partition && waiting.firstOffset < offset) offset = waiting.firstOffset;
    }
    return offset;
  }

  /** To be called when rows are durably written. */
  written(rows: readonly PendingRow[]): void {
    for (const { tenant, node } of rows) {
      node.written = node.resolved;
      node.writtenTwins = node.twins;
      const { traceId } = node.span.identity;
      this.directory.add(tenant, traceId, node.startMinute);
      const trace = this.cache.peek(tenant, traceId);
      if (trace !== undefined && trace.unresolved === 0) this.cache.wrote(trace);
    }
    this.cache.trim((trace) => this.deferred.has(trace));
  }

  private read(batches: readonly PartitionBatch[]): Arrivals {
    const arrivals: Arrivals = { spans: [], notices: [], dead: [] };
    const context = { decoder: this.decoder, keys: this.options.keys, partitionCount: this.options.partitionCount };
    for (const { records } of batches) {
      for (const record of records) readRecord(record, arrivals, context);
      this.options.stats.records += records.length;
    }
    return arrivals;
  }

  private async bring({ spans, notices }: Arrivals): Promise<void> {
    const refs: TraceRef[] = notices.map(({ notice }) => notice);
    for (const { tenant, span } of spans) refs.push({ tenant, traceId: span.identity.traceId });
    await this.bringAll(refs);
  }

  private async bringAll(refs: Iterable<TraceRef>): Promise<void> {
    const { reader, clock, stats } = this.options;
    const { cache, directory, lookbackMinutes } = this;
    const nowMinute = Math.floor(clock() / 60_000);
    stats.reloadedRows += await bringTraces(refs, { cache, directory, reader, nowMinute, lookbackMinutes });
  }

  /** Puts spans and notices into their traces; returns the traces that changed with the earliest offset that did it. */
  private place({ spans, notices }: Arrivals, changes: Changes): Map<Trace, Deferred> {
    const touched = new Map<Trace, Deferred>();
    const { stats } = this.options;
    for (const { tenant, span, origin } of spans) {
      const trace = this.cache.take(tenant, span.identity.traceId);
      const before = trace.nodes.size;
      const { node, changed, replaced } = trace.add(span, origin);
      this.cache.grew(trace.nodes.size - before);
      stats.spans += 1;
      if (before === 0 && origin.receivedAtMs / 60_000 - node.startMinute > this.lookbackMinutes) stats.lateTraces += 1;
      if (!changed) {
        stats.repeatedSpans += 1;
        if (node.written !== undefined) continue;
      }
      if (replaced !== undefined) this.deleteMoved(tenant, node, replaced, origin.offset, changes);
      touch(touched, trace, origin.partition, origin.offset);
    }
    for (const { notice, origin } of notices) {
      const trace = this.cache.take(notice.tenant, notice.traceId);
      const node = trace.nodes.get(notice.spanId);
      stats.notices += 1;
      if (node === undefined) stats.orphanNotices += 1;
      else if (!knowsTwin(node, notice.twin.sighting.traceId, notice.twin.sighting.spanId)) {
        node.twins = [...node.twins, notice.twin];
        trace.unresolved += 1;
        touch(touched, trace, origin.partition, origin.offset);
      }
    }
    return touched;
  }

  private deleteMoved(tenant: string, node: SpanNode, replaced: DecodedSpan, offset: number, changes: Changes): void {
    const written = node.written;
    node.written = undefined;
    if (written === undefined || minuteOf(replaced) === node.startMinute) return;
    changes.deletions.push({ tenant, node, startNs: replaced.identity.startNs, revision: revisionAt(offset) });
  }

  private resolveDue(touched: Map<Trace, Deferred>, changes: Changes, all: boolean): void {
    const nowMs = this.options.clock();
    for (const [trace, since] of touched) {
      const earlier = this.deferred.get(trace);
      if (isDue(trace, nowMs)) this.resolve(trace, changes, nowMs);
      else if (earlier === undefined) this.deferred.set(trace, since);
    }
    for (const trace of [...this.deferred.keys()]) {
      if (all || isDue(trace, nowMs)) this.resolve(trace, changes, nowMs);
    }
    this.options.stats.deferredTraces = this.deferred.size;
  }

  private resolve(trace: Trace, changes: Changes, nowMs: number): void {
    this.deferred.delete(trace);
    const { rater, keys, stats } = this.options;
    const keyLineage = keys.lineageOf;
    const { changed, pinMismatches } = resolveTrace(trace, { rater, rulesVersion: RULES_VERSION, keyLineage });
    trace.resolvedAtMs = nowMs;
    const revision = revisionAt(trace.lastOffset);
    for (const node of changed) {
      if (node.written === undefined) this.claim(trace, node);
      changes.rows.push({ tenant: trace.tenant, node, revision });
    }
    stats.pinMismatches += changed.some((node) => node.written === undefined) ? pinMismatches : 0;
  }

  /** Notes where else the call may have been seen. */
  private claim(trace: Trace, node: SpanNode): void {
    if (node.sighting === undefined) return;
    if (node.startMinute < this.claimsFromMinute && !this.reclaimedMinutes.has(node.startMinute))
      this.unclaimedMinutes.add(node.startMinute);
    const { tenant, traceId } = trace;
    const ref = { tenant, traceId, spanId: node.span.identity.spanId };
    for (const other of this.claims.add(ref, node.sighting)) this.candidates.push({ tenant, node, other });
  }

  /** Looks at the candidates; what is found goes through the log to the owners of both traces. */
  private async findTwins(changes: Changes): Promise<void> {
    if (this.unclaimedMinutes.size > 0) await this.reclaimAround(this.unclaimedMinutes);
    if (this.candidates.length === 0) return;
    const candidates = this.candidates;
    this.candidates = [];
    await this.bringAll(candidates.map(({ other }) => other));
    const traceOf = (ref: TraceRef) => this.cache.peek(ref.tenant, ref.traceId);
    changes.notices.push(...this.twinSearch.notices(candidates, traceOf, this.options.clock()));
  }

  /** Takes up the ledger's calls of the time of these, once: twins overlap, so they start within minutes of each other. */
  private async reclaimAround(minutes: ReadonlySet<number>): Promise<void> {
    this.unclaimedMinutes = new Set();
    if (this.reclaimedMinutes.size > MAX_RECLAIMED_MINUTES) this.reclaimedMinutes.clear();
    const around = new Set<number>();
    for (const minute of minutes) {
      this.reclaimedMinutes.add(minute);
      for (let near = minute - TWIN_SPREAD_MINUTES; near <= minute + TWIN_SPREAD_MINUTES; near += 1) around.add(near);
    }
    const refs = await tracesWithCalls(this.options.reader, [...around]);
    await this.bringAll(refs);
    this.claimAll(refs);
    this.unclaimedMinutes.clear();
  }

  private claimAll(refs: readonly TraceRef[]): void {
    for (const { tenant, traceId } of refs) {
      const trace = this.cache.peek(tenant, traceId);
      for (const node of trace?.nodes.values() ?? []) {
        node.sighting ??= sightingOf(node.span);
        if (trace !== undefined) this.claim(trace, node);
      }
    }
  }

  /** Takes up again a trace that the ledger holds, so that its calls meet later ones, and returns notices not sent before. */
  async reclaim(refs: readonly TraceRef[]): Promise<LogRecord[]> {
    const changes: Changes = { rows: [], deletions: [], notices: [], dead: [] };
    await this.bringAll(refs);
    this.claimAll(refs);
    await this.findTwins(changes);
    return changes.notices;
  }
}

function isDue(trace: Trace, nowMs: number): boolean {
  const { size } = trace.nodes;
  return (
    size <= LARGE_TRACE_SPANS ||
    trace.unresolved >= size * LARGE_TRACE_GROWTH ||
    nowMs - trace.resolvedAtMs >= LARGE_TRACE_WAIT_MS
  );
}

function touch(touched: Map<Trace, Deferred>, trace: Trace, partition: number, offset: number): void {
  if (offset > trace.lastOffset) trace.lastOffset = offset;
  if (!touched.has(trace)) touched.set(trace, { partition, firstOffset: offset });
}

function knowsTwin(node: SpanNode, traceId: string, spanId: string): boolean {
  return node.twins.some(({ sighting }) => sighting.traceId === traceId && sighting.spanId === spanId);
}
