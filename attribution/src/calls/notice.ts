import type { LogRecord } from '@spanledger/spanlog';
import { readTwin } from '../ledger/read-facts.ts';
import { type StoredTwin, storedTwin } from '../ledger/row-facts.ts';
import type { Claim, ClaimPair } from './claims.ts';
import type { Twin } from './sighting.ts';

/** Told to the owner of a trace: this span of yours and that span of another trace are one physical call. */
export type Notice = { readonly tenant: string; readonly traceId: string; readonly spanId: string; readonly twin: Twin };

type StoredNotice = Omit<Notice, 'twin'> & { readonly v: 1; readonly twin: StoredTwin };

/** One notice to each side of a pair, for the log partition of its trace: so replay and restarts decide alike. */
export function noticesOf({ a, b, rule }: ClaimPair, receivedAtMs: number): LogRecord[] {
  return [record(a, { sighting: b.sighting, rule }, receivedAtMs), record(b, { sighting: a.sighting, rule }, receivedAtMs)];
}

function record(to: Claim, twin: Twin, receivedAtMs: number): LogRecord {
  const stored: StoredNotice = {
    v: 1,
    tenant: to.tenant,
    traceId: to.sighting.traceId,
    spanId: to.sighting.spanId,
    twin: storedTwin(twin),
  };
  return { partition: to.partition, keyId: '', receivedAtMs, kind: 'notice', value: Buffer.from(JSON.stringify(stored)) };
}

/** Reads a notice back; undefined for bytes that are none. */
export function readNotice(value: Uint8Array): Notice | undefined {
  try {
    const stored = JSON.parse(Buffer.from(value).toString()) as StoredNotice;
    if (stored.v !== 1) return undefined;
    return { tenant: stored.tenant, traceId: stored.traceId, spanId: stored.spanId, twin: readTwin(stored.twin) };
  } catch {
    return undefined;
  }
}
