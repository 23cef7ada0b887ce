import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const FLAT = { 'gen_ai.usage.input_tokens': '2530', 'gen_ai.usage.output_tokens': '120', 'gen_ai.system': 'openai' };
const USAGE = `{'completion_tokens': 120, 'prompt_tokens': 2530, 'total_tokens': 2650, 'completion_tokens_details': None, 'prompt_tokens_details': {'audio_tokens': None, 'cache_write_tokens': 500, 'cached_tokens': 2000, 'cache_creation_tokens': 500, 'cache_creation_token_details': {'ephemeral_5m_input_tokens': 400, 'ephemeral_1h_input_tokens': 100}}, 'server_tool_use': {'web_search_requests': 1}}`;
const request = (attributes: Record<string, unknown>, name = 'litellm_request') => ({
  ...{ scope: 'litellm', kind: 1, name },
  attributes: { 'gen_ai.request.model': 'claude-sonnet-4-5', ...FLAT, ...attributes },
});

describe('LiteLLM', () => {
  test('the printed usage object tells what the flat keys drop', () => {
    const span = decodedSpan(request({ 'metadata.usage_object': USAGE, 'gen_ai.operation.name': 'acompletion' }));
    assert.deepEqual(countsOf(span), {
      ...{ input: 30, cache_read: 2000, cache_write_5m: 400, cache_write_1h: 100, output: 120, web_search: 1 },
    });
    assert.equal(span.classification.rule, 'litellm.request.usage-object');
  });

  test('what cannot be read leaves the flat keys', () => {
    for (const text of ["{'prompt_tokens': evil()}", 'None', '']) {
      const span = decodedSpan(request({ 'metadata.usage_object': text }));
      assert.deepEqual(countsOf(span), { input: 2530, output: 120 });
      assert.equal(span.classification.rule, 'litellm.request');
    }
  });

  test('0 of everything, of a stream without usage, is no usage', () => {
    const zero = { 'gen_ai.usage.input_tokens': '0', 'gen_ai.usage.output_tokens': '0', 'gen_ai.cost.total_cost': 0 };
    const printed = "{'completion_tokens': 0, 'prompt_tokens': 0, 'total_tokens': 0, 'prompt_tokens_details': None}";
    const { call } = classified(request({ ...zero, 'metadata.usage_object': printed }));
    assert.deepEqual(call?.usage, { status: 'none', reason: 'zero_usage' });
    assert.equal(call?.reportedCost, undefined);
  });

  test('who answered stands before the model', () => {
    const { call } = classified(request({ 'litellm.provider.model': 'anthropic/claude-sonnet-4-5' }));
    assert.equal(call?.provider, 'anthropic');
  });

  test("its keys on an application's own span are read alike", () => {
    const span = decodedSpan({ ...request({ 'metadata.usage_object': USAGE }, 'my agent'), scope: 'my-app' });
    assert.equal(countsOf(span)?.['cache_read'], 2000);
  });

  test('what may be its own count of a stream is assumed', () => {
    const printed = "{'completion_tokens': 6, 'prompt_tokens': 11, 'prompt_tokens_details': None}";
    const { call } = classified(request({ 'metadata.usage_object': printed, 'llm.is_streaming': 'True' }));
    assert.match(call?.usage.status === 'stated' ? call.usage.assumed : '', /estimate/);
  });
});
