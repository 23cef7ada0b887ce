import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const RAW = {
  ...{ prompt_tokens: 1200, completion_tokens: 350, total_tokens: 1550 },
  ...{ prompt_tokens_details: { cached_tokens: 1024 }, completion_tokens_details: { reasoning_tokens: 256 } },
};
const COUNTS = { input: 176, cache_read: 1024, output: 94, reasoning: 256 };
const span = (attributes: Record<string, unknown>, status = 0) => ({
  ...{ scope: 'logfire.openai', name: 'Chat Completion with {request_data[model]!r}', kind: 1, status },
  attributes: { 'logfire.span_type': 'span', ...attributes },
});

describe('Logfire around a client', () => {
  test("the provider's usage is read wherever a version of Logfire puts it", () => {
    const five = span({ 'gen_ai.usage.raw': JSON.stringify(RAW), 'gen_ai.usage.input_tokens': 1200 });
    const older = span({ response_data: JSON.stringify({ message: {}, usage: RAW }) });
    for (const one of [five, older]) assert.deepEqual(countsOf(decodedSpan(one)), COUNTS);
  });

  test('a stream is charged by the log at its end, not by the request that began it', () => {
    const begun = [
      { request_data: '{"model":"m"}' },
      { request_data: '{"model":"m","messages":[],"stream":true}' },
      { request_data: '{"model":"m","stream":true}', 'gen_ai.response.model': 'm' },
    ];
    for (const attributes of begun) assert.equal(classified(span(attributes)).role, 'other');
    const end = span({
      ...{ 'logfire.span_type': 'log', request_data: '{"model":"m","stream":true}' },
      'gen_ai.usage.raw': JSON.stringify(RAW),
    });
    assert.equal(classified(end).call?.requestModel, 'm');
    assert.deepEqual(countsOf(decodedSpan(end)), COUNTS);
  });

  test('a session that Logfire wrote over is none: it would be the same for all', () => {
    const scrubbed = { 'session.id': "[Scrubbed due to 'session']", 'gen_ai.usage.raw': JSON.stringify(RAW) };
    assert.equal(classified(span(scrubbed)).own.sessionId, '');
  });

  test('a stream that ends without usage, and a request that is no stream, state none', () => {
    const end = classified(span({ 'logfire.span_type': 'log', response_data: '{"combined_chunk_content":"x"}' }));
    assert.deepEqual(end.call?.usage, { status: 'none', reason: 'stream_without_usage' });
    const request = classified(span({ request_data: '{"model":"m","input":"x"}' }));
    assert.deepEqual(request.call?.usage, { status: 'none', reason: 'usage_not_stated' });
    const failed = classified(span({ request_data: '{"model":"m","stream":true}' }, 2));
    assert.deepEqual(failed.call?.usage, { status: 'none', reason: 'request_failed' });
  });
});
