import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { encodeRequest, type Json, keyValues, requestOf } from '../support/encode.ts';
import { newDecoder } from '../support/fixtures.ts';

const IDS = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '1112131415161718' };
const MALFORMED = { code: 'SPL_SPANS_MALFORMED', retryable: false };

describe('what every span carries', () => {
  test('ids, times, kind, status, scope and size are read exactly', () => {
    const span = {
      ...IDS,
      parentSpanId: 'a1a2a3a4a5a6a7a8',
      name: 'chat gpt-5',
      kind: 3,
      startTimeUnixNano: '18446744073709551615',
      endTimeUnixNano: '1763900001000000001',
      status: { code: 2, message: 'rate limited' },
      events: [{ name: 'gen_ai.choice', attributes: keyValues({ 'gen_ai.usage.input_tokens': 99 }) }],
      links: [{ traceId: IDS.traceId, spanId: 'ffffffffffffffff' }],
      traceState: 'a=b',
      flags: 257,
    };
    const [decoded] = decode(resourceSpans([span], { name: 'my.scope', version: '1.2.3' }));
    const { sizeBytes, ...identity } = decoded?.identity ?? { sizeBytes: 0 };
    assert.deepEqual(identity, {
      ...IDS,
      parentSpanId: 'a1a2a3a4a5a6a7a8',
      name: 'chat gpt-5',
      otlpKind: 3,
      startNs: 18446744073709551615n,
      endNs: 1763900001000000001n,
      statusCode: 2,
      statusMessage: 'rate limited',
      scopeName: 'my.scope',
      scopeVersion: '1.2.3',
    });
    assert.ok(sizeBytes > 100 && sizeBytes < 300);
    assert.equal(decoded?.classification.call, undefined);
  });

  test('a root has no parent, whether the field is missing, empty or zero', () => {
    for (const parentSpanId of [undefined, '', '0000000000000000']) {
      const [decoded] = decode(
        resourceSpans([{ ...IDS, name: 'root', ...(parentSpanId !== undefined && { parentSpanId }) }]),
      );
      assert.equal(decoded?.identity.parentSpanId, '');
    }
  });

  test('spans come in order, each with its own attributes', () => {
    const spans = Array.from({ length: 300 }, (_, at) => ({
      traceId: at.toString(16).padStart(32, '0').replace(/^0/, '1'),
      spanId: (at + 1).toString(16).padStart(16, '0'),
      name: 'n',
      attributes: at % 2 === 0 ? keyValues({ 'session.id': `s${at}` }) : [],
    }));
    const decoded = decode(resourceSpans(spans));
    assert.deepEqual(
      decoded.map(({ identity, classification }) => [identity.traceId, identity.spanId, classification.own.sessionId]),
      spans.map((span, at) => [span.traceId, span.spanId, at % 2 === 0 ? `s${at}` : '']),
    );
  });
});

describe('attributes', () => {
  test('of two with one key the last wins', () => {
    const attributes = [...keyValues({ 'session.id': 'first' }), ...keyValues({ 'session.id': 'last' })];
    const [decoded] = decode(resourceSpans([{ ...IDS, name: 'n', attributes }]));
    assert.equal(decoded?.classification.own.sessionId, 'last');
  });

  test('of two spellings of one fact the preferred wins, in whatever order they come', () => {
    for (const order of [1, -1]) {
      const attributes = [...keyValues({ 'session.id': 'a' }), ...keyValues({ 'gen_ai.conversation.id': 'b' })];
      const [decoded] = decode(
        resourceSpans([{ ...IDS, name: 'n', attributes: order === 1 ? attributes : attributes.reverse() }]),
      );
      assert.equal(decoded?.classification.own.sessionId, 'a');
    }
  });

  test('texts of any kind stay what they are', () => {
    const texts = [
      "'; DROP TABLE charges; --",
      'a\nb\r\u0000c',
      '\u2028 ünï 😀',
      'x'.repeat(200_000),
      'y'.repeat(64),
      'z'.repeat(127),
      'z'.repeat(128),
    ];
    for (const text of texts) {
      assert.equal(classified({ attributes: { 'session.id': text } }).own.sessionId, text);
    }
  });

  test('bytes that are no UTF-8 become replacement characters', () => {
    const record = encodeRequest(requestOf({ attributes: { 'session.id': 'AAAA' } }));
    const at = record.indexOf('AAAA');
    record.set([0xff, 0xed, 0xa0, 0x80], at);
    assert.match(newDecoder().decode(record)[0]?.classification.own.sessionId ?? '', /^\ufffd+$/);
  });

  test('numbers and booleans where texts belong are written out, lists and objects are not', () => {
    const own = (value: unknown) => classified({ attributes: { 'session.id': value } }).own.sessionId;
    assert.equal(own(42), '42');
    assert.equal(own(-1), '-1');
    assert.equal(own(true), 'true');
    assert.equal(own(['a']), '');
    assert.equal(own({ a: 1 }), '');
  });

  test('10,000 attributes and a key of 300 bytes are no obstacle', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key.number.${at}`, at]));
    const attributes = { ...many, ['k'.repeat(300)]: 'x', 'session.id': 's', ...{ k: 1, ab: 2, abc: 3 } };
    assert.equal(classified({ attributes }).own.sessionId, 's');
  });

  test('a KeyValue with its value first, or with unknown fields, is understood', () => {
    const key = field(1, Buffer.from('session.id'));
    const value = field(2, field(1, Buffer.from('swapped')));
    for (const pair of [Buffer.concat([value, key]), Buffer.concat([key, field(9, Buffer.from('new')), value])]) {
      const span = Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1)), field(9, pair)]);
      const record = field(1, field(2, field(2, span)));
      assert.equal(newDecoder().decode(record)[0]?.classification.own.sessionId, 'swapped');
    }
  });
});

describe('resources and scopes', () => {
  test('a resource that stands after its spans is found', () => {
    const span = Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1))]);
    const pair = Buffer.concat([field(1, Buffer.from('service.name')), field(2, field(1, Buffer.from('late')))]);
    const record = field(1, Buffer.concat([field(2, field(2, span)), field(1, field(1, pair))]));
    assert.equal(newDecoder().decode(record)[0]?.resource.serviceName, 'late');
  });

  test('spans without a resource have none of its facts', () => {
    const { resource } = decodedSpan({ resource: {} });
    assert.equal(resource.serviceName, '');
    assert.equal(resource.processKey, '');
  });

  test('the process is the same for the same attributes in any order, and another for others', () => {
    const a = decodedSpan({ resource: { 'service.name': 'a', 'process.pid': 1 } }).resource.processKey;
    const b = decodedSpan({ resource: { 'process.pid': 1, 'service.name': 'a' } }).resource.processKey;
    const c = decodedSpan({ resource: { 'service.name': 'a', 'process.pid': 2 } }).resource.processKey;
    assert.equal(a, b);
    assert.notEqual(a, c);
  });

  test('the same resource gives the same facts object from request to request', () => {
    const decoder = newDecoder();
    const record = encodeRequest(requestOf({ resource: { 'service.name': 'a', 'spanledger.team': 'red' } }));
    const [first] = decoder.decode(record);
    const [second] = decoder.decode(Buffer.from(record));
    assert.equal(first?.resource, second?.resource);
    assert.equal(first?.resource.lineage.team, 'red');
  });

  test('what a scope states lies over what its resource states', () => {
    const resource = { attributes: keyValues({ 'spanledger.team': 'red', 'spanledger.project': 'p' }) };
    const scope = { name: 's', attributes: keyValues({ 'spanledger.team': 'blue' }) };
    const body = { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [{ ...IDS, name: 'n' }] }] }] };
    const { lineage } = decode(body)[0]?.resource ?? { lineage: undefined };
    assert.equal(lineage?.team, 'blue');
    assert.equal(lineage?.project, 'p');
  });
});

describe('a record that is no request', () => {
  const record = encodeRequest(requestOf({ attributes: { 'gen_ai.operation.name': 'chat', 'session.id': 's' } }));

  test('a request cut anywhere is refused by the typed error', () => {
    for (let length = 1; length < record.length; length++) {
      assert.throws(() => newDecoder().decode(record.subarray(0, length)), MALFORMED, `cut to ${length}`);
    }
  });

  test('ids of a wrong length are refused', () => {
    const short = Buffer.concat([field(1, Buffer.alloc(15, 1)), field(2, Buffer.alloc(8, 1))]);
    assert.throws(() => newDecoder().decode(field(1, field(2, field(2, short)))), MALFORMED);
    const nameless = field(5, Buffer.from('no ids'));
    assert.throws(() => newDecoder().decode(field(1, field(2, field(2, nameless)))), MALFORMED);
  });

  test('groups and endless numbers are refused', () => {
    assert.throws(() => newDecoder().decode(Uint8Array.of(0x0b)), MALFORMED);
    assert.throws(() => newDecoder().decode(new Uint8Array(12).fill(0xff)), MALFORMED);
  });

  test('a length beyond 2^31 does not wrap', () => {
    assert.throws(() => newDecoder().decode(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x1f, 1, 2)), MALFORMED);
  });

  test('the decoder works on after a refusal', () => {
    const decoder = newDecoder();
    assert.throws(() => decoder.decode(record.subarray(0, 40)), MALFORMED);
    assert.equal(decoder.decode(record)[0]?.classification.own.sessionId, 's');
  });

  test('no bytes are an empty request', () => {
    assert.deepEqual(newDecoder().decode(new Uint8Array(0)), []);
  });
});

function decode(body: Json) {
  return newDecoder().decode(encodeRequest(body));
}

function resourceSpans(spans: readonly Json[], scope: Json = { name: 'test' }): Json {
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope, spans }] }] };
}

/** A length-delimited field. */
function field(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...length, rest), content]);
}
