import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const scope = 'gcp.vertex.agent';
const FLAT = {
  ...{ 'gen_ai.system': 'gcp.vertex.agent', 'gen_ai.request.model': 'gemini-2.5-flash' },
  ...{ 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.output_tokens': 94 },
};

describe("Google's Agent Development Kit", () => {
  test('call_llm is a request, read from the answer beside it, with its thoughts', () => {
    const response = JSON.stringify({
      modelVersion: 'gemini-2.5-flash',
      usageMetadata: {
        ...{ promptTokenCount: 1200, cachedContentTokenCount: 1024, candidatesTokenCount: 94, thoughtsTokenCount: 256 },
      },
    });
    const attributes = { ...FLAT, 'gcp.vertex.agent.llm_response': response };
    const span = decodedSpan({ scope, kind: 1, name: 'call_llm', attributes });
    assert.deepEqual(countsOf(span), { input: 176, cache_read: 1024, output: 94, reasoning: 256 });
    assert.equal(span.classification.rule, 'google-adk.request.llm-response');
  });

  test('without the answer the output is charged, and assumed: thoughts are not in it', () => {
    const span = decodedSpan({ scope, kind: 1, name: 'call_llm', attributes: FLAT });
    assert.deepEqual(countsOf(span), { input: 1200, output: 94 });
    const usage = span.classification.call?.usage;
    assert.match(usage?.status === 'stated' ? usage.assumed : '', /thoughts/);
  });

  test("Python's generate_content has thoughts within the output", () => {
    const attributes = {
      ...{ ...FLAT, 'gen_ai.operation.name': 'generate_content', 'gen_ai.usage.output_tokens': 350 },
      'gen_ai.usage.reasoning.output_tokens': 256,
    };
    const span = decodedSpan({ scope, kind: 1, name: 'generate_content gemini-2.5-flash', attributes });
    assert.deepEqual(countsOf(span), { input: 1200, output: 94, reasoning: 256 });
  });

  test('what LiteLLM answers holds its reasoning: version 2 adds it once more, the answer beside version 1 does not', () => {
    const model = { 'gen_ai.request.model': 'openai/gpt-5-mini', 'gen_ai.operation.name': 'generate_content' };
    const twice = { 'gen_ai.usage.output_tokens': 606, 'gen_ai.usage.reasoning.output_tokens': 256 };
    const two = decodedSpan({
      scope,
      kind: 1,
      name: 'generate_content x',
      attributes: { ...FLAT, ...model, ...twice },
    });
    const counts = { prompt_token_count: 1200, candidates_token_count: 350, thoughts_token_count: 256 };
    const response = JSON.stringify({ usage_metadata: { ...counts, total_token_count: 1550 } });
    const beside = { ...FLAT, ...model, 'gcp.vertex.agent.llm_response': response };
    const one = decodedSpan({ scope, kind: 1, name: 'call_llm', attributes: beside });
    for (const span of [one, two]) assert.deepEqual(countsOf(span), { input: 1200, output: 94, reasoning: 256 });
  });

  test('a model that is reached through LiteLLM names its provider', () => {
    const attributes = {
      ...{ ...FLAT, 'gen_ai.operation.name': 'generate_content' },
      'gen_ai.request.model': 'anthropic/claude-sonnet-4-5',
    };
    assert.equal(classified({ scope, attributes }).call?.provider, 'anthropic');
    assert.equal(classified({ scope, name: 'call_llm', attributes: FLAT }).call?.provider, 'gcp.gemini');
    const path = {
      ...attributes,
      'gen_ai.request.model': 'projects/p/locations/eu/publishers/google/models/gemini-2.5-pro',
    };
    assert.equal(classified({ scope, attributes: path }).call?.provider, 'gcp.gemini');
  });
});
