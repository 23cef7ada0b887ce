import { resolve } from 'node:path';
import protobuf from 'protobufjs';

/** A value of OTLP/JSON, as recorded emitters wrote it. */
export type Json = { readonly [key: string]: unknown };

export type Attribute = { readonly key: string; readonly value: Json };

export type Span = Json & {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
};

export type ScopeSpans = Json & { readonly spans: readonly Span[] };
export type ResourceSpans = Json & { readonly scopeSpans: readonly ScopeSpans[] };
/** An ExportTraceServiceRequest in OTLP/JSON. */
export type TraceRequest = { readonly resourceSpans: readonly ResourceSpans[] };

export type LogEvent = Json & {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly attributes: readonly Attribute[];
};
export type ScopeLogs = Json & { readonly logRecords: readonly LogEvent[] };
export type ResourceLogs = Json & { readonly scopeLogs: readonly ScopeLogs[] };
/** An ExportLogsServiceRequest in OTLP/JSON. */
export type LogsRequest = { readonly resourceLogs: readonly ResourceLogs[] };

const REQUEST = protobuf
  .loadSync(resolve(import.meta.dirname, '../fixtures/otlp/trace.proto'))
  .lookupType('otlp.ExportTraceServiceRequest');

/** The same request in protobuf, by an encoder that is not the product's. */
export function toProtobuf(request: TraceRequest): Buffer {
  return Buffer.from(REQUEST.encode(REQUEST.fromObject(withBinaryIds(request) as Json)).finish());
}

const ID_FIELDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

/** OTLP/JSON writes ids in hexadecimal, where protobuf's own JSON has base64. */
function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      ID_FIELDS.has(key) ? Buffer.from(String(field ?? ''), 'hex') : withBinaryIds(field),
    ]),
  );
}

/** A span with all that surrounds it in its request, so that it can travel alone. */
export type LoneSpan = { readonly group: ResourceSpans; readonly scope: ScopeSpans; readonly span: Span };

export function loneSpans(request: TraceRequest): LoneSpan[] {
  return request.resourceSpans.flatMap((group) =>
    group.scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ group, scope, span }))),
  );
}

/** One request with these spans in this order, each in a resource and scope of its own. */
export function requestOf(spans: readonly LoneSpan[]): TraceRequest {
  return {
    resourceSpans: spans.map(({ group, scope, span }) => ({ ...group, scopeSpans: [{ ...scope, spans: [span] }] })),
  };
}

/** An OTLP/JSON attribute; integers that are no safe number are given as text with `int`. */
export function attribute(key: string, value: string | number | boolean): Attribute {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}
