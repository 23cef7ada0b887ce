import type { WarehouseReader } from '@spanledger/warehouse';
import { type ReloadRequest, readLedgerRows, restoreRow } from '../ledger/reload.ts';
import type { TraceCache } from '../trace/trace-cache.ts';
import type { TraceDirectory } from '../trace/trace-directory.ts';

/** A trace that a batch speaks of. */
export type TraceRef = { readonly tenant: string; readonly traceId: string };

export type BringOptions = {
  readonly cache: TraceCache;
  readonly directory: TraceDirectory;
  readonly reader: WarehouseReader;
  readonly nowMinute: number;
  readonly lookbackMinutes: number;
};

const MINUTES_A_DAY = 1440;
/** More minutes than this are asked for as one range. */
const MAX_MINUTES = 3000;
/** Trace ids of one query. */
const MAX_IDS = 2000;

/**
 * Makes the traces of a batch available: those in the cache stay, those that the ledger may hold are read back from it.
 * Returns how many rows were read.
 */
export async function bringTraces(refs: Iterable<TraceRef>, options: BringOptions): Promise<number> {
  const { cache, directory } = options;
  const located = new Map<string, { ids: string[]; minutes: Set<number> }>();
  const unknown = new Map<string, string[]>();
  for (const { tenant, traceId } of refs) {
    if (cache.has(tenant, traceId)) continue;
    cache.take(tenant, traceId);
    const minutes = directory.find(tenant, traceId);
    if (minutes === undefined) {
      if (!directory.complete) append(unknown, tenant, traceId);
      continue;
    }
    if (minutes.last - minutes.first > MAX_MINUTES) {
      append(unknown, tenant, traceId);
      continue;
    }
    const group = located.get(tenant) ?? { ids: [], minutes: new Set() };
    located.set(tenant, group);
    group.ids.push(traceId);
    for (let minute = minutes.first; minute <= minutes.last; minute += 1) group.minutes.add(minute);
  }
  let rows = 0;
  for (const request of requestsOf(located, unknown, options)) rows += await restore(request, options);
  return rows;
}

function requestsOf(
  located: Map<string, { ids: string[]; minutes: Set<number> }>,
  unknown: Map<string, string[]>,
  options: BringOptions,
): ReloadRequest[] {
  const requests: ReloadRequest[] = [];
  for (const [tenant, { ids, minutes }] of located) {
    const sorted = [...minutes].sort((a, b) => a - b);
    const range = { fromMinute: sorted[0] ?? 0, toMinute: sorted.at(-1) ?? 0 };
    const few = sorted.length <= MAX_MINUTES ? sorted : undefined;
    if (sorted.length > 0) requests.push(...chunks(ids, (traceIds) => ({ tenant, traceIds, minutes: few, ...range })));
  }
  const fromMinute = options.nowMinute - options.lookbackMinutes;
  const toMinute = options.nowMinute + MINUTES_A_DAY;
  for (const [tenant, ids] of unknown) {
    requests.push(...chunks(ids, (traceIds) => ({ tenant, traceIds, minutes: undefined, fromMinute, toMinute })));
  }
  return requests;
}

async function restore(request: ReloadRequest, { cache, directory, reader }: BringOptions): Promise<number> {
  const rows = await readLedgerRows(reader, request);
  for (const row of rows) {
    const trace = cache.take(row.tenant, row.trace_id);
    const before = trace.nodes.size;
    const node = restoreRow(trace, row);
    directory.add(row.tenant, row.trace_id, node.startMinute);
    cache.grew(trace.nodes.size - before);
    trace.unresolved = 0;
  }
  return rows.length;
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function chunks(ids: string[], request: (traceIds: string[]) => ReloadRequest): ReloadRequest[] {
  const requests: ReloadRequest[] = [];
  for (let at = 0; at < ids.length; at += MAX_IDS) requests.push(request(ids.slice(at, at + MAX_IDS)));
  return requests;
}
