import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { SpanledgerError } from '@spanledger/schemas';
import pino from 'pino';
import { createKeyring } from '../../src/doors/keyring.ts';
import { parseListenAddress } from '../../src/doors/listen-address.ts';
import { createWebFence } from '../../src/doors/web-fence.ts';
import { createIngest, type IngestOptions } from '../../src/index.ts';
import { memoryTopic } from '../support/memory-topic.ts';
import { runIngest } from '../support/running-ingest.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const KEY = { id: 'team-a', sha256: sha256('secret'), tenant: 'default' };
const NAMES = { protocol: 'OTLP/HTTP', setting: 'SPANLEDGER_OTLP_HTTP_ADDRESS' };

test('a keyring knows its keys and nothing else', () => {
  const keyring = createKeyring([KEY, { id: 'b', sha256: sha256('other').toUpperCase(), tenant: 'x' }]);
  assert.equal(keyring.identify('Bearer secret'), 'team-a');
  assert.equal(keyring.identify('bearer  other'), 'b');
  for (const wrong of [
    undefined,
    '',
    'secret',
    'Bearer',
    'Bearer ',
    'Bearer Secret',
    'Basic secret',
    `Bearer ${KEY.sha256}`,
  ]) {
    assert.equal(keyring.identify(wrong), undefined, wrong);
  }
});

test('without keys everybody is the sender without a key', () => {
  assert.equal(createKeyring([]).identify(undefined), '');
});

test('loopback names are those of this machine only', () => {
  for (const text of ['127.0.0.1:4318', 'localhost:0', '[::1]:4318', '127.5.5.5:1']) {
    assert.equal(parseListenAddress(text, NAMES).isLoopback, true, text);
  }
  for (const text of [
    '0.0.0.0:4318',
    '[::]:4318',
    ':4318',
    '10.0.0.5:4318',
    'localhost.evil.example:4318',
    '127.evil.example:1',
  ]) {
    assert.equal(parseListenAddress(text, NAMES).isLoopback, false, text);
  }
});

test('on loopback only names of this machine are taken as Host', () => {
  const fence = createWebFence(parseListenAddress('127.0.0.1:4318', NAMES), []);
  for (const host of ['localhost:4318', '127.0.0.1', '127.0.0.1:9999', '[::1]:4318', 'LOCALHOST']) {
    assert.equal(fence.refusal(host, undefined), undefined, host);
  }
  for (const host of [
    undefined,
    '',
    'evil.example',
    'evil.example:4318',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'a@localhost',
  ]) {
    assert.match(fence.refusal(host, undefined) ?? '', /is not a name of this server/, host);
  }
});

test('elsewhere any Host is taken, and Origins are refused unless listed', () => {
  const fence = createWebFence(parseListenAddress('0.0.0.0:4318', NAMES), ['https://app.example']);
  assert.equal(fence.refusal('ingest.example', undefined), undefined);
  assert.equal(fence.refusal('ingest.example', 'https://APP.example'), undefined);
  for (const origin of ['https://evil.example', 'null', '', 'http://app.example', 'http://localhost:3000']) {
    assert.match(fence.refusal('ingest.example', origin) ?? '', /may not send here/, origin);
  }
});

const REFUSED: Record<string, readonly [Partial<IngestOptions>, string, RegExp]> = {
  'an open gRPC address without keys': [
    { grpcAddress: '0.0.0.0:4317' },
    'SPL_INGEST_INSECURE_ADDRESS',
    /SPANLEDGER_OTLP_GRPC_ADDRESS/,
  ],
  'an open HTTP address without keys': [
    { httpAddress: ':4318' },
    'SPL_INGEST_INSECURE_ADDRESS',
    /SPANLEDGER_OTLP_HTTP_ADDRESS/,
  ],
  'no address': [{ httpAddress: 'localhost' }, 'SPL_INGEST_BAD_OPTIONS', /must be host:port/],
  'no port': [{ httpAddress: 'localhost:99999' }, 'SPL_INGEST_BAD_OPTIONS', /must be host:port/],
  'a key instead of its hash': [
    { keys: [{ ...KEY, sha256: 'secret' }] },
    'SPL_INGEST_BAD_OPTIONS',
    /64 hexadecimal digits/,
  ],
  'an id twice': [{ keys: [KEY, KEY] }, 'SPL_INGEST_BAD_OPTIONS', /used twice/],
  'an id with odd characters': [{ keys: [{ ...KEY, id: 'a b' }] }, 'SPL_INGEST_BAD_OPTIONS', /must be 1 to 64/],
  'no tenant': [{ keys: [{ ...KEY, tenant: '' }] }, 'SPL_INGEST_BAD_OPTIONS', /tenant/],
  'a limit of zero': [{ limits: { maxRequestBytes: 0 } }, 'SPL_INGEST_BAD_OPTIONS', /maxRequestBytes/],
  'room for less than one request': [
    { limits: { maxInFlightBytes: 1_000 } },
    'SPL_INGEST_BAD_OPTIONS',
    /maxInFlightBytes/,
  ],
};

for (const [what, [options, code, message]] of Object.entries(REFUSED)) {
  test(`refused at creation: ${what}`, () => {
    const isOurs = (error: SpanledgerError) => error.code === code && message.test(error.message);
    assert.throws(() => createIngest(withTopics(options)), isOurs);
  });
}

test('an open address is possible with keys, or when told that it is insecure', () => {
  createIngest(withTopics({ grpcAddress: '0.0.0.0:0', keys: [KEY] }));
  createIngest(withTopics({ httpAddress: '0.0.0.0:0', insecure: true }));
});

test('a port that is taken is named, with its setting and what to do', async (context) => {
  const { grpc, http } = await runIngest(context);
  for (const [options, address, setting] of [
    [{ grpcAddress: grpc }, grpc, 'SPANLEDGER_OTLP_GRPC_ADDRESS'],
    [{ httpAddress: http }, http, 'SPANLEDGER_OTLP_HTTP_ADDRESS'],
  ] as const) {
    await assert.rejects(createIngest(withTopics(options)).start(), (error: SpanledgerError) => {
      assert.equal(error.code, 'SPL_INGEST_ADDRESS_IN_USE');
      return [address, setting, 'Stop that process'].every((part) => error.message.includes(part));
    });
  }
});

test('an address of another machine is named', async () => {
  const ingest = createIngest(withTopics({ grpcAddress: '192.0.2.1:4317', insecure: true }));
  await assert.rejects(ingest.start(), { code: 'SPL_INGEST_LISTEN_FAILED' });
});

function withTopics(options: Partial<IngestOptions>): IngestOptions {
  return {
    grpcAddress: '127.0.0.1:0',
    httpAddress: '127.0.0.1:0',
    spans: memoryTopic('spanledger.spans.v1'),
    logs: memoryTopic('spanledger.logs.v1'),
    logger: pino({ level: 'silent' }),
    ...options,
  };
}
