import { readFileSync } from 'node:fs';
import { EventSpans } from '../../src/events/event-spans.ts';
import { createEventReader } from '../../src/events/read-events.ts';
import type { DecodedSpan } from '../../src/facts.ts';
import { encodeLogsRequest, type Json, keyValues } from './encode.ts';
import { newDecoder } from './fixtures.ts';
import { EPOCH_MS } from './made-spans.ts';
import { PARTITIONS } from './records.ts';

export type SentEvent = {
  readonly scope?: string;
  readonly name?: string;
  readonly body?: string;
  /** Milliseconds after the tests' epoch. */
  readonly at?: number;
  readonly observedAt?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes?: Json;
  readonly resource?: Json;
};

/** The bytes of recorded log records, as they stand on the log. */
export function recordedLogs(file: string): Buffer {
  const url = new URL(`../../../test/fixtures/signals/${file}`, import.meta.url);
  return encodeLogsRequest((JSON.parse(readFileSync(url, 'utf8')) as { body: Json }).body);
}

export function logsRequest(...events: readonly SentEvent[]): Buffer {
  return encodeLogsRequest({
    resourceLogs: events.map(({ scope, resource, ...event }) => ({
      resource: { attributes: keyValues(resource ?? { 'service.name': 'cli' }) },
      scopeLogs: [
        { ...(scope === undefined ? {} : { scope: { name: scope, version: '1' } }), logRecords: [logRecord(event)] },
      ],
    })),
  });
}

/** The spans that a record of the log becomes, through the bytes and back. */
export function spansOf(record: Buffer, tenant = 'default'): DecodedSpan[] {
  const spans = new EventSpans(PARTITIONS);
  createEventReader().read(record, (event, attributes) => spans.add(tenant, event, attributes));
  const decoder = newDecoder();
  return spans.take().flatMap(({ value }) => decoder.decode(value));
}

function logRecord({ name, body, at, observedAt, traceId, spanId, attributes = {} }: SentEvent): Json {
  return {
    ...(at === undefined ? {} : { timeUnixNano: nanos(at) }),
    ...(observedAt === undefined ? {} : { observedTimeUnixNano: nanos(observedAt) }),
    ...(body === undefined ? {} : { body: { stringValue: body } }),
    ...(name === undefined ? {} : { eventName: name }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    attributes: keyValues(attributes),
  };
}

function nanos(ms: number): string {
  return `${BigInt(EPOCH_MS + ms) * 1_000_000n}`;
}
