import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const raw = (attributes: Record<string, unknown>) => ({
  ...{ scope: 'litellm', kind: 1, name: 'raw_gen_ai_request' },
  attributes,
});

describe("LiteLLM's raw requests", () => {
  test("the provider's printed answer is read, whoever it was", () => {
    const anthropic = raw({
      ...{ 'llm.anthropic.id': 'msg_1', 'llm.anthropic.model': 'claude-sonnet-4-5' },
      'llm.anthropic.usage':
        "{'input_tokens': 30, 'cache_read_input_tokens': 2000, 'cache_creation': {'ephemeral_1h_input_tokens': 100}, 'output_tokens': 120, 'server_tool_use': None}",
    });
    const span = decodedSpan(anthropic);
    assert.deepEqual(countsOf(span), { input: 30, cache_read: 2000, cache_write_1h: 100, output: 120 });
    const { call } = span.classification;
    assert.deepEqual(
      [call?.provider, call?.responseId, call?.responseModel],
      ['anthropic', 'msg_1', 'claude-sonnet-4-5'],
    );
    const gemini = raw({
      'llm.gemini.usageMetadata': "{'promptTokenCount': 1200, 'candidatesTokenCount': 94, 'thoughtsTokenCount': 256}",
    });
    assert.deepEqual(countsOf(decodedSpan(gemini)), { input: 1200, output: 94, reasoning: 256 });
  });

  test('where no answer is kept, as of streams, there is no request', () => {
    assert.equal(classified(raw({ 'llm.gemini.stringified_raw_response': 'first stream response' })).role, 'other');
  });

  test("an embedding's answer without usage is a request all the same", () => {
    const { call } = classified(raw({ 'llm.None.model': 'text-embedding-3-small' }));
    assert.deepEqual(call?.usage, { status: 'none', reason: 'usage_not_stated' });
  });
});
