import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { createIngest, type Ingest } from '../src/index.ts';
import { type GrpcCall, grpcSend } from './support/grpc-client.ts';
import { type HttpCall, httpSend, JSON_TYPE, PROTOBUF } from './support/http-client.ts';
import { type MemoryTopic, memoryTopic } from './support/memory-topic.ts';
import { attribute, decode, list, type Plain, plainSpan, spansOf, traceRequest } from './support/otlp-proto.ts';

const MIB = 1024 * 1024;
const GOOD = traceRequest([plainSpan(1)]);
const GZIP = { ...PROTOBUF, 'content-encoding': 'gzip' };
/** 65 MiB of zeros in 65 KB. */
const BOMB = gzipSync(Buffer.alloc(65 * MIB));
const IDS = '"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"1112131415161718"';
const jsonSpan = (fields: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${IDS},${fields}}]}]}]}`;
const HOSTILE = '\'; DROP TABLE charges; --\r\n\u0000\t\\N"`$\u007b1}\u2028\u202e';

let ingest: Ingest;
let spans: MemoryTopic;
let addresses: { readonly grpc: string; readonly http: string };

before(async () => {
  spans = memoryTopic('spanledger.spans.v1');
  const logs = memoryTopic('spanledger.logs.v1');
  const logger = pino({ level: 'silent' });
  ingest = createIngest({ grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0', spans, logs, logger });
  addresses = await ingest.start();
});
after(() => ingest.stop(1_000));

type HttpCase = HttpCall & { readonly status: number; readonly says: RegExp };

const HTTP_TABLE: Record<string, HttpCase> = {
  'truncated protobuf': {
    body: GOOD.subarray(0, 40),
    status: 400,
    says: /Not valid OTLP protobuf at byte \d+: a length of/,
  },
  'random text as protobuf': { body: 'hello world, this is no protobuf', status: 400, says: /Not valid OTLP protobuf/ },
  'JSON sent as protobuf': { body: jsonSpan('"name":"x"'), status: 400, says: /wire type 3 is not used by OTLP/ },
  'protobuf sent as JSON': { headers: JSON_TYPE, body: GOOD, status: 400, says: /Not valid OTLP\/JSON/ },
  'an empty JSON body': {
    headers: JSON_TYPE,
    body: '',
    status: 400,
    says: /the body is empty; an empty request is \{\}/,
  },
  'JSON cut off': { headers: JSON_TYPE, body: '{"resourceSpans":[', status: 400, says: /Not valid OTLP\/JSON/ },
  'JSON with the name of an enum': {
    headers: JSON_TYPE,
    body: jsonSpan('"kind":"SPAN_KIND_CLIENT"'),
    status: 400,
    says: /resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[0\]\.kind must be an integer \(names/,
  },
  'JSON that is no UTF-8': {
    headers: JSON_TYPE,
    body: Buffer.from([0x7b, 0xff, 0x7d]),
    status: 400,
    says: /not UTF-8/,
  },
  'JSON nested 100,000 deep': {
    headers: JSON_TYPE,
    body: '['.repeat(100_000),
    status: 400,
    says: /Not valid OTLP\/JSON/,
  },
  'a zip bomb': { headers: GZIP, body: BOMB, status: 413, says: /exceeds 67108864 bytes after decompression/ },
  'a body of 65 MiB': { body: Buffer.alloc(65 * MIB), status: 413, says: /exceeds 67108864 bytes as sent/ },
  'a body of 65 MiB in chunks': {
    headers: { ...PROTOBUF, 'transfer-encoding': 'chunked' },
    body: Buffer.alloc(65 * MIB),
    status: 413,
    says: /exceeds 67108864 bytes as sent/,
  },
  '60 MiB of empty JSON objects': {
    headers: JSON_TYPE,
    body: `{"resourceSpans":[{}${',{}'.repeat(20 * MIB)}]}`,
    status: 413,
    says: /more than 5000000 JSON objects/,
  },
  '60 MiB of empty resources': {
    body: Buffer.alloc(60 * MIB, Buffer.from([0x0a, 0])),
    status: 413,
    says: /more than 2000000 resources, scopes and spans/,
  },
  'text that claims to be gzip': { headers: GZIP, body: 'not gzip', status: 400, says: /not valid gzip/ },
  'gzip cut off': { headers: GZIP, body: gzipSync(GOOD).subarray(0, 30), status: 400, says: /not valid gzip/ },
  'another compression': {
    headers: { ...PROTOBUF, 'content-encoding': 'br' },
    body: GOOD,
    status: 415,
    says: /must be gzip or identity/,
  },
  'another content type': {
    headers: { 'content-type': 'text/html' },
    body: GOOD,
    status: 415,
    says: /Content-Type must be/,
  },
  'no content type': { headers: {}, body: GOOD, status: 415, says: /Content-Type must be/ },
  'a wrong path': {
    path: '/v1/spans',
    body: GOOD,
    status: 404,
    says: /served at \/v1\/traces, \/v1\/logs, \/v1\/metrics/,
  },
  'a path with a slash too many': { path: '/v1/traces/', body: GOOD, status: 404, says: /No such path/ },
  'a wrong method': { method: 'GET', status: 405, says: /OTLP\/HTTP requests are POST/ },
  "a web page's Origin": {
    headers: { ...PROTOBUF, origin: 'https://evil.example' },
    body: GOOD,
    status: 403,
    says: /may not send here/,
  },
  "a sandboxed page's Origin": {
    headers: { ...PROTOBUF, origin: 'null' },
    body: GOOD,
    status: 403,
    says: /may not send here/,
  },
  'a foreign Host': {
    headers: { ...PROTOBUF, host: 'evil.example:4318' },
    body: GOOD,
    status: 403,
    says: /is not a name of this server/,
  },
};

for (const [what, { status, says, ...call }] of Object.entries(HTTP_TABLE)) {
  test(`HTTP answers ${status}: ${what}`, async () => {
    const before = spans.records.length;
    const answer = await httpSend(addresses.http, call);
    assert.equal(answer.status, status);
    const isJson = answer.headers['content-type'] === 'application/json';
    const body = isJson ? (JSON.parse(answer.text) as Plain) : decode('RpcStatus', answer.body);
    assert.match(String(body['message']), says);
    assert.equal(answer.headers.location, undefined);
    assert.equal(spans.records.length, before);
    assert.equal((await httpSend(addresses.http, { body: GOOD })).status, 200);
  });
}

type GrpcCase = GrpcCall & { readonly bytes: Buffer; readonly code: number; readonly says: RegExp };

const GRPC_TABLE: Record<string, GrpcCase> = {
  'truncated protobuf': { bytes: GOOD.subarray(0, 40), code: 3, says: /Not valid OTLP protobuf at byte/ },
  'a group': { bytes: Buffer.from([0x0b, 0x0c]), code: 3, says: /field 1 has wire type 3/ },
  'a varint without end': { bytes: Buffer.alloc(30, 0xff), code: 3, says: /longer than 10 bytes/ },
  'a zip bomb': {
    bytes: Buffer.alloc(65 * MIB),
    gzip: true,
    code: 8,
    says: /exceeds 67108864 bytes after decompression/,
  },
  'a message of 65 MiB': { bytes: Buffer.alloc(65 * MIB), code: 8, says: /larger than max/ },
  'an unknown service': {
    bytes: GOOD,
    service: '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    code: 12,
    says: /not implement/,
  },
  "a web page's Origin": {
    bytes: GOOD,
    headers: { origin: 'https://evil.example' },
    code: 7,
    says: /may not send here/,
  },
  'a foreign authority': {
    bytes: GOOD,
    headers: { ':authority': 'evil.example' },
    code: 7,
    says: /is not a name of this server/,
  },
};

for (const [what, { bytes, code, says, ...call }] of Object.entries(GRPC_TABLE)) {
  test(`gRPC answers ${code}: ${what}`, async (context) => {
    const before = spans.records.length;
    const answer = await grpcSend(context, addresses.grpc, bytes, call);
    assert.equal(answer.code, code, answer.message);
    assert.match(answer.message, says);
    assert.deepEqual(
      list(answer.status, 'details').filter(({ typeUrl }) => String(typeUrl).endsWith('RetryInfo')),
      [],
    );
    assert.equal(spans.records.length, before);
    assert.equal((await grpcSend(context, addresses.grpc, GOOD)).code, 0);
  });
}

type TakenCase = { readonly span: Plain; readonly check: (span: Plain) => void };

const TAKEN_TABLE: Record<string, TakenCase> = {
  '10,000 attributes': {
    span: plainSpan(1, { attributes: Array.from({ length: 10_000 }, (_, index) => attribute(`k${index}`, index)) }),
    check: (span) => assert.equal(list(span, 'attributes').length, 10_000),
  },
  'an attribute of 1 MiB': {
    span: plainSpan(1, { attributes: [attribute('text', 'x'.repeat(MIB))] }),
    check: (span) => assert.deepEqual(list(span, 'attributes')[0]?.['value'], { stringValue: 'x'.repeat(MIB) }),
  },
  'SQL, line breaks and NUL in every string': {
    span: plainSpan(1, { name: HOSTILE, traceState: HOSTILE, attributes: [attribute(HOSTILE, HOSTILE)] }),
    check: (span) =>
      assert.deepEqual(
        [span['name'], list(span, 'attributes')],
        [HOSTILE, [{ key: HOSTILE, value: { stringValue: HOSTILE } }]],
      ),
  },
  'a clock 50 years off': {
    span: plainSpan(1, { startTimeUnixNano: '18446744073709551615', endTimeUnixNano: '1' }),
    check: (span) => assert.equal(span['startTimeUnixNano'], '18446744073709551615'),
  },
  'a span that is its own parent': {
    span: plainSpan(1, { parentSpanId: plainSpan(1)['spanId'] }),
    check: (span) => assert.equal(span['parentSpanId'], span['spanId']),
  },
};

for (const [what, { span, check }] of Object.entries(TAKEN_TABLE)) {
  test(`taken as it is: ${what}`, async (context) => {
    const send = [
      async () => (await grpcSend(context, addresses.grpc, traceRequest([span]))).code === 0,
      async () => (await httpSend(addresses.http, { body: traceRequest([span]) })).status === 200,
    ];
    for (const isTaken of send) {
      const before = spans.records.length;
      assert.ok(await isTaken());
      const [found] = spansOf(spans.records[before]?.value ?? Buffer.alloc(0));
      check(found?.['span'] as Plain);
    }
  });
}

test('a span of 9 MiB arrives without its largest attribute', async (context) => {
  const before = spans.records.length;
  const big = plainSpan(1, {
    attributes: [attribute('gen_ai.input.messages', 'x'.repeat(9 * MIB)), attribute('gen_ai.usage.input_tokens', 7)],
  });
  assert.equal((await grpcSend(context, addresses.grpc, traceRequest([big]))).body.length, 0);
  const [found] = spansOf(spans.records[before]?.value ?? Buffer.alloc(0));
  const keys = list(found?.['span'] as Plain, 'attributes').map(({ key }) => key);
  assert.deepEqual(keys, ['gen_ai.usage.input_tokens', 'spanledger.truncated_attributes']);
  assert.equal(ingest.counters().spansTruncated, 1);
});

test('garbage on either port ends its own connection only', async (context) => {
  for (const address of [addresses.grpc, addresses.http]) {
    for (const garbage of [
      Buffer.alloc(2_000, 0xff),
      Buffer.from('GET / HTTP/9.9\r\n\r\n'),
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage'),
      Buffer.from('\x16\x03\x01'),
    ]) {
      await sendAndHangUp(address, garbage);
    }
  }
  assert.equal((await grpcSend(context, addresses.grpc, GOOD)).code, 0);
  assert.equal((await httpSend(addresses.http, { body: GOOD })).status, 200);
});

test('a gRPC stream whose message never ends, or comes broken, leaves nothing behind', async (context) => {
  const session = connectHttp2(`http://${addresses.grpc}`);
  context.after(() => session.close());
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  for (const bytes of [
    Buffer.from([0, 0, 0, 1, 0, 1, 2]),
    Buffer.from([9, 0, 0, 0, 1, 1]),
    Buffer.alloc(3),
    Buffer.alloc(0),
  ]) {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    const closed = new Promise((resolve) => stream.on('close', resolve));
    stream.resume();
    stream.end(bytes);
    setImmediate(() => stream.close());
    await closed;
  }
  assert.equal((await grpcSend(context, addresses.grpc, GOOD)).code, 0);
  await until(() => ingest.counters().inFlightBytes === 0);
});

test('a sender that goes away in the middle of its body leaves nothing behind', async () => {
  const head =
    'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\nabc';
  await sendAndHangUp(addresses.http, Buffer.from(head));
  assert.equal((await httpSend(addresses.http, { body: GOOD })).status, 200);
  await until(() => ingest.counters().inFlightBytes === 0);
});

function sendAndHangUp(address: string, bytes: Buffer): Promise<void> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host ?? '');
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(bytes);
  });
}

async function until(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
