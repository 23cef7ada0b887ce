import type { LogRecord } from '@spanledger/spanlog';
import { readTwin } from '../ledger/read-facts.ts';
import { type StoredTwin, storedTwin } from '../ledger/row-facts.ts';
import type { Twin } from './sighting.ts';

/** Told to the owner of a trace: this span of yours and that span of another trace are one physical call. */
export type Notice = {
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly twin: Twin;
};

type StoredNotice = Omit<Notice, 'twin'> & { readonly v: 1; readonly twin: StoredTwin };

/** Of which span a notice tells, and the log partition of its trace: so replay and restarts decide alike. */
export type NoticeAddress = {
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly partition: number;
};

export function noticeTo(to: NoticeAddress, twin: Twin, receivedAtMs: number): LogRecord {
  const { tenant, traceId, spanId, partition } = to;
  const stored: StoredNotice = { v: 1, tenant, traceId, spanId, twin: storedTwin(twin) };
  return { partition, keyId: '', receivedAtMs, kind: 'notice', value: Buffer.from(JSON.stringify(stored)) };
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
