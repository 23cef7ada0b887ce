import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const PROTO_FILE = fileURLToPath(new URL('../../../test/fixtures/otlp/logs.proto', import.meta.url));
const proto = protobuf.loadSync(PROTO_FILE);
const request = proto.lookupType('otlp.ExportTraceServiceRequest');
const logsRequest = proto.lookupType('otlp.ExportLogsServiceRequest');

export type Json = { [key: string]: unknown };

/** OTLP/JSON (ids in hex) as the bytes that stand in the span log. */
export function encodeRequest(body: Json): Buffer {
  return Buffer.from(request.encode(request.fromObject(withBinaryIds(body) as Json)).finish());
}

/** The same for an ExportLogsServiceRequest. */
export function encodeLogsRequest(body: Json): Buffer {
  return Buffer.from(logsRequest.encode(logsRequest.fromObject(withBinaryIds(body) as Json)).finish());
}

/** One span around the given attributes; plain values become AnyValues. */
export function requestOf(span: {
  attributes?: Json;
  scope?: string;
  name?: string;
  kind?: number;
  status?: number;
  resource?: Json;
}): Json {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(span.resource ?? { 'service.name': 'test' }) },
        scopeSpans: [
          {
            scope: { name: span.scope ?? 'test', version: '1' },
            spans: [
              {
                traceId: '0102030405060708090a0b0c0d0e0f10',
                spanId: '1112131415161718',
                name: span.name ?? 'chat m',
                kind: span.kind ?? 3,
                startTimeUnixNano: '1763900000000000000',
                endTimeUnixNano: '1763900001000000000',
                attributes: keyValues(span.attributes ?? {}),
                status: { code: span.status ?? 0 },
              },
            ],
          },
        ],
      },
    ],
  };
}

export function keyValues(attributes: Json): Json[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** Numbers become intValue when whole, doubleValue otherwise; `{double}` and `{int}` choose. */
function anyValue(value: unknown): Json {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: value.toString() };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  const object = value as Json;
  if ('double' in object) return { doubleValue: object['double'] };
  return { kvlistValue: { values: keyValues(object) } };
}

function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      /^(?:traceId|spanId|parentSpanId)$/.test(key) && typeof item === 'string'
        ? [key, Buffer.from(item, 'hex')]
        : [key, withBinaryIds(item)],
    ),
  );
}
