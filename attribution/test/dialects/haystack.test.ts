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

  test('a component names its provider, a step of an agent the model', () => {
    const generator = decodedSpan(component('AzureOpenAIChatGenerator', { replies: [{ meta: META }] }));
    assert.equal(generator.classification.call?.provider, 'azure.ai.openai');
    const attributes = { 'haystack.agent.step.llm.output': JSON.stringify({ replies: [{ meta: META }] }) };
    const step = decodedSpan({ scope: 'haystack', kind: 1, name: 'haystack.agent.step.llm', attributes });
    assert.deepEqual(countsOf(step), { input: 176, cache_read: 1024, output: 350 });
    assert.equal(step.classification.call?.responseModel, 'gpt-5-mini-2025-08-07');
  });

  test("Anthropic's lifetimes and searches stand beside OpenAI's counts", () => {
    const usage = {
      ...{ prompt_tokens: 2530, completion_tokens: 120, server_tool_use: { web_search_requests: 1 } },
      ...{ cache_read_input_tokens: 2000, cache_creation_input_tokens: 500 },
      cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
    };
    const span = decodedSpan(component('AnthropicChatGenerator', { replies: [{ meta: { usage } }] }));
    const writes = { cache_write_5m: 400, cache_write_1h: 100 };
    assert.deepEqual(countsOf(span), { input: 30, cache_read: 2000, ...writes, output: 120, web_search: 1 });
  });

  test('without content tracing a generator is a request without usage', () => {
    const { call } = classified(component('OpenAIChatGenerator'));
    assert.deepEqual(call?.usage, { status: 'none', reason: 'usage_not_stated' });
  });

  test('other components are steps, agents and tools what they are', () => {
    assert.equal(classified(component('PromptBuilder')).role, 'step');
    assert.equal(classified({ name: 'haystack.agent.run', kind: 1 }).role, 'agent');
    const agent = classified(component('Agent'));
    assert.deepEqual([agent.role, agent.own.agentName], ['agent', 'llm']);
    const tool = { name: 'haystack.agent.step.tool', kind: 1, attributes: { 'haystack.tool.name': 'weather' } };
    assert.deepEqual([classified(tool).role, classified(tool).toolName], ['tool_call', 'weather']);
  });
});
