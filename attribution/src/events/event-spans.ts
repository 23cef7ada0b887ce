import { partitionOfTrace } from '@spanledger/spanlog';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import { WireCursor } from '../decode/wire-cursor.ts';
import { eventIdentity } from './event-identity.ts';
import { eventScope } from './event-scope.ts';
import { fixed64, message, text, uint } from './protobuf.ts';
import type { EventRecord } from './read-events.ts';

/** Spans for one partition of the span log, as a serialised ExportTraceServiceRequest. */
export type EventSlice = { readonly partition: number; readonly value: Buffer };

/** Field numbers of ExportTraceServiceRequest, ResourceSpans and ScopeSpans. */
const REQUEST = { resourceSpans: 1 } as const;
const RESOURCE_SPANS = { resource: 1, scopeSpans: 2 } as const;
const SCOPE_SPANS = { scope: 1, spans: 2 } as const;
const SPAN = {
  traceId: 1,
  spanId: 2,
  parent: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attributes: 9,
  status: 15,
} as const;
const STATUS = { message: 2, code: 3 } as const;
const SCOPE_NAME = 1;
const RESOURCE_ATTRIBUTES = 1;

const KIND_CLIENT = 3;
const STATUS_ERROR = 2;
const MAX_STATUS_LENGTH = 256;
const NS_A_MS = 1_000_000n;

const DURATION_MS = attributeKey('duration_ms');
const ERRORS = spellings('error.message', 'error_message', 'error', 'error.type');

type Group = {
  readonly resource: Buffer;
  readonly scope: Buffer;
  readonly spans: Buffer[];
  readonly record: EventRecord;
};

/** Collects the spans of usage events, each resource and scope once for the spans that share it. */
export class EventSpans {
  bytes = 0;
  count = 0;
  readonly #partitionCount: number;
  #byPartition = new Map<number, Group[]>();

  constructor(partitionCount: number) {
    this.#partitionCount = partitionCount;
  }

  add(tenant: string, record: EventRecord, attributes: AttributeBag): void {
    const { traceId, spanId } = eventIdentity(tenant, record, attributes);
    const partition = partitionOfTrace(traceId.toString('hex'), this.#partitionCount);
    const span = spanOf(record, attributes, traceId, spanId);
    this.count += 1;
    this.bytes += span.length;
    this.#group(partition, record).spans.push(span);
  }

  /** One slice per partition, and nothing left. */
  take(): EventSlice[] {
    const slices = [...this.#byPartition].map(([partition, groups]) => ({
      partition,
      value: Buffer.concat(groups.map(resourceSpansOf)),
    }));
    this.#byPartition = new Map();
    this.bytes = 0;
    this.count = 0;
    return slices;
  }

  #group(partition: number, record: EventRecord): Group {
    const { resource, scope } = record;
    const groups = this.#byPartition.get(partition) ?? [];
    const last = groups.at(-1);
    if (
      last !== undefined &&
      last.resource === resource &&
      last.scope === scope &&
      last.record.event === record.event
    ) {
      return last;
    }
    const group = { resource, scope, spans: [], record };
    groups.push(group);
    this.#byPartition.set(partition, groups);
    this.bytes += resource.length + scope.length;
    return group;
  }
}

function resourceSpansOf({ resource, spans, record }: Group): Buffer {
  const { onlyOnLogs } = record.event;
  return message(
    REQUEST.resourceSpans,
    message(RESOURCE_SPANS.resource, onlyOnLogs === undefined ? resource : withoutAttribute(resource, onlyOnLogs)),
    message(RESOURCE_SPANS.scopeSpans, message(SCOPE_SPANS.scope, scopeOf(record)), ...spans),
  );
}

/** The span as a field of ScopeSpans. It ends at the moment of the event and lasted as long as the event says. */
function spanOf(record: EventRecord, attributes: AttributeBag, traceId: Buffer, spanId: Buffer): Buffer {
  const { event, outcome, timeNs } = record;
  const durationNs = BigInt(Math.max(0, attributes.count(DURATION_MS))) * NS_A_MS;
  const status = uint(STATUS.code, STATUS_ERROR);
  const error = text(STATUS.message, attributes.firstString(ERRORS).slice(0, MAX_STATUS_LENGTH));
  return message(
    SCOPE_SPANS.spans,
    message(SPAN.traceId, traceId),
    message(SPAN.spanId, spanId),
    ...(record.spanId === undefined ? [] : [message(SPAN.parent, record.spanId)]),
    text(SPAN.name, event.name),
    uint(SPAN.kind, KIND_CLIENT),
    fixed64(SPAN.start, durationNs < timeNs ? timeNs - durationNs : timeNs),
    fixed64(SPAN.end, timeNs),
    ...record.attributes.map((attribute) => message(SPAN.attributes, attribute)),
    ...(outcome === 'failed' ? [message(SPAN.status, error, status)] : []),
  );
}

/** The record's scope under a name of its own: the event is another witness of the call than the emitter's span. */
function scopeOf({ scope, scopeName }: EventRecord): Buffer {
  const rest = fieldsOf(scope).filter(({ field }) => field !== SCOPE_NAME);
  return Buffer.concat([text(SCOPE_NAME, eventScope(scopeName)), ...rest.map(({ whole }) => whole)]);
}

function withoutAttribute(resource: Buffer, key: string): Buffer {
  const pair = text(1, key);
  const kept = fieldsOf(resource).filter(
    ({ field, body }) => field !== RESOURCE_ATTRIBUTES || !body.subarray(0, pair.length).equals(pair),
  );
  return Buffer.concat(kept.map(({ whole }) => whole));
}

type Field = { readonly field: number; readonly whole: Buffer; readonly body: Buffer };

function fieldsOf(bytes: Buffer): Field[] {
  const cursor = new WireCursor();
  cursor.reset(bytes);
  const fields: Field[] = [];
  while (cursor.position < bytes.length) {
    const start = cursor.position;
    const tag = cursor.varint(bytes.length);
    let bodyStart = cursor.position;
    if ((tag & 7) === 2) {
      const end = cursor.lengthEnd(bytes.length);
      bodyStart = cursor.position;
      cursor.position = end;
    } else cursor.skip(tag, bytes.length);
    const end = cursor.position;
    fields.push({ field: tag >>> 3, whole: bytes.subarray(start, end), body: bytes.subarray(bodyStart, end) });
  }
  return fields;
}
