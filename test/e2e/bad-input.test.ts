import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { TOPICS } from '@spanledger/schemas';
import { partitionOfTrace } from '@spanledger/spanlog';
import { type HttpCall, httpSend } from '../../ingest/test/support/http-client.ts';
import { decode } from '../../ingest/test/support/otlp-proto.ts';
import { HOSTILE, hostileCall, hostileRequest } from '../support/hostile.ts';
import { modelCall, plainSpan, requestWith, spanIdOf, traceIdOf } from '../support/model-call.ts';
import { type Json, type Span, toProtobuf } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { sendJson } from '../support/send.ts';

const MIB = 2 ** 20;
const YEAR_MS = 365 * 86_400_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const GZIP = { ...PROTOBUF, 'content-encoding': 'gzip' };
const INPUT = 'gen_ai.usage.input_tokens';
const OUTPUT = 'gen_ai.usage.output_tokens';

let product: Product;
before(async () => {
  product = await startProduct();
});
after(() => product.stop());

let lastTrace = 0;
/** A trace id that no other case has. */
function nextTrace(): number {
  lastTrace += 1;
  return lastTrace;
}

function good(): Span {
  return modelCall({ trace: nextTrace(), span: 1 });
}

function json(span: Json): string {
  return JSON.stringify(requestWith([span as Span]));
}

type RefusedRequest = HttpCall & { readonly status: number; readonly message: string; readonly counter: string };

const REFUSED: Readonly<Record<string, RefusedRequest>> = {
  'truncated protobuf': {
    body: toProtobuf(requestWith([good()])).subarray(0, 40),
    status: 400,
    message: 'Not valid OTLP protobuf at byte 1: a length of 280 bytes exceeds the 37 bytes left in its message.',
    counter: 'malformed',
  },
  'a zip bomb': {
    headers: GZIP,
    body: gzipSync(Buffer.alloc(65 * MIB)),
    status: 413,
    message: 'The request exceeds 67108864 bytes after decompression. Send smaller batches.',
    counter: 'too_large',
  },
  'a body of 65 MiB': {
    body: Buffer.alloc(65 * MIB),
    status: 413,
    message: 'The request exceeds 67108864 bytes as sent. Send smaller batches.',
    counter: 'too_large',
  },
  'a wrong content type': {
    headers: { 'content-type': 'text/html' },
    body: json(good()),
    status: 415,
    message: 'Content-Type must be application/x-protobuf or application/json, got "text/html".',
    counter: 'unsupported_type',
  },
  'JSON with the name of an enum': {
    headers: JSON_TYPE,
    body: json({ ...good(), kind: 'SPAN_KIND_CLIENT' }),
    status: 400,
    message:
      'Not valid OTLP/JSON: resourceSpans[0].scopeSpans[0].spans[0].kind must be an integer (names of enum values are not allowed in OTLP/JSON), got "SPAN_KIND_CLIENT".',
    counter: 'malformed',
  },
  'a start before 1970': {
    headers: JSON_TYPE,
    body: json({ ...good(), startTimeUnixNano: '-1' }),
    status: 400,
    message:
      'Not valid OTLP/JSON: resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano must be an unsigned 64-bit integer, got "-1".',
    counter: 'malformed',
  },
};

for (const [what, { status, message, counter, ...call }] of Object.entries(REFUSED)) {
  test(`refused with ${status}, counted, and not on the log: ${what}`, async () => {
    const earlier = product.ingest.counters();
    const answer = await httpSend(product.otlp.http, { headers: PROTOBUF, ...call });
    assert.equal(answer.status, status);
    const isJson = answer.headers['content-type'] === 'application/json';
    const body = isJson ? (JSON.parse(answer.text) as Json) : decode('RpcStatus', answer.body);
    assert.equal(body['message'], message);
    const { requests, appendedRecords } = product.ingest.counters();
    assert.equal(countOf(requests, counter), countOf(earlier.requests, counter) + 1);
    assert.equal(appendedRecords, earlier.appendedRecords);
  });
}

type RejectedSpan = { readonly span: Json; readonly reason: string; readonly text: string };

const REJECTED: Readonly<Record<string, RejectedSpan>> = {
  'a short trace id': {
    span: { traceId: 'abcd' },
    reason: 'trace_id_length',
    text: '.traceId is not 16 bytes (in JSON: 32 hexadecimal digits)',
  },
  'a trace id that is no hexadecimal': {
    span: { traceId: 'g'.repeat(32) },
    reason: 'trace_id_length',
    text: '.traceId is not 16 bytes (in JSON: 32 hexadecimal digits)',
  },
  'a trace id of zeros': { span: { traceId: traceIdOf(0) }, reason: 'trace_id_zero', text: '.traceId is all zeros' },
  'a long span id': {
    span: { spanId: traceIdOf(1) },
    reason: 'span_id_length',
    text: '.spanId is not 8 bytes (in JSON: 16 hexadecimal digits)',
  },
  'a span id of zeros': { span: { spanId: spanIdOf(0) }, reason: 'span_id_zero', text: '.spanId is all zeros' },
  'a short parent id': {
    span: { parentSpanId: '12' },
    reason: 'parent_span_id_length',
    text: '.parentSpanId is neither empty nor 8 bytes (in JSON: 16 hexadecimal digits)',
  },
};

for (const [what, { span, reason, text }] of Object.entries(REJECTED)) {
  test(`one span rejected by name, the rest taken: ${what}`, async () => {
    const earlier = product.ingest.counters();
    const companion = good();
    const body = JSON.stringify(requestWith([companion, { ...good(), ...span } as Span]));
    const answer = await httpSend(product.otlp.http, { headers: JSON_TYPE, body });
    const errorMessage = `1 spans rejected (1 ${reason}). resourceSpans[0].scopeSpans[0].spans[1]${text}.`;
    assert.equal(answer.status, 200);
    assert.deepEqual(JSON.parse(answer.text), { partialSuccess: { rejectedSpans: '1', errorMessage } });
    const { spansRejected, spansAccepted } = product.ingest.counters();
    assert.equal(countOf(spansRejected, reason), countOf(earlier.spansRejected, reason) + 1);
    assert.equal(spansAccepted, earlier.spansAccepted + 1);
    await product.attributed();
    assert.deepEqual(await chargesOf(companion.traceId), PRICED);
  });
}

type Line = readonly [meter: string, quantity: string, status: string, reason: string, cost: string];

const PRICED: readonly Line[] = [
  ['input', '1000', 'priced', '', '0.00025'],
  ['output', '100', 'priced', '', '0.0002'],
];
const noUsage = (reason: string): readonly Line[] => [['unknown', '0', 'no_usage', reason, '0']];
const unusable = (problem: string) => noUsage(`unusable_quantity: ${INPUT} is ${problem}`);
const unpriced = (reason: string): readonly Line[] => [
  ['input', '1000', 'unpriced', reason, '0'],
  ['output', '100', 'unpriced', reason, '0'],
];

type OddCall = { readonly attributes: Parameters<typeof modelCall>[0]['attributes']; readonly lines: readonly Line[] };

const ODD_CALLS: Readonly<Record<string, OddCall>> = {
  '-1 tokens': { attributes: { [INPUT]: -1 }, lines: unusable('-1, negative') },
  '2^63-1 tokens': {
    attributes: { [INPUT]: { intValue: '9223372036854775807' } },
    // Beyond 2^53 the reason shows the nearest double.
    lines: unusable('9223372036854776000, above 10^15'),
  },
  'NaN tokens': { attributes: { [INPUT]: { doubleValue: 'NaN' } }, lines: unusable('NaN, not a number') },
  'half a token': { attributes: { [INPUT]: 1.5 }, lines: unusable('1.5, not a whole number') },
  'tokens in words': { attributes: { [INPUT]: 'many' }, lines: unusable('"many", not a number') },
  'tokens as a list': { attributes: { [INPUT]: { arrayValue: {} } }, lines: unusable('a list, not a number') },
  'tokens as true': { attributes: { [INPUT]: true }, lines: unusable('a boolean, not a number') },
  'no tokens at all': {
    attributes: { [INPUT]: undefined, [OUTPUT]: undefined },
    lines: noUsage('usage_not_stated'),
  },
  'a number as text': { attributes: { [INPUT]: '1000' }, lines: PRICED },
  'no model': { attributes: { 'gen_ai.request.model': undefined }, lines: unpriced('missing_model') },
  'a model that nobody knows': {
    attributes: { 'gen_ai.request.model': 'brand-new' },
    lines: unpriced('unknown_model: brand-new'),
  },
  'a model and a provider of the wrong type': {
    attributes: { 'gen_ai.request.model': { arrayValue: {} }, 'gen_ai.provider.name': { kvlistValue: {} } },
    lines: unpriced('missing_model'),
  },
  'a team and a session of the wrong type': {
    attributes: { 'spanledger.team': { arrayValue: {} }, 'session.id': { bytesValue: 'AAAA' } },
    lines: PRICED,
  },
  '10,000 attributes': {
    attributes: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key ${index}`, index])),
    lines: PRICED,
  },
  'an attribute of 1 MiB': { attributes: { 'gen_ai.input.messages': 'x'.repeat(MIB) }, lines: PRICED },
};

test('calls with odd attributes are taken, and their rows say what was wrong', async (context) => {
  const cases = Object.entries(ODD_CALLS).map(([what, { attributes = {}, lines }]) => {
    return { what, lines, span: modelCall({ trace: nextTrace(), span: 1, attributes }) };
  });
  for (const { span } of cases) await sendJson(product, requestWith([span]));
  await product.attributed();
  for (const { what, lines, span } of cases) {
    await context.test(what, async () => assert.deepEqual(await chargesOf(span.traceId), lines));
  }
});

test('a clock fifty years off makes dead letters that say so', async () => {
  const early = modelCall({ trace: nextTrace(), span: 1, startMs: Date.now() - 50 * YEAR_MS });
  const late = modelCall({ trace: nextTrace(), span: 2, startMs: Date.now() + 50 * YEAR_MS });
  const endless = { ...good(), endTimeUnixNano: '18446744073709551615' };
  await sendJson(product, requestWith([early, late, endless]));
  await product.attributed();
  for (const span of [early, late, endless]) {
    assert.deepEqual(await chargesOf(span.traceId), []);
    const [letter, ...more] = await deadLettersOf(span.traceId);
    assert.equal(more.length, 0);
    assert.equal(letter?.reason, 'clock_out_of_range');
    const { startTimeUnixNano: start, endTimeUnixNano: end } = span;
    assert.match(letter.detail, new RegExp(`^start ${start} ns, end ${end} ns, received \\d{19} ns since 1970$`));
  }
});

test('a poison record becomes a dead letter with its bytes, and its batch goes on', async () => {
  const [first, last] = [good(), good()];
  const topic = product.log.topic(TOPICS.spans);
  const { partitionCount } = topic;
  const record = (traceId: string, value: Buffer) => ({
    partition: partitionOfTrace(traceId, partitionCount),
    keyId: '',
    receivedAtMs: Date.now(),
    kind: 'otlp' as const,
    value,
  });
  const poison = Buffer.from('0a05poison');
  await topic.append([
    record(first.traceId, toProtobuf(requestWith([first]))),
    record(first.traceId, poison),
    { ...record(first.traceId, poison), kind: 'notice' },
    { ...record(first.traceId, toProtobuf(requestWith([good()]))), keyId: 'nobody' },
    {
      ...record(last.traceId, toProtobuf(requestWith([good()]))),
      partition: otherPartition(lastTrace, partitionCount),
    },
    record(last.traceId, toProtobuf(requestWith([last]))),
  ]);
  await product.attributed();
  assert.deepEqual(await chargesOf(first.traceId), PRICED);
  assert.deepEqual(await chargesOf(last.traceId), PRICED);
  const letters = await product.warehouse.queryRows(
    `SELECT reason, base64Decode(payload_base64) = {poison:String} AS whole FROM spanledger.dead_letters
     WHERE reason != 'clock_out_of_range' ORDER BY reason`,
    { poison: poison.toString() },
  );
  assert.deepEqual(letters, [
    { reason: 'malformed', whole: 1 },
    { reason: 'malformed_notice', whole: 1 },
    { reason: 'unknown_ingest_key', whole: 0 },
    { reason: 'wrong_partition', whole: 0 },
  ]);
});

test('parents in a circle: each call is charged once, and the walk ends', async () => {
  const trace = nextTrace();
  const circle = [1, 2, 3].map((span) => plainSpan({ trace, span, parent: (span % 3) + 1 }));
  const calls = [4, 5, 6].map((span) => modelCall({ trace, span, parent: span - 3 }));
  const tail = modelCall({ trace, span: 7, parent: 1, attributes: { 'spanledger.team': 'tail' } });
  const ownParent = modelCall({ trace, span: 8, parent: 8 });
  for (const span of [...circle, ...calls, tail, ownParent]) await sendJson(product, requestWith([span]));
  await product.attributed();
  const rows = await product.warehouse.queryRows(
    'SELECT span_id, count() AS lines, any(team) AS team FROM spanledger.charges WHERE trace_id = {id:String} GROUP BY span_id ORDER BY span_id',
    { id: traceIdOf(trace) },
  );
  const expected = [4, 5, 6, 7, 8].map((span) => {
    return { span_id: spanIdOf(span), lines: '2', team: span === 7 ? 'tail' : 'unattributed' };
  });
  assert.deepEqual(rows, expected);
});

test('SQL, line breaks, NUL and emoji in every string are stored and shown as they came', async () => {
  const span = hostileCall(nextTrace());
  await sendJson(product, hostileRequest(span));
  await product.settle();
  const only = async (columns: string, table: string, where: string) => {
    const rows = await product.warehouse.queryRows<Json>(
      `SELECT DISTINCT ${columns} FROM spanledger.${table} WHERE ${where}`,
      { id: span.traceId, hostile: HOSTILE },
    );
    assert.equal(rows.length, 1, table);
    for (const [column, value] of Object.entries(rows[0] ?? {})) assert.equal(value, HOSTILE, `${table}.${column}`);
  };
  const owner = 'session_id, agent_name, user_id, project, team, environment';
  await only(`${owner}, service_name, request_model, response_model, response_id`, 'charges', 'trace_id = {id:String}');
  await only('name, status_message, scope_name, scope_version, server_address', 'spans', 'trace_id = {id:String}');
  await only('session_id, user_id, project, team, environment', 'session_costs', 'session_id = {hostile:String}');
  await only('team, project, agent_name, environment, model', 'team_costs', 'team = {hostile:String}');
  await only('session_id, name, agent_name, team, model', 'token_audit_trail', 'trace_id = {id:String}');
});

test('after all of it: a good request works, and every span is accounted for', async () => {
  const span = good();
  await sendJson(product, requestWith([span, plainSpan({ trace: lastTrace, span: 2 })]));
  await product.settle();
  assert.deepEqual(await chargesOf(span.traceId), PRICED);
  const { spansAccepted } = product.ingest.counters();
  const [rows] = await product.warehouse.queryRows<{ spans: string; letters: string }>(
    `SELECT (SELECT count() FROM spanledger.spans) AS spans,
       (SELECT count() FROM spanledger.dead_letters WHERE reason = 'clock_out_of_range') AS letters`,
  );
  // Two of the records that were put on the log directly carried a span that came through.
  assert.equal(Number(rows?.spans) + Number(rows?.letters), spansAccepted + 2);
  assert.equal(product.attribution.stats().deadLetters, Number(rows?.letters) + 4);
});

async function chargesOf(traceId: string): Promise<Line[]> {
  const rows = await product.warehouse.queryRows<Json>(
    `SELECT [toString(meter), toString(consumed_quantity), toString(price_status), toString(price_status_reason), toString(effective_cost)] AS line
     FROM spanledger.charges WHERE trace_id = {traceId:String} ORDER BY meter`,
    { traceId },
  );
  return rows.map(({ line }) => line as unknown as Line);
}

async function deadLettersOf(traceId: string) {
  return product.warehouse.queryRows<{ reason: string; detail: string }>(
    'SELECT reason, detail FROM spanledger.dead_letters WHERE trace_id = {traceId:String}',
    { traceId },
  );
}

function countOf(counts: Readonly<Record<string, number>>, name: string): number {
  return counts[name] ?? 0;
}

function otherPartition(trace: number, partitionCount: number): number {
  return (partitionOfTrace(traceIdOf(trace), partitionCount) + 1) % partitionCount;
}
