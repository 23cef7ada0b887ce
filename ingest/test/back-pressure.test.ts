import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { grpcSend } from './support/grpc-client.ts';
import { httpSend, PROTOBUF } from './support/http-client.ts';
import { attribute, list, plainSpan, spansOf, traceRequest } from './support/otlp-proto.ts';
import { type RunningIngest, runIngest } from './support/running-ingest.ts';

const LIMITS = { maxRequestBytes: 200_000, maxInFlightBytes: 300_000 };
const BIG = traceRequest([plainSpan(1, { attributes: [attribute('text', 'x'.repeat(190_000))] })]);
const SMALL = traceRequest([plainSpan(1)]);

test('bytes in flight have a bound: what goes beyond is told to come back, and is taken later', async (context) => {
  const running = await runIngest(context, { limits: LIMITS });
  const open = holdAppends(running);
  const first = httpSend(running.http, { body: BIG });
  await until(() => running.ingest.counters().inFlightBytes >= BIG.length);

  const http = await httpSend(running.http, { body: BIG });
  assert.deepEqual([http.status, http.headers['retry-after']], [503, '5']);
  const zipped = await httpSend(running.http, {
    headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
    body: gzipSync(BIG),
  });
  assert.equal(zipped.status, 503);
  for (const gzip of [false, true]) {
    const { code, status } = await grpcSend(context, running.grpc, BIG, { gzip });
    assert.deepEqual([code, list(status, 'details').length], [14, 1]);
  }
  open();
  assert.equal((await first).status, 200);
  await until(() => running.ingest.counters().inFlightBytes === 0);
  assert.equal((await grpcSend(context, running.grpc, BIG)).code, 0);
});

test('a small request is still taken while a large one waits', async (context) => {
  const running = await runIngest(context, { limits: LIMITS });
  const open = holdAppends(running);
  const first = httpSend(running.http, { body: BIG });
  await until(() => running.ingest.counters().inFlightBytes >= BIG.length);
  const second = grpcSend(context, running.grpc, SMALL);
  await until(() => running.ingest.counters().requestBytes === BIG.length + SMALL.length);
  open();
  assert.deepEqual([(await first).status, (await second).code], [200, 0]);
});

test('stopping answers what is in flight, and takes nothing new', async (context) => {
  const running = await runIngest(context);
  const open = holdAppends(running);
  const answers = [httpSend(running.http, { body: SMALL }), grpcSend(context, running.grpc, SMALL)] as const;
  await until(() => running.ingest.counters().requestBytes === 2 * SMALL.length);
  const stopped = running.ingest.stop(5_000);
  assert.equal(running.ingest.stop(5_000), stopped);
  await assert.rejects(httpSend(running.http, { body: SMALL }), { code: 'ECONNREFUSED' });
  open();
  const [http, grpc] = await Promise.all(answers);
  assert.deepEqual([http.status, grpc.code], [200, 0]);
  await stopped;
  assert.equal(running.spans.records.flatMap(({ value }) => spansOf(value)).length, 2);
});

test('a request on an open connection after the stop is told to come back', async (context) => {
  const running = await runIngest(context);
  const session = connectHttp2(`http://${running.grpc}`);
  session.on('error', () => undefined);
  context.after(() => session.destroy());
  const open = holdAppends(running);
  const pending = httpSend(running.http, { body: SMALL });
  const halfway = startRequest(running.http);
  await until(() => running.ingest.counters().requestBytes === SMALL.length);
  const stopped = running.ingest.stop(5_000);
  open();
  assert.equal((await pending).status, 200);
  halfway.end(SMALL);
  assert.ok([200, 503].includes(await statusOf(halfway)));
  await stopped;
});

test('the deadline of a stop cuts what does not end', async (context) => {
  const running = await runIngest(context);
  holdAppends(running);
  const cut = assert.rejects(httpSend(running.http, { body: SMALL }));
  await until(() => running.ingest.counters().requestBytes === SMALL.length);
  await running.ingest.stop(50);
  await cut;
});

test('a request that takes too long to arrive ends', async (context) => {
  const running = await runIngest(context, { limits: { requestTimeoutMs: 100 } });
  const slow = startRequest(running.http);
  assert.equal(await statusOf(slow), 408);
  const session = connectHttp2(`http://${running.grpc}`);
  context.after(() => session.destroy());
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => undefined);
  stream.resume();
  stream.write(Buffer.from([0, 0, 0, 1, 0, 1]));
  await new Promise((resolve) => stream.on('close', resolve));
  await until(() => running.ingest.counters().inFlightBytes === 0);
});

/** Appends wait until the returned function is called. */
function holdAppends({ spans }: RunningIngest): () => void {
  let open: () => void = () => undefined;
  spans.gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

/** Sends a request's head and waits with its body. */
function startRequest(address: string) {
  const sent = request(`http://${address}/v1/traces`, {
    method: 'POST',
    agent: false,
    headers: { ...PROTOBUF, 'content-length': SMALL.length },
  });
  sent.on('error', () => undefined);
  sent.flushHeaders();
  return sent;
}

function statusOf(sent: ReturnType<typeof request>): Promise<number> {
  return new Promise((resolve) => {
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
}

async function until(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
