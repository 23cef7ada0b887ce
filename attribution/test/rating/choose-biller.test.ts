import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, decision } from './calls.ts';

const at = (serverAddress: string, provider: string, model: string, responseModel = '') =>
  decision(call(provider, model, { serverAddress, responseModel }));

test('the host of a known biller decides, whatever API its client speaks', () => {
  const cases: readonly (readonly [host: string, model: string, priceId: string])[] = [
    ['openrouter.ai', 'openai/gpt-5-mini', 'openrouter/openai/gpt-5-mini/input'],
    ['api.deepseek.com', 'deepseek-chat', 'deepseek/deepseek-chat/input'],
    ['api.groq.com', 'openai/gpt-oss-20b', 'groq/openai/gpt-oss-20b/input'],
    ['api.mistral.ai:443', 'mistral-large-4', 'mistral/mistral-large-4/input@2026-10-29'],
    ['https://api.x.ai/v1', 'grok-4.7', 'x-ai/grok-4.7/input'],
    ['generativelanguage.googleapis.com', 'gemini-2.5-flash', 'google/gemini-2.5-flash/input'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'amazon.nova-lite-v1:0', 'aws/amazon.nova-lite-v1:0/input'],
    ['API.OpenAI.com', 'gpt-5-mini', 'openai/gpt-5-mini/input'],
  ];
  for (const [host, model, priceId] of cases) {
    const { reason, priceId: charged } = split(at(host, 'openai', model));
    assert.equal(charged.replace(/~.*/, ''), priceId, host);
    assert.equal(reason, 'priced', host);
  }
});

test('Azure is not OpenAI, even where the client says so', () => {
  assert.equal(at('corp.openai.azure.com', 'openai', 'o4-mini'), 'priced | azure/o4-mini/input');
  assert.equal(at('api.openai.com', 'openai', 'o4-mini'), 'priced | openai/o4-mini/input');
});

test('a known biller without a list of ours is unpriced, not charged at OpenAI’s price', () => {
  assert.equal(at('api.deepinfra.com', 'openai', 'gpt-5-mini'), 'unpriced | unknown_provider: deepinfra');
});

test('at an unknown host a model that only its maker serves costs its maker’s price, assumed, with the host named', () => {
  assert.equal(
    at('llm.corp.example', 'openai', 'gpt-5-mini'),
    'assumed | unknown_host: llm.corp.example | openai/gpt-5-mini/input',
  );
  assert.equal(
    at('http://127.0.0.1:4000/v1', 'openai', 'claude-sonnet-4-5'),
    'assumed | unknown_host: 127.0.0.1 | anthropic/claude-sonnet-4-5/input',
  );
  assert.equal(
    at('litellm', 'openai', 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'),
    'assumed | unknown_host: litellm | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0/input',
  );
  assert.equal(at('litellm', '', 'gpt-5-mini'), 'assumed | unknown_host: litellm | openai/gpt-5-mini/input');
});

test('at an unknown host a model that anybody may host is not billed like OpenAI’s', () => {
  for (const model of ['gpt-oss-20b', 'openai/gpt-oss-20b', 'meta-llama/Llama-3.3-70B-Instruct', 'my-finetune'])
    for (const provider of ['openai', 'anthropic', ''])
      assert.equal(at('vllm.internal', provider, model), 'unpriced | unknown_biller: vllm.internal', model);
});

test('at an unknown host a name that merely resembles a model is unpriced', () => {
  assert.equal(at('localhost:8000', 'openai', 'gpt-5-mini-mine'), 'unpriced | unknown_model: gpt-5-mini-mine');
});

test('at an unknown host a provider whose API nobody imitates is taken at its word, assumed', () => {
  assert.equal(
    at('proxy.corp.example', 'groq', 'openai/gpt-oss-20b'),
    'assumed | unknown_host: proxy.corp.example | groq/openai/gpt-oss-20b/input',
  );
  assert.equal(at('127.0.0.1:11434', 'ollama', 'llama3'), 'unpriced | unknown_provider: ollama');
});

test('a gateway passes the call on: the price is that of whoever the model’s prefix or the span names, assumed', () => {
  assert.equal(
    at('ai-gateway.vercel.sh', 'openai', 'anthropic/claude-sonnet-4-5'),
    'assumed | gateway: ai-gateway.vercel.sh | anthropic/claude-sonnet-4-5/input',
  );
  assert.equal(at('', 'vercel', 'openai/gpt-5-mini'), 'assumed | gateway: vercel | openai/gpt-5-mini/input');
  assert.equal(
    at('oai.helicone.ai', 'openai', 'gpt-5-mini'),
    'assumed | gateway: oai.helicone.ai | openai/gpt-5-mini/input',
  );
  assert.equal(
    at('gateway.ai.cloudflare.com', 'anthropic', 'claude-sonnet-4-5'),
    'assumed | gateway: gateway.ai.cloudflare.com | anthropic/claude-sonnet-4-5/input',
  );
  assert.equal(at('api.portkey.ai', 'openai', 'my-model'), 'unpriced | unknown_model: my-model');
});

test('a host that some emitters write whoever was called does not hide the model’s maker', () => {
  assert.equal(
    at('api.openai.com', 'anthropic', 'claude-sonnet-4-5'),
    'assumed | other_host: api.openai.com | anthropic/claude-sonnet-4-5/input',
  );
  assert.equal(at('api.openai.com', 'openai', 'llama3'), 'unpriced | unknown_model: llama3');
});

test('a host that says nothing is none', () => {
  for (const host of ['', 'unknown', 'None', 'null'])
    assert.equal(at(host, 'openai', 'gpt-5-mini'), 'priced | openai/gpt-5-mini/input', host);
});

test('Hugging Face’s router bills by whom it routes to', () => {
  assert.equal(
    at('router.huggingface.co', 'openai', 'openai/gpt-oss-120b:cerebras'),
    'priced | huggingface_cerebras/openai/gpt-oss-120b/input',
  );
  assert.equal(at('', 'huggingface', 'openai/gpt-oss-120b'), 'unpriced | unknown_provider: huggingface');
});

test('OpenAI’s decisions are billed by a list of their own', () => {
  assert.equal(
    decision(call('openai', 'gpt-6-luna', { operation: 'decide' })),
    'priced | openai-decisions/gpt-6-luna/input',
  );
});

function split(text: string): { reason: string; priceId: string } {
  const parts = text.split(' | ');
  return { reason: parts.slice(0, -1).join(' | '), priceId: parts.at(-1) ?? '' };
}
