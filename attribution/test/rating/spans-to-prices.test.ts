import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classified } from '../support/classified.ts';
import { rater } from './calls.ts';

/** A day with all service tiers in the book. */
const START_MS = Date.parse('2026-11-20T12:00:00Z');

type Attributes = NonNullable<Parameters<typeof classified>[0]['attributes']>;

/** The price ids of what a span's attributes make, through dialect and rating. */
function priceIds(scopeName: string, attributes: Attributes): readonly string[] {
  const { call, role } = classified({ scope: scopeName, attributes });
  assert.ok(call !== undefined && call.usage.status === 'stated');
  const { lines } = rater.rate({
    ...call,
    role,
    project: '',
    team: '',
    toolName: '',
    startMs: START_MS,
    meters: call.usage.meters,
  });
  return lines.map((line) => line.price.priceId);
}

const chat = (attributes: Attributes) =>
  priceIds('test', { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 10, ...attributes });

const openInference = (parameters: unknown, output: unknown, provider: string) =>
  priceIds('@arizeai/openinference-instrumentation-openai', {
    'openinference.span.kind': 'LLM',
    'llm.provider': provider,
    'llm.invocation_parameters': JSON.stringify(parameters),
    'output.value': JSON.stringify(output),
  });

test('a region in the server’s host reaches the price of that endpoint', () => {
  assert.deepEqual(
    chat({
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5.4',
      'server.address': 'eu.api.openai.com',
    }),
    ['openai/gpt-5.4/input*residency'],
  );
  assert.deepEqual(
    chat({
      'gen_ai.provider.name': 'gcp.vertex_ai',
      'gen_ai.request.model': 'claude-opus-5',
      'server.address': 'us-east5-aiplatform.googleapis.com',
    }),
    ['google/claude-opus-5/input*regional'],
  );
});

test('Anthropic’s usage says fast mode and where inference ran', () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 0, output_tokens: 0, speed: 'fast', inference_geo: 'us' };
  const output = { id: 'msg_1', model: 'claude-opus-5-5', usage };
  assert.deepEqual(openInference({}, output, 'anthropic'), ['anthropic/claude-opus-5-5/input+fast*us-inference']);
});

test('the tier that served the call beats the one asked for', () => {
  const output = {
    id: 'r',
    model: 'gpt-5-mini',
    service_tier: 'default',
    usage: { prompt_tokens: 10, completion_tokens: 0 },
  };
  assert.deepEqual(openInference({ service_tier: 'flex' }, output, 'openai'), ['openai/gpt-5-mini/input']);
  assert.deepEqual(openInference({ service_tier: 'auto' }, { ...output, service_tier: 'priority' }, 'openai'), [
    'openai/gpt-5-mini/input@2026-10-12+priority',
  ]);
  const { service_tier: _, ...untold } = output;
  assert.deepEqual(openInference({ service_tier: 'flex' }, untold, 'openai'), [
    'openai/gpt-5-mini/input@2026-10-12+flex',
  ]);
});

test('a request pinned to an endpoint of OpenRouter’s costs what that endpoint does', () => {
  const output = { id: 'r', model: 'mistralai/mistral-large-4-0', usage: { prompt_tokens: 10, completion_tokens: 0 } };
  const eu = ['openrouter/mistralai/mistral-large-4-0/input@2026-11-03+route:mistral/eu'];
  const world = ['openrouter/mistralai/mistral-large-4-0/input@2026-11-03'];
  assert.deepEqual(openInference({ provider: { only: ['mistral/eu'] } }, output, 'openrouter'), eu);
  const ordered = { extra_body: { provider: { order: ['mistral/eu'], allow_fallbacks: false } } };
  assert.deepEqual(openInference(ordered, output, 'openrouter'), eu);
  assert.deepEqual(openInference({ provider: { order: ['mistral/eu'] } }, output, 'openrouter'), world);
});

test('Perplexity’s kind of search and size of context are read from request and usage', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 0, num_search_queries: 2 };
  const agent = { id: 'r', model: 'perplexity/sonar', usage };
  assert.deepEqual(openInference({ tools: [{ type: 'web_search', search_type: 'fast' }] }, agent, 'perplexity'), [
    'perplexity/perplexity/sonar/input',
    'perplexity/perplexity/sonar/web_search+search_type:fast',
  ]);
  const sonar = { id: 'r', model: 'sonar-pro', usage: { ...usage, search_context_size: 'low' } };
  assert.deepEqual(openInference({}, sonar, 'perplexity'), [
    'perplexity/sonar-pro/input',
    'perplexity/sonar-pro/web_search*searches-included',
    'perplexity/sonar-pro/request*context-low',
  ]);
});

test('OpenAI’s usage says how long cache writes are kept', () => {
  const input_tokens_details = {
    cache_write_tokens: 9,
    cache_write_tokens_details: { ttl_30m_tokens: 4, ttl_12h_tokens: 5 },
  };
  const output = {
    id: 'r',
    model: 'gpt-6.1-terra',
    usage: { input_tokens: 9, output_tokens: 0, input_tokens_details },
  };
  assert.deepEqual(openInference({}, output, 'openai'), [
    'openai/gpt-6.1-terra/cache_write',
    'openai/gpt-6.1-terra/cache_write*cache-12h',
  ]);
});
