import type { IncomingMessage } from 'node:http';
import type { Encoding, Signal } from '../receive/receiver.ts';
import type { Refusal } from '../receive/refusal.ts';

export type RequestHead = { readonly signal: Signal; readonly encoding: Encoding; readonly isGzip: boolean };

const SIGNALS: ReadonlyMap<string, Signal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
]);

export const CONTENT_TYPES: Record<Encoding, string> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** What a request's line and headers ask for, or why it is refused before its body is read. */
export function readHead(request: IncomingMessage): RequestHead | Refusal {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const signal = SIGNALS.get(path);
  if (signal === undefined) {
    return { kind: 'unknown_path', message: `No such path. OTLP/HTTP is served at ${[...SIGNALS.keys()].join(', ')}.` };
  }
  if (request.method !== 'POST') {
    return { kind: 'wrong_method', message: `${request.method} is not possible here; OTLP/HTTP requests are POST.` };
  }
  const encoding = encodingOf(request);
  if (encoding === undefined) {
    const got = JSON.stringify(request.headers['content-type'] ?? '');
    return {
      kind: 'unsupported_type',
      message: `Content-Type must be application/x-protobuf or application/json, got ${got}.`,
    };
  }
  const compression = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (compression !== 'identity' && compression !== 'gzip' && compression !== '') {
    const got = JSON.stringify(compression);
    return { kind: 'unsupported_compression', message: `Content-Encoding must be gzip or identity, got ${got}.` };
  }
  return { signal, encoding, isGzip: compression === 'gzip' };
}

/** The encoding that the Content-Type names, without its parameters. */
export function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf) return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}
