import { partitionOfTrace } from '@spanledger/spanlog';
import protobuf from 'protobufjs';

/** OTLP as protobufjs decodes it; 64-bit numbers are Long objects. */
type Bytes = Uint8Array;
type Any = {
  stringValue?: string;
  intValue?: { toString(): string };
  doubleValue?: number;
  boolValue?: boolean;
};
type KeyValue = { key: string; value?: Any };
type Span = {
  traceId: Bytes;
  spanId: Bytes;
  parentSpanId: Bytes;
  name: string;
  kind: number;
  startTimeUnixNano: { toString(): string };
  endTimeUnixNano: { toString(): string };
  attributes: KeyValue[];
  status?: { code: number; message: string };
};
type ScopeSpans = { scope?: { name: string; version: string }; spans: Span[]; schemaUrl: string };
type ResourceSpans = { resource?: { attributes: KeyValue[] }; scopeSpans: ScopeSpans[]; schemaUrl: string };
type Request = { resourceSpans: ResourceSpans[] };

/** One span with what attribution reads of it, as a program with decoded objects would hold it. */
export type ReadSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly statusCode: number;
  readonly scopeName: string;
  readonly serviceName: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
};

/** The peer of our reader: decodes a request into objects, ids to hex and attributes to plain values. Classifies nothing. */
export function readWithObjects(bytes: Bytes): ReadSpan[] {
  const read: ReadSpan[] = [];
  for (const { resource, scopeSpans } of decode(bytes).resourceSpans) {
    const serviceName = String(attributesOf(resource?.attributes ?? [])['service.name'] ?? '');
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans) read.push(readSpan(span, scope?.name ?? '', serviceName));
    }
  }
  return read;
}

/** The peer of ingest's cut: decodes a request, groups its spans by partition, encodes a request for each. */
export function cutWithObjects(bytes: Bytes, partitionCount: number): { partition: number; value: Bytes }[] {
  const groups = new Map<number, Request>();
  for (const resourceSpans of decode(bytes).resourceSpans) {
    const ofResource = new Map<number, ResourceSpans>();
    for (const scopeSpans of resourceSpans.scopeSpans) {
      const ofScope = new Map<number, ScopeSpans>();
      for (const span of scopeSpans.spans) {
        const partition = partitionOfTrace(hex(span.traceId), partitionCount);
        const request = made(groups, partition, () => ({ resourceSpans: [] }));
        const group = made(ofResource, partition, () =>
          pushed(request.resourceSpans, { ...resourceSpans, scopeSpans: [] }),
        );
        made(ofScope, partition, () => pushed(group.scopeSpans, { ...scopeSpans, spans: [] })).spans.push(span);
      }
    }
  }
  return [...groups].map(([partition, request]) => ({ partition, value: REQUEST.encode(request).finish() }));
}

function decode(bytes: Bytes): Request {
  return REQUEST.decode(bytes) as unknown as Request;
}

function readSpan(span: Span, scopeName: string, serviceName: string): ReadSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name,
    kind: span.kind,
    startNs: BigInt(span.startTimeUnixNano.toString()),
    endNs: BigInt(span.endTimeUnixNano.toString()),
    statusCode: span.status?.code ?? 0,
    scopeName,
    serviceName,
    attributes: attributesOf(span.attributes),
  };
}

function attributesOf(pairs: readonly KeyValue[]): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {};
  for (const { key, value } of pairs) {
    if (value?.stringValue !== undefined) attributes[key] = value.stringValue;
    else if (value?.intValue !== undefined) attributes[key] = Number(value.intValue);
    else attributes[key] = value?.doubleValue ?? value?.boolValue ?? '';
  }
  return attributes;
}

/** protobufjs gives an absent field as an empty array, not as bytes. */
function hex(bytes: Bytes): string {
  if (bytes.length === 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

function made<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

function pushed<Item>(list: Item[], item: Item): Item {
  list.push(item);
  return item;
}

/** The fields of opentelemetry-proto 1.x that a trace request has. */
const OTLP = `syntax = "proto3";
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
  uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  repeated Event events = 11; uint32 dropped_events_count = 12; repeated Link links = 13; uint32 dropped_links_count = 14;
  Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message TraceRequest { repeated ResourceSpans resource_spans = 1; }`;

const REQUEST = protobuf.parse(OTLP).root.lookupType('TraceRequest');
