import type { Classification, DecodedSpan, ResourceFacts, SpanIdentity } from '../facts.ts';
import { AttributeBag } from './attribute-bag.ts';
import { IdCache } from './id-cache.ts';
import { OWNER_KEYS, type OwnerKeys } from './owner-keys.ts';
import { type ReadLineage, ResourceReader } from './resource-facts.ts';
import { TextCache } from './text-cache.ts';
import { malformed, WireCursor } from './wire-cursor.ts';

/** Says what a span is; `attributes` are valid only during the call. */
export type Classify = (attributes: AttributeBag, identity: SpanIdentity, resource: ResourceFacts) => Classification;

export type TraceDecoder = {
  /**
   * Reads a serialised ExportTraceServiceRequest. Spans come in the order of the bytes and share strings, not
   * memory, with them. Throws `SPL_SPANS_MALFORMED`; then nothing of the record is returned.
   */
  decode(record: Uint8Array): DecodedSpan[];
};

/** Tags of the fields of ExportTraceServiceRequest, ResourceSpans and ScopeSpans. */
const RESOURCE_SPANS = 0x0a;
const RESOURCE = 0x0a;
const SCOPE_SPANS = 0x12;
const SCOPE = 0x0a;
const SPANS = 0x12;
/** Of InstrumentationScope. */
const SCOPE_NAME = 0x0a;
const SCOPE_VERSION = 0x12;
/** Of Span. */
const TRACE_ID = 0x0a;
const SPAN_ID = 0x12;
const PARENT_SPAN_ID = 0x22;
const NAME = 0x2a;
const KIND = 0x30;
const START_TIME = 0x39;
const END_TIME = 0x41;
const ATTRIBUTES = 0x4a;
const STATUS = 0x7a;
/** Of Status. */
const STATUS_MESSAGE = 0x12;
const STATUS_CODE = 0x18;

const NO_RESOURCE: ResourceFacts = {
  serviceName: '',
  processKey: '',
  lineage: { sessionId: '', userId: '', team: '', project: '', agentName: '', environment: '' },
};

/** A decoder with its caches; one per worker thread, used for one record after another. */
export function createTraceDecoder(options: {
  classify: Classify;
  readLineage: ReadLineage;
  owners?: OwnerKeys;
}): TraceDecoder {
  const decoder = new Decoder(options.classify, options.readLineage, options.owners ?? OWNER_KEYS);
  return { decode: (record) => decoder.decode(record) };
}

class Decoder {
  readonly #classify: Classify;
  readonly #cursor = new WireCursor();
  readonly #texts = new TextCache();
  readonly #ids = new IdCache();
  readonly #attributes: AttributeBag;
  readonly #resourceAttributes: AttributeBag;
  readonly #resources: ResourceReader;
  #scopeName = '';
  #scopeVersion = '';
  #statusCode = 0;
  #statusMessage = '';

  constructor(classify: Classify, readLineage: ReadLineage, owners: OwnerKeys) {
    this.#attributes = new AttributeBag(this.#texts, owners);
    this.#resourceAttributes = new AttributeBag(this.#texts, owners);
    this.#classify = classify;
    this.#resources = new ResourceReader(this.#resourceAttributes, readLineage);
  }

  decode(record: Uint8Array): DecodedSpan[] {
    const spans: DecodedSpan[] = [];
    const cursor = this.#cursor;
    const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
    cursor.reset(bytes);
    this.#attributes.attach(bytes, cursor.view);
    this.#resourceAttributes.attach(bytes, cursor.view);
    while (cursor.position < bytes.length) {
      const tag = cursor.varint(bytes.length);
      if (tag === RESOURCE_SPANS) this.#readResourceSpans(cursor.lengthEnd(bytes.length), spans);
      else cursor.skip(tag, bytes.length);
    }
    return spans;
  }

  /** Protobuf allows the resource to stand after its spans, so it is looked for first. */
  #readResourceSpans(end: number, spans: DecodedSpan[]): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    const resourceEnd = this.#find(RESOURCE, end);
    const resource = resourceEnd < 0 ? NO_RESOURCE : this.#resources.resource(cursor, cursor.position, resourceEnd);
    cursor.position = start;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === SCOPE_SPANS) this.#readScopeSpans(cursor.lengthEnd(end), resource, spans);
      else cursor.skip(tag, end);
    }
  }

  #readScopeSpans(end: number, resource: ResourceFacts, spans: DecodedSpan[]): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    const scopeEnd = this.#find(SCOPE, end);
    this.#scopeName = '';
    this.#scopeVersion = '';
    const facts = scopeEnd < 0 ? resource : this.#readScope(scopeEnd, resource);
    cursor.position = start;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === SPANS) spans.push(this.#readSpan(cursor.lengthEnd(end), facts));
      else cursor.skip(tag, end);
    }
  }

  /** Moves to the content of the field with this tag and returns its end, or -1 when there is none. */
  #find(wanted: number, end: number): number {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === wanted) return cursor.lengthEnd(end);
      cursor.skip(tag, end);
    }
    return -1;
  }

  #readScope(end: number, resource: ResourceFacts): ResourceFacts {
    const cursor = this.#cursor;
    const start = cursor.position;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === SCOPE_NAME) this.#scopeName = this.#readText(end);
      else if (tag === SCOPE_VERSION) this.#scopeVersion = this.#readText(end);
      else cursor.skip(tag, end);
    }
    return this.#resources.scope(cursor, start, end, resource);
  }

  #readSpan(end: number, resource: ResourceFacts): DecodedSpan {
    const cursor = this.#cursor;
    const attributes = this.#attributes;
    const start = cursor.position;
    let traceId = '';
    let spanId = '';
    let parentSpanId = '';
    let name = '';
    let otlpKind = 0;
    let startNs = 0n;
    let endNs = 0n;
    attributes.clear();
    this.#statusCode = 0;
    this.#statusMessage = '';
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === ATTRIBUTES) {
        const pairEnd = cursor.lengthEnd(end);
        if (!attributes.add(cursor.position, pairEnd)) throw malformed('a broken attribute', cursor.position);
        cursor.position = pairEnd;
      } else if (tag === TRACE_ID) traceId = this.#readTraceId(end);
      else if (tag === SPAN_ID) spanId = this.#readSpanId(end);
      else if (tag === PARENT_SPAN_ID) parentSpanId = this.#readSpanId(end);
      else if (tag === NAME) name = this.#readText(end);
      else if (tag === KIND) otlpKind = cursor.varint(end);
      else if (tag === START_TIME) startNs = this.#readFixed64(end);
      else if (tag === END_TIME) endNs = this.#readFixed64(end);
      else if (tag === STATUS) this.#readStatus(cursor.lengthEnd(end));
      else cursor.skip(tag, end);
    }
    if (traceId === '' || spanId === '') throw malformed('a span without trace id or span id', start);
    const identity: SpanIdentity = {
      traceId,
      spanId,
      parentSpanId,
      name,
      otlpKind,
      startNs,
      endNs,
      statusCode: this.#statusCode,
      statusMessage: this.#statusMessage,
      scopeName: this.#scopeName,
      scopeVersion: this.#scopeVersion,
      sizeBytes: end - start,
    };
    return { identity, resource, classification: this.#classify(attributes, identity, resource) };
  }

  #readTraceId(limit: number): string {
    const start = this.#readBytes(limit, 16);
    return this.#ids.traceId(this.#cursor.bytes, this.#cursor.view, start);
  }

  /** A span id of 8 bytes, or none: a root's parent is an empty field, or (some encoders) one of zeros. */
  #readSpanId(limit: number): string {
    const cursor = this.#cursor;
    if (cursor.position < limit && cursor.bytes[cursor.position] === 0) {
      cursor.position += 1;
      return '';
    }
    const start = this.#readBytes(limit, 8);
    const id = this.#ids.spanId(cursor.bytes, cursor.view, start);
    return id === '0000000000000000' ? '' : id;
  }

  #readBytes(limit: number, length: number): number {
    const cursor = this.#cursor;
    const end = cursor.lengthEnd(limit);
    const start = cursor.position;
    if (end - start !== length) throw malformed(`an id of ${end - start} bytes instead of ${length}`, start);
    cursor.position = end;
    return start;
  }

  #readText(limit: number): string {
    const cursor = this.#cursor;
    const end = cursor.lengthEnd(limit);
    const text = this.#texts.text(cursor.bytes, cursor.view, cursor.position, end);
    cursor.position = end;
    return text;
  }

  #readFixed64(limit: number): bigint {
    const cursor = this.#cursor;
    const start = cursor.position;
    if (start + 8 > limit) throw malformed('a time that ends after its span', start);
    cursor.position = start + 8;
    return cursor.view.getBigUint64(start, true);
  }

  #readStatus(end: number): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.varint(end);
      if (tag === STATUS_CODE) this.#statusCode = cursor.varint(end);
      else if (tag === STATUS_MESSAGE) this.#statusMessage = this.#readText(end);
      else cursor.skip(tag, end);
    }
  }
}
