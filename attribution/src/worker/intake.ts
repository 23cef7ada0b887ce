import { TOPICS } from '@spanledger/schemas';
import { partitionOfTrace, type StoredRecord } from '@spanledger/spanlog';
import { type Notice, readNotice } from '../calls/notice.ts';
import type { TraceDecoder } from '../decode/trace-decoder.ts';
import type { DecodedSpan, SpanIdentity } from '../facts.ts';
import type { Origin } from '../trace/trace.ts';
import type { DeadLetter, DeadLetterReason } from './dead-letter.ts';
import type { KeyRing } from './keys.ts';

export type ArrivedSpan = { readonly tenant: string; readonly span: DecodedSpan; readonly origin: Origin };
export type ArrivedNotice = { readonly notice: Notice; readonly origin: Origin };

/** What the records of a batch bring: spans, notices from other traces, and what can be neither. */
export type Arrivals = {
  readonly spans: ArrivedSpan[];
  readonly notices: ArrivedNotice[];
  readonly dead: DeadLetter[];
};

const DAY_NS = 86_400_000_000_000n;
const MAX_AGE_NS = 400n * DAY_NS;
const MAX_KIND = 5;
const MAX_STATUS_CODE = 2;

/** Step 1 and 2: from a record's bytes to classified spans. Nothing that a record says makes it throw. */
export function readRecord(
  record: StoredRecord,
  arrivals: Arrivals,
  context: { decoder: TraceDecoder; keys: KeyRing; partitionCount: number },
): void {
  const origin = {
    partition: record.partition,
    offset: record.offset,
    keyId: record.keyId,
    receivedAtMs: record.receivedAtMs,
  };
  if (record.kind === 'notice') {
    takeNotice(record, origin, arrivals);
    return;
  }
  const tenant = context.keys.tenantOf(record.keyId);
  if (tenant === undefined) {
    const detail = `no ingest key with id "${record.keyId}" is configured; name it again and replay`;
    arrivals.dead.push(wholeRecord(record, '', 'unknown_ingest_key', detail));
    return;
  }
  const spans = decoded(record, tenant, arrivals, context.decoder);
  const receivedNs = BigInt(record.receivedAtMs) * 1_000_000n;
  for (const span of spans) {
    const problem = refusal(span.identity, receivedNs, record.partition, context.partitionCount);
    if (problem === undefined) arrivals.spans.push({ tenant, span: withSaneValues(span), origin });
    else arrivals.dead.push({ ...problem, ...idsOf(span), tenant, topic: TOPICS.spans, record, payload: NO_PAYLOAD });
  }
}

const NO_PAYLOAD = new Uint8Array(0);

function takeNotice(record: StoredRecord, origin: Origin, arrivals: Arrivals): void {
  const notice = readNotice(record.value);
  if (notice !== undefined) arrivals.notices.push({ notice, origin });
  else arrivals.dead.push(wholeRecord(record, '', 'malformed_notice', 'not the JSON of a notice'));
}

function decoded(
  record: StoredRecord,
  tenant: string,
  arrivals: Arrivals,
  decoder: TraceDecoder,
): readonly DecodedSpan[] {
  try {
    return decoder.decode(record.value);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    arrivals.dead.push(wholeRecord(record, tenant, 'malformed', detail));
    return [];
  }
}

function wholeRecord(record: StoredRecord, tenant: string, reason: DeadLetterReason, detail: string): DeadLetter {
  return { tenant, topic: TOPICS.spans, record, traceId: '', spanId: '', reason, detail, payload: record.value };
}

function refusal(
  identity: SpanIdentity,
  receivedNs: bigint,
  partition: number,
  partitionCount: number,
): { reason: DeadLetterReason; detail: string } | undefined {
  const { startNs, endNs, traceId } = identity;
  if (startNs < receivedNs - MAX_AGE_NS || startNs > receivedNs + DAY_NS || endNs > receivedNs + DAY_NS) {
    const detail = `start ${startNs} ns, end ${endNs} ns, received ${receivedNs} ns since 1970`;
    return { reason: 'clock_out_of_range', detail };
  }
  const owner = partitionOfTrace(traceId, partitionCount);
  if (owner === partition) return undefined;
  return { reason: 'wrong_partition', detail: `trace ${traceId} belongs to partition ${owner}, came on ${partition}` };
}

function idsOf({ identity }: DecodedSpan): { traceId: string; spanId: string } {
  return { traceId: identity.traceId, spanId: identity.spanId };
}

/**
 * A span that ends before it starts (clock skew, an end that was never set) ends when it starts. Kinds and status codes that
 * OTLP does not know are unspecified: the ledger's columns could hold but not show them.
 */
function withSaneValues(span: DecodedSpan): DecodedSpan {
  const { identity } = span;
  const { startNs, endNs, otlpKind, statusCode } = identity;
  if (endNs >= startNs && otlpKind <= MAX_KIND && statusCode <= MAX_STATUS_CODE) return span;
  const sane = {
    endNs: endNs < startNs ? startNs : endNs,
    otlpKind: otlpKind <= MAX_KIND ? otlpKind : 0,
    statusCode: statusCode <= MAX_STATUS_CODE ? statusCode : 0,
  };
  return { ...span, identity: { ...identity, ...sane } };
}
