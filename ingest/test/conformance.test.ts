import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SpanledgerError } from '@spanledger/schemas';
import { encodeTraceRequest } from '../src/json/encode-request.ts';
import { grpcSend } from './support/grpc-client.ts';
import { httpSend, JSON_TYPE, PROTOBUF } from './support/http-client.ts';
import {
  attribute,
  decode,
  encode,
  idOf,
  list,
  type Plain,
  plainSpan,
  spansOf,
  traceRequest,
} from './support/otlp-proto.ts';
import { type RunningIngest, runIngest } from './support/running-ingest.ts';

// The numbers are those of the OTLP server checklist in docs/decisions/0004: 1 transport and encoding, 2 size, 3 success, 4 failure.

const GOOD = traceRequest([plainSpan(1), plainSpan(2), plainSpan(3)]);
const GOOD_JSON =
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"1112131415161718"}]}]}]}';
const PARTIAL = traceRequest([plainSpan(1), plainSpan(2, { traceId: Buffer.alloc(16) }), plainSpan(3)]);
const LOGS = encode('ExportLogsServiceRequest', {
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }],
});

const arrived = ({ spans }: RunningIngest) => spans.records.flatMap(({ value }) => spansOf(value)).length;
const full = () => new SpanledgerError('SPL_LOG_FULL', 'The log is full.', { retryable: true });

test('1.1 gzip and plain requests are taken on gRPC and HTTP', async (context) => {
  const running = await runIngest(context);
  for (const gzip of [false, true]) assert.equal((await grpcSend(context, running.grpc, GOOD, { gzip })).code, 0);
  const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
  assert.equal((await httpSend(running.http, { headers, body: gzipSync(GOOD) })).status, 200);
  const identity = { ...PROTOBUF, 'content-encoding': 'identity' };
  assert.equal((await httpSend(running.http, { headers: identity, body: GOOD })).status, 200);
  assert.equal(arrived(running), 12);
});

test('1.2 the three services answer on gRPC and under the three paths of HTTP', async (context) => {
  const { ingest, spans, logs, grpc, http } = await runIngest(context);
  const metrics = metricsRequest(3);
  for (const [service, bytes] of [
    ['traces', GOOD],
    ['logs', LOGS],
    ['metrics', metrics],
  ] as const) {
    assert.deepEqual(await grpcSend(context, grpc, bytes, { service }), {
      code: 0,
      message: '',
      body: Buffer.alloc(0),
      status: undefined,
    });
    const answer = await httpSend(http, { path: `/v1/${service}`, body: bytes });
    assert.deepEqual([answer.status, answer.text], [200, '']);
  }
  assert.deepEqual([spans.records.length > 0, logs.records.length], [true, 2]);
  assert.equal(ingest.counters().unusedMetricPoints, 6);
  assert.equal(ingest.counters().logRecordsAccepted, 2);
});

test('1.3 the answer has the content type of the request; parameters are allowed; other types are 415', async (context) => {
  const { http } = await runIngest(context);
  for (const [type, body, expected] of [
    ['application/x-protobuf', GOOD, ''],
    ['application/json', GOOD_JSON, '{}'],
    ['Application/JSON; charset=utf-8', GOOD_JSON, '{}'],
  ] as const) {
    const answer = await httpSend(http, { headers: { 'content-type': type }, body });
    assert.deepEqual([answer.status, answer.text], [200, expected]);
    assert.equal(answer.headers['content-type'], expected === '' ? 'application/x-protobuf' : 'application/json');
  }
  for (const headers of [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/octet-stream' },
    {},
  ] as Record<string, string>[]) {
    const answer = await httpSend(http, { headers, body: GOOD });
    assert.equal(answer.status, 415);
    assert.match(
      (JSON.parse(answer.text) as { message: string }).message,
      /must be application\/x-protobuf or application\/json/,
    );
  }
});

test('1.4 OTLP/JSON: camel case, hexadecimal ids, integer enums, unknown fields, 64-bit numbers', async (context) => {
  const running = await runIngest(context);
  const { body } = JSON.parse(
    readFileSync(new URL('fixtures/spans/06-anthropic-sdk-native.traces.1.json', import.meta.url), 'utf8'),
  );
  const text = JSON.stringify(body);
  assert.equal((await httpSend(running.http, { headers: JSON_TYPE, body: text })).text, '{}');
  assert.deepEqual(
    sorted(running.spans.records.flatMap(({ value }) => spansOf(value))),
    sorted(spansOf(encodeTraceRequest(Buffer.from(text)))),
  );
  const named = GOOD_JSON.replace('"spanId"', '"kind":"SPAN_KIND_CLIENT","spanId"');
  assert.equal((await httpSend(running.http, { headers: JSON_TYPE, body: named })).status, 400);
});

test('1.5 an invalid id rejects its span, not the batch', async (context) => {
  const running = await runIngest(context);
  for (const [fault, field] of [
    [{ traceId: idOf(1, 15) }, 'traceId'],
    [{ traceId: Buffer.alloc(16) }, 'traceId'],
    [{ traceId: Buffer.alloc(0) }, 'traceId'],
    [{ spanId: idOf(1, 7) }, 'spanId'],
    [{ spanId: Buffer.alloc(8) }, 'spanId'],
    [{ parentSpanId: idOf(1, 4) }, 'parentSpanId'],
  ] as const) {
    const { code, body } = await grpcSend(context, running.grpc, traceRequest([plainSpan(1), plainSpan(2, fault)]));
    const partial = decode('ExportResponse', body)['partialSuccess'] as Plain;
    assert.deepEqual([code, partial['rejected']], [0, '1']);
    assert.ok(String(partial['errorMessage']).includes(`resourceSpans[0].scopeSpans[0].spans[1].${field} is`));
  }
  assert.equal(arrived(running), 6);
});

test('2.1 a request above the limit is 413 and RESOURCE_EXHAUSTED without RetryInfo, also after decompression', async (context) => {
  const limits = { maxRequestBytes: 100_000, maxInFlightBytes: 1_000_000 };
  const running = await runIngest(context, { limits });
  const request = traceRequest([plainSpan(1, { attributes: [attribute('text', 'x'.repeat(100_001))] })]);
  const gzipped = { ...PROTOBUF, 'content-encoding': 'gzip' };
  for (const answer of [
    await httpSend(running.http, { body: request }),
    await httpSend(running.http, { headers: { ...PROTOBUF, 'transfer-encoding': 'chunked' }, body: request }),
    await httpSend(running.http, { headers: gzipped, body: gzipSync(request) }),
  ]) {
    assert.equal(answer.status, 413);
    assert.equal(answer.headers['retry-after'], undefined);
    assert.equal(decode('RpcStatus', answer.body)['code'], 8);
  }
  for (const gzip of [false, true]) {
    const { code, status } = await grpcSend(context, running.grpc, request, { gzip });
    assert.deepEqual([code, list(status, 'details')], [8, []]);
  }
  assert.equal(arrived(running), 0);
  const largest = traceRequest([plainSpan(1, { attributes: [attribute('text', 'x'.repeat(99_800))] })]);
  assert.equal((await httpSend(running.http, { body: largest })).status, 200);
  assert.equal(running.ingest.counters().inFlightBytes, 0);
});

test('2.2 answers stay small however many spans are rejected', async (context) => {
  const { grpc } = await runIngest(context);
  const bad = traceRequest(Array.from({ length: 20_000 }, () => plainSpan(1, { traceId: Buffer.alloc(3) })));
  const { code, body } = await grpcSend(context, grpc, bad);
  assert.deepEqual([code, body.length < 8_192], [0, true]);
  assert.equal((decode('ExportResponse', body)['partialSuccess'] as Plain)['rejected'], '20000');
});

test('3.1 full success is 200 with an empty response and no partial_success', async (context) => {
  const { http, grpc } = await runIngest(context);
  assert.deepEqual(
    [(await grpcSend(context, grpc, GOOD)).body.length, (await httpSend(http, { body: GOOD })).body.length],
    [0, 0],
  );
  assert.equal((await httpSend(http, { headers: JSON_TYPE, body: GOOD_JSON })).text, '{}');
});

test('3.2 an empty request and empty envelopes succeed', async (context) => {
  const { http, grpc, spans } = await runIngest(context);
  const envelope = encode('ExportTraceServiceRequest', {
    resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {} }] }],
  });
  for (const body of [Buffer.alloc(0), envelope]) {
    assert.equal((await httpSend(http, { body })).status, 200);
    assert.equal((await grpcSend(context, grpc, body)).code, 0);
  }
  for (const body of ['{}', '{"resourceSpans":[]}', '{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}']) {
    assert.equal((await httpSend(http, { headers: JSON_TYPE, body })).text, '{}');
  }
  assert.equal(spans.records.length, 0);
});

test('3.3 partial success is 200 with the count and an English message', async (context) => {
  const running = await runIngest(context);
  const expected = '1 spans rejected (1 trace_id_zero). resourceSpans[0].scopeSpans[0].spans[1].traceId is all zeros.';
  const { code, body } = await grpcSend(context, running.grpc, PARTIAL);
  assert.deepEqual(
    [code, decode('ExportResponse', body)],
    [0, { partialSuccess: { rejected: '1', errorMessage: expected } }],
  );
  const http = await httpSend(running.http, { body: PARTIAL });
  assert.deepEqual([http.status, http.body], [200, body]);
  const json = await httpSend(running.http, { headers: JSON_TYPE, body: GOOD_JSON.replace('1112131415161718', '') });
  assert.equal(json.status, 200);
  assert.equal(
    (JSON.parse(json.text) as { partialSuccess: { rejectedSpans: string } }).partialSuccess.rejectedSpans,
    '1',
  );
  assert.equal(arrived(running), 4);
  assert.deepEqual(running.ingest.counters().spansRejected, { trace_id_zero: 2, span_id_length: 1 });
});

test('4.1 error bodies are a google.rpc.Status in the encoding of the request', async (context) => {
  const { http } = await runIngest(context);
  const json = await httpSend(http, { headers: JSON_TYPE, body: '{' });
  assert.deepEqual([json.status, json.headers['content-type']], [400, 'application/json']);
  assert.equal((JSON.parse(json.text) as { code: number }).code, 3);
  const proto = await httpSend(http, { body: GOOD.subarray(0, 20) });
  assert.deepEqual([proto.status, proto.headers['content-type']], [400, 'application/x-protobuf']);
  assert.match(String(decode('RpcStatus', proto.body)['message']), /^Not valid OTLP protobuf at byte \d+/);
});

test('4.2 undecodable data is 400 and INVALID_ARGUMENT with a BadRequest', async (context) => {
  const { http, grpc } = await runIngest(context);
  const bytes = GOOD.subarray(0, GOOD.length - 1);
  const { code, status } = await grpcSend(context, grpc, bytes);
  assert.deepEqual([code, status?.['code'], detailOf(status)], [3, 3, 'type.googleapis.com/google.rpc.BadRequest']);
  const answer = await httpSend(http, { body: bytes });
  assert.deepEqual(
    [answer.status, detailOf(decode('RpcStatus', answer.body))],
    [400, 'type.googleapis.com/google.rpc.BadRequest'],
  );
});

test('4.3 whatever the log says, the answer can be retried: never a 500', async (context) => {
  const running = await runIngest(context);
  for (const failure of [
    full(),
    new SpanledgerError('SPL_LOG_DISK_FULL', 'x', { retryable: true }),
    new SpanledgerError('SPL_LOG_FAILED', 'x', { retryable: false }),
    new TypeError('x'),
  ]) {
    running.spans.failure = failure;
    const answer = await httpSend(running.http, { body: GOOD });
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5']);
    assert.equal((await grpcSend(context, running.grpc, GOOD)).code, 14);
  }
  running.spans.failure = undefined;
  assert.equal((await httpSend(running.http, { body: GOOD })).status, 200);
});

test('4.4 back-pressure is 503 with Retry-After, and UNAVAILABLE with RetryInfo', async (context) => {
  const running = await runIngest(context, { limits: { retryAfterSeconds: 7 } });
  running.spans.failure = full();
  const { code, status } = await grpcSend(context, running.grpc, GOOD);
  assert.deepEqual([code, detailOf(status)], [14, 'type.googleapis.com/google.rpc.RetryInfo']);
  const retryInfo = Buffer.from(String(list(status, 'details')[0]?.['value']), 'base64');
  assert.deepEqual(decode('RetryInfo', retryInfo), { retryDelay: { seconds: '7' } });
  const json = await httpSend(running.http, { headers: JSON_TYPE, body: GOOD_JSON });
  assert.deepEqual([json.status, json.headers['retry-after']], [503, '7']);
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }];
  assert.deepEqual(JSON.parse(json.text), { code: 14, message: 'The log is full.', details });
});

test('4.5 success is answered only after the log has the spans', async (context) => {
  const running = await runIngest(context);
  let open: () => void = () => undefined;
  running.spans.gate = new Promise((resolve) => {
    open = resolve;
  });
  let answered = 0;
  const answers = [
    grpcSend(context, running.grpc, GOOD).then(() => (answered += 1)),
    httpSend(running.http, { body: GOOD }).then(() => (answered += 1)),
  ];
  await until(() => running.ingest.counters().requestBytes === 2 * GOOD.length);
  await httpSend(running.http, { path: '/v1/metrics' });
  assert.equal(answered, 0);
  open();
  await Promise.all(answers);
  assert.equal(arrived(running), 6);
});

test('4.6 a missing or wrong key is 401 and UNAUTHENTICATED; the record carries the id of the right one', async (context) => {
  const sha256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
  const running = await runIngest(context, { keys: [{ id: 'team-a', sha256, tenant: 'default' }] });
  for (const authorization of [undefined, 'Bearer wrong', 'secret']) {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const answer = await httpSend(running.http, { headers: { ...PROTOBUF, ...headers }, body: GOOD });
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer']);
    const { code, status } = await grpcSend(context, running.grpc, GOOD, { headers });
    assert.deepEqual([code, status?.['code']], [16, 16]);
  }
  const headers = { authorization: 'Bearer secret' };
  assert.equal((await httpSend(running.http, { headers: { ...PROTOBUF, ...headers }, body: GOOD })).status, 200);
  assert.equal((await grpcSend(context, running.grpc, GOOD, { headers })).code, 0);
  assert.deepEqual(new Set(running.spans.records.map(({ keyId }) => keyId)), new Set(['team-a']));
  assert.equal(running.ingest.counters().requests.unauthenticated, 6);
});

test('4.7 a client cannot choose its own key id', async (context) => {
  const running = await runIngest(context);
  await grpcSend(context, running.grpc, GOOD, {
    headers: { 'spanledger-key-id': 'admin', 'spanledger-compression': 'gzip' },
  });
  assert.deepEqual(new Set(running.spans.records.map(({ keyId }) => keyId)), new Set(['']));
});

test('4.8 an allowed origin gets its preflight and its answer, all others 403', async (context) => {
  const running = await runIngest(context, { allowedOrigins: ['https://app.example'] });
  const origin = 'https://app.example';
  const preflight = await httpSend(running.http, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    },
  });
  assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, origin]);
  assert.equal(preflight.headers['access-control-allow-headers'], 'content-type,x-api-key');
  assert.equal(preflight.headers['access-control-allow-methods'], 'POST');
  const answer = await httpSend(running.http, { headers: { ...PROTOBUF, origin }, body: GOOD });
  assert.deepEqual(
    [answer.status, answer.headers['access-control-allow-origin'], answer.headers['vary']],
    [200, origin, 'Origin'],
  );
  for (const method of ['OPTIONS', 'POST']) {
    const refused = await httpSend(running.http, {
      method,
      headers: { ...PROTOBUF, origin: 'https://evil.example' },
      body: GOOD,
    });
    assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [403, undefined]);
  }
});

test('4.9 Expect: 100-continue is answered before the body, with the refusal where there is one', async (context) => {
  const { http } = await runIngest(context);
  assert.deepEqual(await expectContinue(http, '/v1/traces'), { continued: true, status: 200 });
  assert.deepEqual(await expectContinue(http, '/v1/nothing'), { continued: false, status: 404 });
});

function metricsRequest(points: number): Buffer {
  const gauge = Buffer.concat(Array.from({ length: points }, () => Buffer.from([0x0a, 0x00])));
  const metric = Buffer.concat([Buffer.from([0x0a, 1, 0x6d, 0x2a, gauge.length]), gauge]);
  const scope = Buffer.concat([Buffer.from([0x12, metric.length]), metric]);
  const group = Buffer.concat([Buffer.from([0x12, scope.length]), scope]);
  return Buffer.concat([Buffer.from([0x0a, group.length]), group]);
}

function detailOf(status: Plain | undefined): unknown {
  return list(status, 'details')[0]?.['typeUrl'];
}

function sorted(values: readonly Plain[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

async function until(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function expectContinue(address: string, path: string): Promise<{ continued: boolean; status: number }> {
  return new Promise((resolve, reject) => {
    const headers = { ...PROTOBUF, expect: '100-continue', 'content-length': GOOD.length };
    const sent = request(`http://${address}${path}`, { method: 'POST', agent: false, headers });
    let continued = false;
    sent.on('continue', () => {
      continued = true;
      sent.end(GOOD);
    });
    sent.on('response', (response) => {
      response.resume();
      sent.destroy();
      resolve({ continued, status: response.statusCode ?? 0 });
    });
    sent.on('error', (error) => (continued ? undefined : reject(error)));
    sent.flushHeaders();
  });
}
