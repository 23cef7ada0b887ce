import { AttributeBag } from '../decode/attribute-bag.ts';
import { findAttributeKey } from '../decode/attribute-keys.ts';
import { ANY_STRING } from '../decode/attribute-value.ts';
import { TextCache } from '../decode/text-cache.ts';
import { malformed, WireCursor } from '../decode/wire-cursor.ts';
import { type Outcome, type UsageEvent, usageEvent } from './usage-events.ts';

/** A log record that tells of a model request. Bytes are parts of the record, not copies. */
export type EventRecord = {
  readonly event: UsageEvent;
  readonly outcome: Outcome;
  /** 16 and 8 bytes; undefined where the record names no trace or no span. */
  readonly traceId: Buffer | undefined;
  readonly spanId: Buffer | undefined;
  readonly timeNs: bigint;
  /** Content of the Resource and InstrumentationScope messages; empty where there are none. */
  readonly resource: Buffer;
  readonly scope: Buffer;
  readonly scopeName: string;
  /** KeyValue messages that some dialect reads. */
  readonly attributes: readonly Buffer[];
};

/** What `visit` is given beside a record: its attributes by key, valid only during the call. */
export type VisitEvent = (record: EventRecord, attributes: AttributeBag) => void;

export type EventReader = {
  /**
   * Calls `visit` for each usage event of a serialised ExportLogsServiceRequest and returns how many log records there
   * are in all. Throws `SPL_SPANS_MALFORMED`.
   */
  read(record: Uint8Array, visit: VisitEvent): number;
};

/** Tags of ExportLogsServiceRequest, ResourceLogs and ScopeLogs. */
const RESOURCE_LOGS = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_LOGS = 0x12;
const SCOPE = 0x0a;
const LOG_RECORDS = 0x12;
/** Of InstrumentationScope. */
const SCOPE_NAME = 0x0a;
/** Of LogRecord. */
const TIME = 0x09;
const BODY = 0x2a;
const ATTRIBUTES = 0x32;
const TRACE_ID = 0x4a;
const SPAN_ID = 0x52;
const OBSERVED_TIME = 0x59;
const EVENT_NAME = 0x62;

const EVENT_NAME_KEY = Buffer.from('event.name');
/** Longer texts are no names of events. */
const MAX_NAME_BYTES = 64;
/** Larger attributes hold prompts and answers, which no dialect reads from events. */
const MAX_ATTRIBUTE_BYTES = 4096;
const NOTHING = Buffer.alloc(0);

/** A reader with its caches, used for one record after another. It makes objects only for usage events. */
export function createEventReader(): EventReader {
  const reader = new Reader();
  return { read: (record, visit) => reader.read(record, visit) };
}

class Reader {
  readonly #cursor = new WireCursor();
  readonly #texts = new TextCache();
  readonly #attributes = new AttributeBag(this.#texts);
  #visit: VisitEvent = () => undefined;
  #count = 0;
  #resource: Buffer = NOTHING;
  #scope: Buffer = NOTHING;
  #scopeName = '';

  read(record: Uint8Array, visit: VisitEvent): number {
    const cursor = this.#cursor;
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
    cursor.reset(bytes);
    this.#attributes.attach(bytes, cursor.view);
    this.#visit = visit;
    this.#count = 0;
    while (cursor.position < bytes.length) {
      const tag = cursor.varint(bytes.length);
      if (tag === RESOURCE_LOGS) this.#readResourceLogs(cursor.lengthEnd(bytes.length));
      else cursor.skip(tag, bytes.length);
    }
    return this.#count;
  }

  #readResourceLogs(end: number): void {
    const cursor = this.#cursor;
    this.#resource = this.#messageIn(RESOURCE, end);
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === SCOPE_LOGS) this.#readScopeLogs(cursor.lengthEnd(end));
      else cursor.skip(tag, end);
    }
  }

  #readScopeLogs(end: number): void {
    const cursor = this.#cursor;
    this.#scope = this.#messageIn(SCOPE, end);
    this.#scopeName = this.#nameOfScope();
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === LOG_RECORDS) this.#readLogRecord(cursor.lengthEnd(end));
      else cursor.skip(tag, end);
    }
  }

  /** The content of the field with this tag, wherever it stands: protobuf allows any order. Does not move. */
  #messageIn(wanted: number, end: number): Buffer {
    const cursor = this.#cursor;
    const start = cursor.position;
    let found: Buffer = NOTHING;
    while (cursor.position < end && found === NOTHING) {
      const tag = cursor.varint(end);
      if (tag !== wanted) {
        cursor.skip(tag, end);
        continue;
      }
      const messageEnd = cursor.lengthEnd(end);
      found = cursor.bytes.subarray(cursor.position, messageEnd);
    }
    cursor.position = start;
    return found;
  }

  #nameOfScope(): string {
    const cursor = this.#cursor;
    if (this.#scope.length === 0) return '';
    const start = cursor.position;
    const end = this.#scope.byteOffset - cursor.bytes.byteOffset + this.#scope.length;
    cursor.position = end - this.#scope.length;
    let name = '';
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag !== SCOPE_NAME) {
        cursor.skip(tag, end);
        continue;
      }
      const nameEnd = cursor.lengthEnd(end);
      name = this.#texts.text(cursor.bytes, cursor.view, cursor.position, nameEnd);
      cursor.position = nameEnd;
    }
    cursor.position = start;
    return name;
  }

  /** Most records are no usage events: they are only passed over, looking for a name. */
  #readLogRecord(end: number): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    this.#count += 1;
    let event: UsageEvent | undefined;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if ((tag & 7) !== 2) {
        cursor.skip(tag, end);
        continue;
      }
      const fieldEnd = cursor.lengthEnd(end);
      if (event === undefined) event = this.#eventNamedBy(tag, cursor.position, fieldEnd);
      cursor.position = fieldEnd;
    }
    if (event !== undefined) this.#readEvent(event, start, end);
    cursor.position = end;
  }

  /** The usage event that a field names: the event's name, the attribute `event.name`, or a short body. */
  #eventNamedBy(tag: number, start: number, end: number): UsageEvent | undefined {
    if (tag === EVENT_NAME) return this.#eventCalled(start, end);
    if (tag === BODY) return this.#eventInText(start, end);
    if (tag !== ATTRIBUTES) return undefined;
    const { bytes } = this.#cursor;
    const keyEnd = start + 2 + EVENT_NAME_KEY.length;
    if (keyEnd + 2 > end || bytes[start + 1] !== EVENT_NAME_KEY.length) return undefined;
    if (bytes.compare(EVENT_NAME_KEY, 0, EVENT_NAME_KEY.length, start + 2, keyEnd) !== 0) return undefined;
    return this.#eventInText(keyEnd + 2, end);
  }

  /** `start` is where an AnyValue begins; only short texts are names. */
  #eventInText(start: number, end: number): UsageEvent | undefined {
    const { bytes } = this.#cursor;
    const isShortText = bytes[start] === ANY_STRING && bytes[start + 1] === end - start - 2;
    return isShortText ? this.#eventCalled(start + 2, end) : undefined;
  }

  #eventCalled(start: number, end: number): UsageEvent | undefined {
    if (end - start > MAX_NAME_BYTES) return undefined;
    const { bytes, view } = this.#cursor;
    return usageEvent(this.#texts.text(bytes, view, start, end), this.#scopeName);
  }

  #readEvent(event: UsageEvent, start: number, end: number): void {
    const cursor = this.#cursor;
    const attributes: Buffer[] = [];
    let traceId: Buffer | undefined;
    let spanId: Buffer | undefined;
    let timeNs = 0n;
    let observedNs = 0n;
    this.#attributes.clear();
    cursor.position = start;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === ATTRIBUTES) this.#takeAttribute(cursor.lengthEnd(end), attributes);
      else if (tag === TRACE_ID) traceId = this.#takeId(cursor.lengthEnd(end), 16);
      else if (tag === SPAN_ID) spanId = this.#takeId(cursor.lengthEnd(end), 8);
      else if (tag === TIME) timeNs = this.#takeTime(end);
      else if (tag === OBSERVED_TIME) observedNs = this.#takeTime(end);
      else cursor.skip(tag, end);
    }
    const outcome = event.outcome(this.#attributes, this.#scopeName);
    if (outcome === undefined) return;
    const record: EventRecord = {
      ...{ event, outcome, traceId, spanId: traceId === undefined ? undefined : spanId },
      timeNs: timeNs === 0n ? observedNs : timeNs,
      ...{ resource: this.#resource, scope: this.#scope, scopeName: this.#scopeName, attributes },
    };
    this.#visit(record, this.#attributes);
  }

  #takeAttribute(end: number, kept: Buffer[]): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    if (!this.#attributes.add(start, end)) throw malformed('a broken attribute', start);
    const keyBytes = cursor.bytes[start + 1] as number;
    const isKnown = start + 2 + keyBytes <= end && findAttributeKey(cursor.view, start + 2, keyBytes) >= 0;
    if (isKnown && end - start <= MAX_ATTRIBUTE_BYTES) kept.push(cursor.bytes.subarray(start, end));
    cursor.position = end;
  }

  /** An id of the right length that is not all zeros. */
  #takeId(end: number, length: number): Buffer | undefined {
    const cursor = this.#cursor;
    const id = cursor.bytes.subarray(cursor.position, end);
    cursor.position = end;
    return id.length === length && id.some((byte) => byte !== 0) ? id : undefined;
  }

  #takeTime(end: number): bigint {
    const cursor = this.#cursor;
    const start = cursor.position;
    if (start + 8 > end) throw malformed('a time that ends after its log record', start);
    cursor.position = start + 8;
    return cursor.view.getBigUint64(start, true);
  }
}
