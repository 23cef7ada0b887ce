import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventReader } from '../../src/events/read-events.ts';
import { encodeLogsRequest } from '../support/encode.ts';
import { logsRequest, recordedLogs, type SentEvent, spansOf } from '../support/events.ts';

const CODEX = { 'event.name': 'codex.sse_event', 'conversation.id': 'c1', model: 'gpt-5-codex' };
const COMPLETED = { ...CODEX, 'event.kind': 'response.completed' };
const GEN_AI = 'gen_ai.client.inference.operation.details';

function read(record: Uint8Array): { seen: string[]; count: number } {
  const seen: string[] = [];
  const count = createEventReader().read(record, ({ event, outcome }) => seen.push(`${event.name} ${outcome}`));
  return { seen, count };
}

test('of all that Claude Code logs only requests are usage events', () => {
  const { seen, count } = read(recordedLogs('84-claude-agent-sdk-0.2.187.logs.1.json'));
  assert.deepEqual(seen, ['claude_code.api_request answered', 'claude_code.api_request answered']);
  assert.equal(count, 10);
});

const NAMED: Readonly<Record<string, SentEvent>> = {
  'by the name of the record': { name: 'claude_code.api_request' },
  'by the attribute event.name': { attributes: { 'event.name': 'claude_code.api_request' } },
  "by Claude Code's short name": {
    scope: 'com.anthropic.claude_code.events',
    attributes: { 'event.name': 'api_request' },
  },
  'by the body, when a collector dropped the scope': {
    body: 'claude_code.api_request',
    attributes: { 'event.name': 'api_request' },
  },
  'by the attribute, when the record has another name': {
    name: 'event session_telemetry.rs:532',
    attributes: { 'event.name': 'claude_code.api_request' },
  },
};
for (const [how, event] of Object.entries(NAMED)) {
  test(`an event is recognised ${how}`, () => {
    assert.deepEqual(read(logsRequest({ at: 0, ...event })).seen, ['claude_code.api_request answered']);
  });
}

const NO_EVENTS: Readonly<Record<string, SentEvent>> = {
  'a short name of another emitter': { scope: 'app', attributes: { 'event.name': 'api_request' } },
  'a text that only contains the name': { body: 'saw claude_code.api_request twice' },
  'a body that is no text': { attributes: { message: 'claude_code.api_request' } },
  "an event in the middle of Codex's stream": { attributes: { ...CODEX, 'event.kind': 'response.output_item.done' } },
  "the end of Codex's stream, which is told again with the usage": { attributes: { ...COMPLETED, duration_ms: '12' } },
  'a request of Codex that was answered': {
    attributes: { ...CODEX, 'event.name': 'codex.api_request', 'http.response.status_code': 200 },
  },
  'the event that Gemini CLI writes beside its own': { scope: 'gemini-cli', attributes: { 'event.name': GEN_AI } },
};
for (const [what, event] of Object.entries(NO_EVENTS)) {
  test(`${what} is no usage event`, () => {
    assert.deepEqual(read(logsRequest({ at: 0, ...event })), { seen: [], count: 1 });
  });
}

test('Codex tells of an answer, a broken stream and a refused request by three events', () => {
  const request = { ...CODEX, 'event.name': 'codex.api_request' };
  const { seen } = read(
    logsRequest(
      { at: 0, attributes: { ...COMPLETED, input_token_count: '10', output_token_count: '2' } },
      { at: 1, attributes: { ...COMPLETED, 'error.message': 'stream closed' } },
      { at: 2, attributes: { ...request, 'http.response.status_code': 429 } },
      { at: 3, attributes: { ...request, 'error.message': 'connection refused' } },
    ),
  );
  assert.deepEqual(seen, [
    'codex.sse_event answered',
    'codex.sse_event failed',
    'codex.api_request failed',
    'codex.api_request failed',
  ]);
});

test('the time that the emitter states goes before the one at which it was observed', () => {
  const attributes = { 'event.name': 'claude_code.api_request', duration_ms: 250 };
  const [stated, observed] = spansOf(
    logsRequest({ at: 5000, observedAt: 9000, attributes }, { observedAt: 7000, attributes }),
  );
  assert.equal((observed?.identity.endNs ?? 0n) - (stated?.identity.endNs ?? 0n), 2_000_000_000n);
  assert.equal((stated?.identity.endNs ?? 0n) - (stated?.identity.startNs ?? 0n), 250_000_000n);
});

test('a resource or scope behind its log records is found all the same', () => {
  const front = logsRequest({
    scope: 's',
    at: 1,
    name: 'claude_code.api_request',
    resource: { 'service.name': 'late' },
  });
  const group = front.subarray(2);
  const resourceBytes = 2 + (group[1] as number);
  const turned = Buffer.concat([front.subarray(0, 2), group.subarray(resourceBytes), group.subarray(0, resourceBytes)]);
  assert.equal(front.length, turned.length);
  const [span] = spansOf(turned);
  assert.equal(span?.resource.serviceName, 'late');
  assert.equal(span?.identity.scopeName, 's#log');
});

test('what is no request throws, and an empty one holds nothing', () => {
  assert.throws(() => read(Buffer.from('no request')), { code: 'SPL_SPANS_MALFORMED' });
  const whole = logsRequest({ at: 1, name: 'claude_code.api_request', attributes: { model: 'm' } });
  assert.throws(() => read(whole.subarray(0, whole.length - 3)), { code: 'SPL_SPANS_MALFORMED' });
  assert.deepEqual(read(encodeLogsRequest({})), { seen: [], count: 0 });
});
