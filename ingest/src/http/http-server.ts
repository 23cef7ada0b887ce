import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Keyring } from '../doors/keyring.ts';
import { listenOn } from '../doors/listen.ts';
import type { ListenAddress } from '../doors/listen-address.ts';
import type { WebFence } from '../doors/web-fence.ts';
import type { IngestLimits } from '../options.ts';
import { type CounterStore, countIn } from '../receive/counters.ts';
import { encodeStatus, encodeSuccess } from '../receive/encode-answer.ts';
import type { InFlight } from '../receive/in-flight.ts';
import type { Encoding, ExportOutcome, Receiver } from '../receive/receiver.ts';
import { DRAINING, MISSING_KEY, REFUSALS, type Refusal, refusalOf } from '../receive/refusal.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import { AbortedRequest, readBody } from './read-body.ts';
import { CONTENT_TYPES, encodingOf, type RequestHead, readHead } from './request-head.ts';

export type OtlpHttpServer = {
  /** The port in use. Rejects with SPL_INGEST_ADDRESS_IN_USE or SPL_INGEST_LISTEN_FAILED. */
  readonly listen: () => Promise<number>;
  /** No new connections; idle ones are closed; new requests on others are refused as unavailable. */
  readonly drain: () => Promise<void>;
  readonly closeAll: () => void;
};

export type OtlpServerOptions = {
  readonly address: ListenAddress;
  readonly receiver: Receiver;
  readonly keyring: Keyring;
  readonly fence: WebFence;
  readonly limits: IngestLimits;
  readonly inFlight: InFlight;
  readonly counters: CounterStore;
};

const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** What is thrown away of a refused request's body before its connection is cut. */
const MAX_DISCARDED_BYTES = 256 * 1024 * 1024;

/** OTLP/HTTP on one port: POST /v1/traces, /v1/logs and /v1/metrics, protobuf and JSON. */
export function createOtlpHttpServer(options: OtlpServerOptions): OtlpHttpServer {
  const { address, limits } = options;
  let isDraining = false;
  const serve = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    const exchange = { request, response, awaitsContinue, ...options };
    answer(exchange, isDraining).catch(() => response.destroy());
  };
  const server = createServer({
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(5_000, limits.requestTimeoutMs),
  });
  server.maxConnections = limits.maxConnections;
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  return {
    listen: () => listenOn(server, address),
    drain() {
      isDraining = true;
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
    closeAll: () => server.closeAllConnections(),
  };
}

type Exchange = OtlpServerOptions & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly awaitsContinue: boolean;
};

async function answer(exchange: Exchange, isDraining: boolean): Promise<void> {
  const { request, response, fence } = exchange;
  response.on('error', () => undefined);
  if (isDraining) response.shouldKeepAlive = false;
  const refused = fence.refusal(request.headers.host, request.headers.origin);
  if (refused !== undefined) return refuse(exchange, { kind: 'forbidden', message: refused });
  allowOrigin(request, response, fence);
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return answerPreflight(request, response);
  const head = readHead(request);
  if ('kind' in head) return refuse(exchange, head);
  const keyId = exchange.keyring.identify(request.headers.authorization);
  if (keyId === undefined) return refuse(exchange, MISSING_KEY);
  if (isDraining) return refuse(exchange, DRAINING);
  await receiveBody(exchange, head, keyId);
}

async function receiveBody(exchange: Exchange, head: RequestHead, keyId: string): Promise<void> {
  const { request, response, awaitsContinue, limits, inFlight, receiver } = exchange;
  let reserved = 0;
  const onReserved = (bytes: number): void => {
    reserved += bytes;
  };
  try {
    if (awaitsContinue && Number(request.headers['content-length'] ?? 0) <= limits.maxRequestBytes)
      response.writeContinue();
    const body = await readBody(request, {
      isGzip: head.isGzip,
      maxBytes: limits.maxRequestBytes,
      inFlight,
      onReserved,
    });
    report(exchange, head, await receiver.receive({ signal: head.signal, encoding: head.encoding, body, keyId }));
  } catch (error) {
    if (!(error instanceof AbortedRequest)) refuse(exchange, refusalOf(error));
  } finally {
    inFlight.release(reserved);
  }
}

function report(exchange: Exchange, { signal, encoding }: RequestHead, outcome: ExportOutcome): void {
  if (outcome.taken) {
    const body = encodeSuccess(encoding, signal, outcome.rejected, outcome.message);
    const headers = { 'content-type': CONTENT_TYPES[encoding], 'content-length': body.length };
    exchange.response.writeHead(200, headers).end(body);
  } else send(exchange, encoding, outcome.refusal);
}

/** Refuses what the receiver never saw. */
function refuse(exchange: Exchange, refusal: Refusal): void {
  countIn(exchange.counters.requests, refusal.kind);
  send(exchange, encodingOf(exchange.request) ?? 'json', refusal);
}

function send({ request, response, limits }: Exchange, encoding: Encoding, refusal: Refusal): void {
  const { http: status, retryable } = REFUSALS[refusal.kind];
  const body = encodeStatus(encoding, refusal, limits.retryAfterSeconds);
  if (retryable) response.setHeader('retry-after', limits.retryAfterSeconds);
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (status === 405) response.setHeader('allow', 'POST');
  response.writeHead(status, { 'content-type': CONTENT_TYPES[encoding], 'content-length': body.length }).end(body);
  discardRest(request);
}

/** The sender is still writing: what follows is thrown away, so that it gets to read the answer. */
function discardRest(request: IncomingMessage): void {
  if (request.complete) return;
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) request.destroy();
  });
}
