import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { SpanledgerError } from '@spanledger/schemas';
import fc from 'fast-check';
import { encodeLogsRequest, encodeTraceRequest } from '../../src/json/encode-request.ts';
import { cutTraceRequest } from '../../src/wire/cut-request.ts';
import { decode, encode, list, type Plain } from '../support/otlp-proto.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
const IDS = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '1112131415161718' };

test('recorded JSON requests give the bytes that an independent encoder gives', () => {
  for (const file of readdirSync(new URL('spans/', FIXTURES))) {
    const body = bodyOf(`spans/${file}`);
    const expected = encode('ExportTraceServiceRequest', withRawIds(body) as Plain);
    assert.deepEqual(
      decode('ExportTraceServiceRequest', toBytes(body)),
      decode('ExportTraceServiceRequest', expected),
      file,
    );
    assert.ok(cutTraceRequest(toBytes(body), 4).accepted > 0);
  }
});

test('recorded JSON logs give the records that an independent encoder gives', () => {
  const body = bodyOf('signals/34-otel-google-genai-1.3b0.logs.1.json');
  const expected = decode('ExportLogsServiceRequest', encode('ExportLogsServiceRequest', withRawIds(body) as Plain));
  assert.deepEqual(decode('ExportLogsServiceRequest', encodeLogsRequest(Buffer.from(JSON.stringify(body)))), expected);
});

test('every kind of value arrives as it was sent', () => {
  const values: Plain[] = [
    { stringValue: "'; DROP TABLE charges; --\r\n\t\u0000\u2028" },
    { stringValue: '' },
    { boolValue: true },
    { boolValue: false },
    { intValue: '9223372036854775807' },
    { intValue: '-9223372036854775808' },
    { doubleValue: 1.5 },
    { bytesValue: 'AQIDBA==' },
    { arrayValue: { values: [{ stringValue: 'a' }, { arrayValue: { values: [{ intValue: '2' }] } }, {}] } },
    {
      kvlistValue: {
        values: [{ key: 'k', value: { kvlistValue: { values: [{ key: 'inner', value: { boolValue: true } }] } } }],
      },
    },
    {},
  ];
  const attributes = values.map((value, index) => ({ key: `k${index}`, value }));
  assert.deepEqual(list(spanOf({ attributes }), 'attributes'), attributes);
});

test('64-bit integers are taken as text and as numbers, without losing digits', () => {
  const text = (value: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":${value}}]}]}]}`;
  for (const value of ['"1795464708633237970"', '1795464708633237970']) {
    assert.equal(firstSpan(encodeTraceRequest(Buffer.from(text(value))))['startTimeUnixNano'], '1795464708633237970');
  }
  const attributes = [{ key: 'n', value: { intValue: 42 } }];
  assert.deepEqual(list(spanOf({ attributes }), 'attributes')[0]?.['value'], { intValue: '42' });
});

test('doubles may be NaN and Infinity as text', () => {
  for (const [sent, expected] of [
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['2.5', 2.5],
  ] as const) {
    const [attribute] = list(spanOf({ attributes: [{ key: 'd', value: { doubleValue: sent } }] }), 'attributes');
    assert.deepEqual(attribute?.['value'], { doubleValue: expected });
  }
});

test('ids are hexadecimal in any case, in links too', () => {
  const upper = 'ABCDEF0102030405060708090A0B0C0D';
  const span = spanOf({ traceId: upper, links: [{ traceId: upper, spanId: 'FFEEDDCCBBAA9988' }] });
  assert.equal(hex(span['traceId']), upper.toLowerCase());
  assert.equal(hex(list(span, 'links')[0]?.['spanId']), 'ffeeddccbbaa9988');
});

test('a bad id rejects its span alone', () => {
  const faults = {
    traceId: ['', 'abc', 'zz02030405060708090a0b0c0d0e0f10', '0'.repeat(32), 'AQIDBAUGBwgJCgsMDQ4PEA==', 12, {}],
  };
  for (const traceId of faults.traceId) {
    const spans = [
      { ...IDS, name: 'good' },
      { ...IDS, traceId },
    ];
    const cut = cutTraceRequest(toBytes({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), 1);
    assert.deepEqual([cut.accepted, cut.rejections.total], [1, 1], JSON.stringify(traceId));
    assert.match(cut.rejections.examples[0] ?? '', /^resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[1\]\.traceId is/);
  }
});

test('unknown fields, snake case and null are ignored', () => {
  const span = spanOf({ trace_state: 'a=b', status: null, kind: null, newField: { deep: [1] }, parentSpanId: '' });
  assert.deepEqual(
    [span['traceState'], span['status'], span['kind'], span['parentSpanId']],
    [undefined, undefined, undefined, undefined],
  );
});

test('duplicate attribute keys, events and links are kept', () => {
  const twice = [
    { key: 'k', value: { intValue: '1' } },
    { key: 'k', value: { intValue: '2' } },
  ];
  const event = { timeUnixNano: '5', name: 'e', attributes: twice, droppedAttributesCount: 3 };
  const span = spanOf({ attributes: twice, events: [event], status: { code: 2, message: 'm' }, flags: 257 });
  assert.deepEqual(list(span, 'attributes'), twice);
  assert.deepEqual(list(span, 'events'), [event]);
  assert.deepEqual([span['status'], span['flags']], [{ code: 2, message: 'm' }, 257]);
});

const REFUSED: ReadonlyArray<readonly [string, string]> = [
  [
    '{"resourceSpans":[{"scopeSpans":[{},{"spans":[{"kind":"SPAN_KIND_CLIENT"}]}]}]}',
    'resourceSpans[0].scopeSpans[1].spans[0].kind must be an integer',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"status":{"code":"STATUS_CODE_OK"}}]}]}]}',
    'spans[0].status.code must be an integer',
  ],
  ['{"resourceSpans":{}}', 'resourceSpans must be an array, got an object'],
  ['{"resourceSpans":[[]]}', 'resourceSpans[0] must be an object, got an array'],
  ['{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}', 'spans[0].name must be a string, got 5'],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}',
    'startTimeUnixNano must be an integer',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":-1}]}]}]}',
    'startTimeUnixNano must be an unsigned 64-bit integer',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"intValue":"9223372036854775808"}}]}]}]}]}',
    'attributes[0].value.intValue must be a 64-bit integer',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"intValue":1.5}}]}]}]}]}',
    'intValue must be an integer',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"bytesValue":"*"}}]}]}]}]}',
    'bytesValue must be base64',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"boolValue":"true"}}]}]}]}]}',
    'boolValue must be true or false',
  ],
  [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":{"intValue":1,"stringValue":"1"}}]}]}]}]}',
    'value must be one value',
  ],
  ['{"resourceSpans":', 'Unexpected end of JSON input'],
  ['', 'the body is empty'],
  ['[]', 'the request must be an object, got an array'],
  ['null', 'the request is null'],
  ['"\xff', 'JSON'],
];

for (const [json, message] of REFUSED) {
  test(`refused: ${json}`, () => {
    const isOurs = (error: SpanledgerError) => error.code === 'SPL_INGEST_MALFORMED' && error.message.includes(message);
    assert.throws(() => encodeTraceRequest(Buffer.from(json)), isOurs);
  });
}

test('a body that is no UTF-8 is refused', () => {
  assert.throws(() => encodeTraceRequest(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/);
});

test('deep nesting spoils its span, and of unknown fields nothing', () => {
  const deep = `${'{"arrayValue":{"values":['.repeat(5_000)}{}${']}}'.repeat(5_000)}`;
  const ids = JSON.stringify(IDS).slice(1, -1);
  const spans = `[{${ids}},{${ids},"attributes":[{"key":"deep","value":${deep}}]}]`;
  const cut = cutTraceRequest(
    encodeTraceRequest(Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":${spans}}]}]}`)),
    1,
  );
  assert.deepEqual([cut.accepted, [...cut.rejections.byReason]], [1, [['too_deep', 1]]]);
  const unknown = `{"unknown":${'['.repeat(100_000)}${']'.repeat(100_000)},"resourceSpans":[{"scopeSpans":[{"spans":[${JSON.stringify(IDS)}]}]}]}`;
  assert.equal(cutTraceRequest(encodeTraceRequest(Buffer.from(unknown)), 1).accepted, 1);
});

test('any JSON value is encoded to a readable request or refused with the typed error', () => {
  const keys = fc.constantFrom(
    'resourceSpans',
    'scopeSpans',
    'spans',
    'attributes',
    'key',
    'value',
    'intValue',
    'traceId',
    'x',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 8 }, fc.string(), fc.integer(), fc.constant(null), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(value, (json) => {
      try {
        cutTraceRequest(toBytes({ resourceSpans: json }), 4);
      } catch (error) {
        assert.equal((error as SpanledgerError).code, 'SPL_INGEST_MALFORMED', String(error));
      }
    }),
    { interruptAfterTimeLimit: 2_000, numRuns: 5_000 },
  );
});

function toBytes(body: unknown): Buffer {
  return encodeTraceRequest(Buffer.from(JSON.stringify(body)));
}

function spanOf(more: Plain): Plain {
  return firstSpan(toBytes({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...IDS, ...more }] }] }] }));
}

function firstSpan(bytes: Buffer): Plain {
  const [group] = list(decode('ExportTraceServiceRequest', bytes), 'resourceSpans');
  return list(list(group, 'scopeSpans')[0], 'spans')[0] ?? {};
}

function bodyOf(path: string): unknown {
  return (JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8')) as { body: unknown }).body;
}

/** The same value with hexadecimal ids as bytes and without defaults, as protobufjs wants it. */
function withRawIds(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && /^(trace|span|parentSpan)Id$/.test(key)) return Buffer.from(value, 'hex');
  if (Array.isArray(value)) return value.map((item) => withRawIds(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, inner]) => !isDefault(name, inner));
  return Object.fromEntries(entries.map(([name, inner]) => [name, withRawIds(inner, name)]));
}

/** Proto3 leaves defaults out; only inside a oneof (the …Value fields) they are written. */
function isDefault(name: string, value: unknown): boolean {
  return (value === 0 || value === '' || value === '0') && !name.endsWith('Value');
}

function hex(base64: unknown): string {
  return Buffer.from(String(base64), 'base64').toString('hex');
}
