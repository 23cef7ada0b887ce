import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = protobuf.loadSync(fileURLToPath(new URL('../fixtures/otlp/otlp.proto', import.meta.url)));

export type Message =
  | 'ExportTraceServiceRequest'
  | 'ExportLogsServiceRequest'
  | 'ExportResponse'
  | 'RpcStatus'
  | 'RetryInfo'
  | 'BadRequest'
  | 'Span';

export type Plain = { [key: string]: unknown };

/** Bytes of a message from protobufjs, the independent encoder of the tests. Keys are in lower camel case. */
export function encode(name: Message, value: Plain): Buffer {
  const type = root.lookupType(`otlp.${name}`);
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}

/** A message decoded by protobufjs: 64-bit integers as text, bytes as base64. */
export function decode(name: Message, bytes: Uint8Array): Plain {
  const type = root.lookupType(`otlp.${name}`);
  return type.toObject(type.decode(bytes), { longs: String, bytes: String });
}

/** The spans of a request as protobufjs sees them, each with the resource and scope that it stands in. */
export function spansOf(bytes: Uint8Array): Plain[] {
  const request = decode('ExportTraceServiceRequest', bytes);
  return list(request, 'resourceSpans').flatMap((group) =>
    list(group, 'scopeSpans').flatMap((scope) =>
      list(scope, 'spans').map((span) => ({
        span,
        resource: group['resource'],
        groupSchemaUrl: group['schemaUrl'],
        scope: scope['scope'],
        scopeSchemaUrl: scope['schemaUrl'],
      })),
    ),
  );
}

export function list(value: Plain | undefined, key: string): Plain[] {
  return (value?.[key] as Plain[] | undefined) ?? [];
}

/** One span with valid ids made of `seed`. */
export function plainSpan(seed: number, more: Plain = {}): Plain {
  return { traceId: idOf(seed, 16), spanId: idOf(seed, 8), name: `span ${seed}`, kind: 3, ...more };
}

export function traceRequest(spans: readonly Plain[], more: { resource?: Plain; scope?: Plain } = {}): Buffer {
  const { resource = { attributes: [attribute('service.name', 'agent')] }, scope = { name: 'tests' } } = more;
  return encode('ExportTraceServiceRequest', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
}

export function attribute(key: string, value: string | number): Plain {
  return { key, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } };
}

export function idOf(seed: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (seed * 31 + index * 7 + 1) % 255));
}
