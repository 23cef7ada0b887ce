import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutLogsRequest, cutTraceRequest, DEFAULT_CUT_LIMITS } from '../../src/wire/cut-request.ts';
import {
  attribute,
  decode,
  encode,
  list,
  type Plain,
  plainSpan,
  spansOf,
  traceRequest,
} from '../support/otlp-proto.ts';

const LIMITS = { ...DEFAULT_CUT_LIMITS, maxRecordBytes: 4_000 };

test('a span too large for a log record loses its largest attributes without usage, and says how many', () => {
  const span = plainSpan(1, {
    attributes: [
      attribute('gen_ai.input.messages', 'x'.repeat(9_000)),
      attribute('gen_ai.output.messages', 'y'.repeat(1_500)),
      attribute('gen_ai.usage.details', `{"input":${'1'.repeat(900)}}`),
      attribute('gen_ai.usage.input_tokens', 1200),
      attribute('user.id', 'u'),
    ],
    events: [
      {
        name: 'prompt',
        timeUnixNano: 5,
        attributes: [attribute('content', 'z'.repeat(8_000)), attribute('role', 'user')],
      },
    ],
  });
  const cut = cutTraceRequest(traceRequest([plainSpan(2), span]), 1, LIMITS);
  assert.deepEqual([cut.accepted, cut.truncated, cut.rejections.total], [2, 1, 0]);
  const shrunk = cut.slices
    .flatMap(({ value }) => spansOf(value))
    .find((placed) => (placed['span'] as Plain)['name'] === 'span 1');
  const found = shrunk?.['span'] as Plain;
  const kept = ['gen_ai.output.messages', 'gen_ai.usage.details', 'gen_ai.usage.input_tokens', 'user.id'];
  assert.deepEqual(keysOf(found), [...kept, 'spanledger.truncated_attributes']);
  assert.deepEqual(list(found, 'attributes').at(-1), {
    key: 'spanledger.truncated_attributes',
    value: { intValue: '2' },
  });
  const [event] = list(found, 'events');
  assert.deepEqual([event?.['name'], event?.['timeUnixNano'], keysOf(event ?? {})], ['prompt', '5', ['role']]);
  for (const { value } of cut.slices) assert.ok(value.length <= 4_000);
});

test('a span that is too large by its usage alone is rejected with the reason', () => {
  const span = plainSpan(1, { attributes: [attribute('gen_ai.usage.raw', 'x'.repeat(9_000))] });
  const cut = cutTraceRequest(traceRequest([plainSpan(2), span]), 1, LIMITS);
  assert.deepEqual([cut.accepted, [...cut.rejections.byReason]], [1, [['too_large', 1]]]);
});

test('spans beneath a resource too large for a log record are rejected', () => {
  const resource = { attributes: [attribute('text', 'x'.repeat(5_000))] };
  const cut = cutTraceRequest(traceRequest([plainSpan(1), plainSpan(2)], { resource }), 1, LIMITS);
  assert.deepEqual([cut.accepted, [...cut.rejections.byReason]], [0, [['too_large', 2]]]);
});

test('a log record too large for the log loses its body and its prompts, and keeps the usage', () => {
  const record = {
    timeUnixNano: 5,
    eventName: 'gen_ai.client.inference.operation.details',
    body: { stringValue: 'b'.repeat(5_000) },
    attributes: [
      attribute('gen_ai.usage.input_tokens', 1200),
      attribute('gen_ai.input.messages', 'x'.repeat(9_000)),
      attribute('session.id', 's'),
    ],
  };
  const request = encode('ExportLogsServiceRequest', { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  const cut = cutLogsRequest(request, 1, LIMITS);
  assert.deepEqual([cut.accepted, cut.truncated, cut.rejections.total], [1, 1, 0]);
  const [group] = cut.slices.flatMap(({ value }) => list(decode('ExportLogsServiceRequest', value), 'resourceLogs'));
  const [shrunk] = list(list(group, 'scopeLogs')[0], 'logRecords');
  assert.deepEqual([shrunk?.['eventName'], shrunk?.['body']], [record.eventName, undefined]);
  const kept = ['gen_ai.usage.input_tokens', 'session.id', 'spanledger.truncated_attributes'];
  assert.deepEqual(keysOf(shrunk ?? {}), kept);
});

test('one byte more than the record limit is the moment when a span shrinks', () => {
  const request = (length: number) =>
    traceRequest([plainSpan(1, { attributes: [attribute('text', 'x'.repeat(length))] })]);
  const exact = request(2_000).length;
  assert.equal(cutTraceRequest(request(2_000), 1, { ...LIMITS, maxRecordBytes: exact }).truncated, 0);
  assert.equal(cutTraceRequest(request(2_020), 1, { ...LIMITS, maxRecordBytes: exact }).truncated, 1);
});

function keysOf(holder: Plain): string[] {
  return list(holder, 'attributes').map((entry) => String(entry['key']));
}
