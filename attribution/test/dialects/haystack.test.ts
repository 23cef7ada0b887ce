import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const META = {
  ...{ model: 'gpt-5-mini-2025-08-07', id: 'chatcmpl-1' },
  usage: { prompt_tokens: 1200, completion_tokens: 350, prompt_tokens_details: { cached_tokens: 1024 } },
};
const component = (type: string, output?: unknown) => ({
  ...{ scope: 'my_application', kind: 1, name: 'haystack.component.run' },
  attributes: {
    ...{ 'haystack.component.name': 'llm', 'haystack.component.type': type },
    ...(output === undefined ? {} : { 'haystack.component.output': JSON.stringify(output) }),
  },
});

describe('Haystack', () => {
  test("usage is read from the output's meta, wherever a component puts it", () => {
    const outputs = [
      { replies: [{ role: 'assistant', meta: META }] },
      { replies: [{ content: { _meta: META } }] },
      { replies: ['It is rainy.'], meta: [META] },
    ];
    for (const output of outputs) {
      const span = decodedSpan(component('OpenAIChatGenerator', output));
      assert.deepEqual(countsOf(span), { input: 176, cache_read: 1024, output: 350 });
      const { call, rule } = span.classification;
      assert.deepEqual([call?.responseModel, call?.responseId], ['gpt-5-mini-2025-08-07', 'chatcmpl-1']);
      assert.equal(rule, 'haystack.generator.output.openai-chat');
    }
    const embedded = decodedSpan(component('OpenAITextEmbedder', { meta: { usage: { prompt_tokens: 9 } } }));
    assert.deepEqual(countsOf(embedded), { input: 9 });
  });

  test('without content tracing a generator is a request without usage', () => {
    const { call } = classified(component('OpenAIChatGenerator'));
    assert.deepEqual(call?.usage, { status: 'none', reason: 'usage_not_stated' });
  });

  test('other components are steps, agents and tools what they are', () => {
    assert.equal(classified(component('PromptBuilder')).role, 'step');
    assert.equal(classified({ name: 'haystack.agent.run', kind: 1 }).role, 'agent');
    const tool = { name: 'haystack.agent.step.tool', kind: 1, attributes: { 'haystack.tool.name': 'weather' } };
    assert.deepEqual([classified(tool).role, classified(tool).toolName], ['tool_call', 'weather']);
  });
});
