import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { grpcSend } from '../../ingest/test/support/grpc-client.ts';
import { type LogsRequest, type TraceRequest, toProtobuf } from './otlp.ts';
import type { Product } from './product.ts';

/** Sends one request and fails unless all of it was taken. `secret` is the ingest key's. */
export type Send = (product: Pick<Product, 'otlp'>, request: TraceRequest, secret?: string) => Promise<void>;

export const sendJson: Send = async ({ otlp }, request, secret) => {
  const headers = { 'content-type': 'application/json', ...authorization(secret) };
  const answer = await post(otlp.http, headers, JSON.stringify(request));
  assert.deepEqual(answer, { status: 200, text: '{}' });
};

export const sendProtobuf: Send = async ({ otlp }, request, secret) => {
  const headers = { 'content-type': 'application/x-protobuf', ...authorization(secret) };
  assert.deepEqual(await post(otlp.http, headers, toProtobuf(request)), { status: 200, text: '' });
};

export const sendGzip: Send = async ({ otlp }, request, secret) => {
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
    ...authorization(secret),
  };
  assert.deepEqual(await post(otlp.http, headers, gzipSync(toProtobuf(request))), { status: 200, text: '' });
};

/** The same for log records. */
export async function sendLogs({ otlp }: Pick<Product, 'otlp'>, request: LogsRequest, secret?: string): Promise<void> {
  const headers = { 'content-type': 'application/json', ...authorization(secret) };
  const answer = await post(otlp.http, headers, JSON.stringify(request), 'logs');
  assert.deepEqual(answer, { status: 200, text: '{}' });
}

/** Sends everything, begun in the order given, with at most `inFlight` unanswered at a time. */
export async function sendAll<Item>(
  items: readonly Item[],
  inFlight: number,
  send: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await send(item);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

export function grpcSender(context: TestContext, gzip: boolean): Send {
  return async ({ otlp }, request, secret) => {
    const answer = await grpcSend(context, otlp.grpc, toProtobuf(request), { headers: authorization(secret), gzip });
    assert.equal(answer.code, 0, answer.message);
    assert.equal(answer.body.length, 0);
  };
}

function authorization(secret: string | undefined): Record<string, string> {
  return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
}

async function post(address: string, headers: Record<string, string>, body: string | Buffer, signal = 'traces') {
  const answer = await fetch(`http://${address}/v1/${signal}`, { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text() };
}
