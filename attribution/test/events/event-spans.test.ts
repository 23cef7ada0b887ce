import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOfTrace } from '@spanledger/spanlog';
import { EventSpans } from '../../src/events/event-spans.ts';
import { createEventReader } from '../../src/events/read-events.ts';
import type { DecodedSpan } from '../../src/facts.ts';
import { logsRequest, type SentEvent, spansOf } from '../support/events.ts';

const TRACE = '0102030405060708090a0b0c0d0e0f10';
const REQUEST: SentEvent = {
  scope: 'com.anthropic.claude_code.events',
  at: 1000,
  attributes: {
    'event.name': 'api_request',
    'session.id': 's1',
    request_id: 'req_1',
    input_tokens: 10,
    output_tokens: 2,
  },
};

function idsOf(event: SentEvent, tenant?: string): string {
  const { traceId, spanId } = only(event, tenant).identity;
  return `${traceId}/${spanId}`;
}

function only(event: SentEvent, tenant?: string): DecodedSpan {
  const [span, ...more] = spansOf(logsRequest(event), tenant);
  assert.ok(span !== undefined && more.length === 0);
  return span;
}

function withAttributes(attributes: Record<string, unknown>): SentEvent {
  return { ...REQUEST, attributes: { ...REQUEST.attributes, ...attributes } };
}

test('one event gives one span, however often it is sent and whatever a collector adds', () => {
  const again = withAttributes({ 'deployment.environment': 'prod', a: 'b' });
  assert.equal(idsOf(again), idsOf(REQUEST));
  assert.equal(idsOf({ ...REQUEST, observedAt: 99_000 }), idsOf(REQUEST));
});

test('the same request id in another session, of another tenant, or at another time is another call', () => {
  const others = [
    idsOf(withAttributes({ 'session.id': 's2' })),
    idsOf(REQUEST, 'acme'),
    idsOf({ ...REQUEST, at: 1001 }),
    idsOf(withAttributes({ request_id: 'req_2' })),
  ];
  assert.equal(new Set([idsOf(REQUEST), ...others]).size, 5);
});

test('without a request id the place in the session tells events apart, and without that all that they say', () => {
  const { request_id: _, ...rest } = REQUEST.attributes ?? {};
  const numbered = (sequence: number) => idsOf({ ...REQUEST, attributes: { ...rest, 'event.sequence': sequence } });
  assert.equal(numbered(6), numbered(6));
  assert.notEqual(numbered(6), numbered(8));
  const turned = Object.fromEntries(Object.entries(rest).toReversed());
  assert.equal(idsOf({ ...REQUEST, attributes: rest }), idsOf({ ...REQUEST, attributes: turned }));
  assert.notEqual(
    idsOf({ ...REQUEST, attributes: rest }),
    idsOf({ ...REQUEST, attributes: { ...rest, input_tokens: 11 } }),
  );
});

test('an event hangs beneath the span that it names; without a trace it stands in the one of its session', () => {
  const inTrace = only({ ...REQUEST, traceId: TRACE, spanId: '1112131415161718' }).identity;
  assert.deepEqual([inTrace.traceId, inTrace.parentSpanId], [TRACE, '1112131415161718']);
  const later = only({ ...withAttributes({ request_id: 'req_2' }), at: 2000 }).identity;
  const first = only(REQUEST).identity;
  assert.equal(first.traceId, later.traceId);
  assert.deepEqual([first.parentSpanId, later.parentSpanId], ['', '']);
  assert.equal(only({ ...REQUEST, spanId: '1112131415161718' }).identity.parentSpanId, '', 'a span without its trace');
  assert.equal(
    only({ ...REQUEST, traceId: '00'.repeat(16) }).identity.traceId,
    first.traceId,
    'a trace of zeros is none',
  );
});

test('events without trace and session have a trace each', () => {
  const lone = (id: string) =>
    only({ ...REQUEST, attributes: { 'event.name': 'api_request', request_id: id } }).identity;
  assert.notEqual(lone('a').traceId, lone('b').traceId);
});

test('a failed request is a failed span, with what went wrong', () => {
  const { identity } = only(withAttributes({ 'event.name': 'api_error', error: 'Overloaded', status_code: '529' }));
  assert.deepEqual([identity.statusCode, identity.statusMessage], [2, 'Overloaded']);
});

test('a duration that is no number, or longer than time, does not move the start', () => {
  for (const duration_ms of ['soon', -5, 1.5, 9e14]) {
    const { startNs, endNs } = only(withAttributes({ duration_ms })).identity;
    assert.equal(startNs, endNs, `${duration_ms}`);
  }
});

test('prompts and what no dialect reads are left out of the span', () => {
  const prompt = 'p'.repeat(50_000);
  const { identity, classification } = only(
    withAttributes({ 'gen_ai.input.messages': prompt, model: 'claude-sonnet-4-5' }),
  );
  assert.ok(identity.sizeBytes < 500);
  assert.equal(classification.call?.requestModel, 'claude-sonnet-4-5');
});

test('Codex names its host on log records only: without it both signals are of one process', () => {
  const event = (resource: Record<string, unknown>) =>
    only({
      at: 1,
      resource,
      attributes: { 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', input_token_count: '1' },
    }).resource;
  const withHost = event({ 'service.name': 'codex_cli_rs', 'host.name': 'laptop', env: 'dev' });
  assert.equal(withHost.processKey, event({ 'service.name': 'codex_cli_rs', env: 'dev' }).processKey);
  assert.equal(withHost.serviceName, 'codex_cli_rs');
});

test('spans come in one slice per partition, each on the partition of its trace, with its resource once', () => {
  const resource = { 'service.name': 'cli', note: 'n'.repeat(1000) };
  const traces = ['a', 'b', 'c', 'd', 'e', 'f'].map((digit) => digit.repeat(32));
  const sent = traces.flatMap((traceId) => [1, 2, 3].map((at) => ({ ...REQUEST, at, traceId, resource })));
  const spans = new EventSpans(4);
  createEventReader().read(logsRequest(...sent), (event, attributes) => spans.add('default', event, attributes));
  assert.equal(spans.count, sent.length);
  const slices = spans.take();
  const partitions = new Set(traces.map((trace) => partitionOfTrace(trace, 4)));
  assert.deepEqual(new Set(slices.map(({ partition }) => partition)), partitions);
  assert.equal(slices.length, partitions.size);
  assert.deepEqual([spans.count, spans.take()], [0, []]);
});
