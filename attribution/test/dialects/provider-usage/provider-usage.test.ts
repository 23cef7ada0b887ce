import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProviderResponse } from '../../../src/dialects/provider-usage/provider-response.ts';
import { readProviderUsage } from '../../../src/dialects/provider-usage/provider-usage.ts';
import { usageOf } from '../../../src/dialects/usage.ts';

const ORIGIN = { field: 'origin', text: 'raw' } as const;

type Case = readonly [name: string, usage: unknown, counts: Readonly<Record<string, number>>];

const OPENAI_COUNTS = { input: 176, cache_read: 1024, output: 94, reasoning: 256 };
const ANTHROPIC_COUNTS = { input: 30, cache_read: 2000, cache_write_5m: 400, cache_write_1h: 100, output: 120 };

const CASES: readonly Case[] = [
  [
    'OpenAI chat completions',
    {
      ...{ prompt_tokens: 1200, completion_tokens: 350, total_tokens: 1550 },
      ...{ prompt_tokens_details: { cached_tokens: 1024 }, completion_tokens_details: { reasoning_tokens: 256 } },
    },
    OPENAI_COUNTS,
  ],
  [
    'OpenAI chat with audio and cache writes',
    {
      ...{ prompt_tokens: 100, completion_tokens: 50 },
      prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 10, audio_tokens: 30 },
      completion_tokens_details: { audio_tokens: 15 },
    },
    { input: 40, cache_read: 20, cache_write: 10, audio_input: 30, output: 35, audio_output: 15 },
  ],
  [
    'OpenAI responses',
    {
      ...{ input_tokens: 1200, output_tokens: 350 },
      ...{ input_tokens_details: { cached_tokens: 1024 }, output_tokens_details: { reasoning_tokens: 256 } },
    },
    OPENAI_COUNTS,
  ],
  [
    'xAI chat, whose reasoning stands beside the output',
    {
      ...{ prompt_tokens: 10, completion_tokens: 5, total_tokens: 22 },
      completion_tokens_details: { reasoning_tokens: 7 },
    },
    { input: 10, output: 5, reasoning: 7 },
  ],
  [
    'DeepSeek',
    { prompt_tokens: 100, prompt_cache_hit_tokens: 60, completion_tokens: 5 },
    { input: 40, cache_read: 60, output: 5 },
  ],
  [
    'Mistral, with its older spelling of cached tokens and seconds of audio',
    {
      ...{ prompt_tokens: 100, completion_tokens: 5, prompt_token_details: { cached_tokens: 60 } },
      prompt_audio_seconds: 12,
    },
    { input: 40, cache_read: 60, output: 5, second: 12 },
  ],
  [
    'Mistral with num_cached_tokens',
    { prompt_tokens: 100, completion_tokens: 5, num_cached_tokens: 60 },
    { input: 40, cache_read: 60, output: 5 },
  ],
  [
    'vLLM, whose details are null',
    { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105, prompt_tokens_details: null },
    { input: 100, output: 5 },
  ],
  [
    'Groq',
    {
      ...{ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, prompt_time: 0.1, total_time: 0.2 },
      ...{ prompt_tokens_details: { cached_tokens: 64 }, completion_tokens_details: { reasoning_tokens: 20 } },
    },
    { input: 36, cache_read: 64, output: 30, reasoning: 20 },
  ],
  [
    'OpenRouter, with cache writes and searches',
    {
      ...{ prompt_tokens: 100, completion_tokens: 5, cost: 0.0123, is_byok: false },
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      server_tool_use_details: { web_search_requests: 2 },
    },
    { input: 30, cache_read: 60, cache_write: 10, output: 5, web_search: 2 },
  ],
  [
    'Perplexity',
    { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, citation_tokens: 300, num_search_queries: 3 },
    { input: 10, output: 5, citation: 300, web_search: 3 },
  ],
  [
    "LiteLLM's usage object for Anthropic",
    {
      ...{ prompt_tokens: 2530, completion_tokens: 120, total_tokens: 2650 },
      prompt_tokens_details: {
        ...{ cached_tokens: 2000, cache_creation_tokens: 500, audio_tokens: null },
        cache_creation_token_details: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
      },
      ...{ cache_creation_input_tokens: 500, cache_read_input_tokens: 2000 },
      server_tool_use: { web_search_requests: 1 },
    },
    { ...ANTHROPIC_COUNTS, web_search: 1 },
  ],
  [
    'OpenAI predictions, of which the rejected ones are billed within the output',
    {
      ...{ prompt_tokens: 10, completion_tokens: 50 },
      completion_tokens_details: { accepted_prediction_tokens: 20, rejected_prediction_tokens: 15 },
    },
    { input: 10, output: 50 },
  ],
  [
    'OpenAI images',
    {
      ...{ input_tokens: 50, output_tokens: 1056, total_tokens: 1106 },
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
    },
    { input: 10, image_input: 40, output: 1056 },
  ],
  [
    'OpenAI transcription by tokens',
    {
      ...{ type: 'tokens', input_tokens: 14, output_tokens: 45 },
      input_token_details: { text_tokens: 0, audio_tokens: 14 },
    },
    { audio_input: 14, output: 45 },
  ],
  ['OpenAI transcription by seconds', { type: 'duration', seconds: 9 }, { second: 9 }],
  [
    'OpenAI realtime, with cached audio',
    {
      ...{ input_tokens: 132, output_tokens: 121, total_tokens: 253 },
      input_token_details: {
        ...{ text_tokens: 119, audio_tokens: 13, image_tokens: 0, cached_tokens: 64 },
        cached_tokens_details: { text_tokens: 60, audio_tokens: 4, image_tokens: 0 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    },
    { input: 59, cache_read: 60, audio_input: 9, audio_cache_read: 4, output: 30, audio_output: 91 },
  ],
  [
    'Gemini with modalities',
    {
      ...{ promptTokenCount: 300, candidatesTokenCount: 50, cachedContentTokenCount: 100 },
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 100 },
        { modality: 'AUDIO', tokenCount: 80 },
        { modality: 'VIDEO', tokenCount: 120 },
      ],
      cacheTokensDetails: [
        { modality: 'AUDIO', tokenCount: 30 },
        { modality: 'VIDEO', tokenCount: 70 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 40 }],
    },
    {
      input: 100,
      audio_input: 50,
      video_input: 50,
      cache_read: 70,
      audio_cache_read: 30,
      output: 10,
      image_output: 40,
    },
  ],
  [
    'Gemini Live',
    { promptTokenCount: 20, responseTokenCount: 5, toolUsePromptTokenCount: 2 },
    { input: 22, output: 5 },
  ],
  [
    "Gemini's Interactions API",
    {
      total_input_tokens: 20,
      total_output_tokens: 5,
      total_thought_tokens: 3,
      total_cached_tokens: 8,
      total_tokens: 28,
    },
    { input: 12, cache_read: 8, output: 5, reasoning: 3 },
  ],
  [
    'Cohere, by what it bills',
    { billed_units: { input_tokens: 5, output_tokens: 40 }, tokens: { input_tokens: 71, output_tokens: 42 } },
    { input: 5, output: 40 },
  ],
  [
    'OpenAI responses, cache writes by how long they are kept',
    {
      ...{ input_tokens: 1000, output_tokens: 5 },
      input_tokens_details: {
        ...{ cached_tokens: 100, cache_write_tokens: 600 },
        cache_write_tokens_details: { ttl_30m_tokens: 400, ttl_12h_tokens: 150 },
      },
    },
    { input: 300, cache_read: 100, cache_write_30m: 400, cache_write_12h: 150, cache_write: 50, output: 5 },
  ],
  ['Cohere rerank', { billed_units: { search_units: 1 } }, { rerank_unit: 1 }],
  ['Cohere classify', { billed_units: { classifications: 3 } }, { request: 3 }],
  [
    "Bedrock's metrics at a stream's end",
    { inputTokenCount: 30, outputTokenCount: 120, cacheReadInputTokenCount: 2000, cacheWriteInputTokenCount: 500 },
    { input: 30, cache_read: 2000, cache_write: 500, output: 120 },
  ],
  [
    'Titan on Bedrock',
    { inputTextTokenCount: 9, results: [{ tokenCount: 4 }, { tokenCount: 2 }] },
    { input: 9, output: 6 },
  ],
  ['Llama on Bedrock', { prompt_token_count: 9, generation_token_count: 4 }, { input: 9, output: 4 }],
  ['Ollama', { prompt_eval_count: 26, eval_count: 298, eval_duration: 4_709_213_000 }, { input: 26, output: 298 }],
  [
    'the AI SDK 6',
    {
      ...{ inputTokens: 1200, outputTokens: 350 },
      inputTokenDetails: { noCacheTokens: 176, cacheReadTokens: 1024 },
      outputTokenDetails: { reasoningTokens: 256 },
    },
    OPENAI_COUNTS,
  ],
  ['the AI SDK 4', { promptTokens: 12, completionTokens: 3 }, { input: 12, output: 3 }],
  [
    "LangChain's tiers",
    { input_tokens: 100, output_tokens: 9, input_token_details: { flex_cache_read: 60, flex: 40 } },
    { input: 40, cache_read: 60, output: 9 },
  ],
  ['embeddings', { prompt_tokens: 9, total_tokens: 9 }, { input: 9 }],
  [
    'Anthropic messages with lifetimes and a search',
    {
      ...{ input_tokens: 30, output_tokens: 120, cache_creation_input_tokens: 500, cache_read_input_tokens: 2000 },
      cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
      ...{ server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 }, output_tokens_details: null },
    },
    { ...ANTHROPIC_COUNTS, web_search: 1 },
  ],
  [
    'Anthropic with a compaction, which is billed in addition',
    {
      ...{ input_tokens: 30, output_tokens: 10, cache_read_input_tokens: 0 },
      iterations: [
        { type: 'message', input_tokens: 30, output_tokens: 10 },
        { type: 'compaction', input_tokens: 500, output_tokens: 40 },
      ],
    },
    { input: 530, output: 50 },
  ],
  [
    'Gemini',
    {
      ...{ promptTokenCount: 1200, cachedContentTokenCount: 1024, candidatesTokenCount: 94, thoughtsTokenCount: 256 },
      ...{ toolUsePromptTokenCount: 4, totalTokenCount: 1554 },
    },
    { ...OPENAI_COUNTS, input: 180 },
  ],
  [
    'Bedrock Converse',
    {
      ...{ inputTokens: 30, outputTokens: 120, cacheReadInputTokens: 2000, cacheWriteInputTokens: 500 },
      cacheDetails: [
        { ttl: '5m', inputTokens: 400 },
        { ttl: '1h', inputTokens: 100 },
      ],
    },
    ANTHROPIC_COUNTS,
  ],
  [
    'LangChain, which states 0 writes beside their lifetimes',
    {
      ...{ input_tokens: 2530, output_tokens: 120 },
      input_token_details: {
        ...{ cache_read: 2000, cache_creation: 0 },
        ...{ ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
      },
    },
    ANTHROPIC_COUNTS,
  ],
];

describe("providers' own usage", () => {
  for (const [name, raw, counts] of CASES) {
    test(`${name}`, () => {
      const stated = read(raw).meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]);
      assert.deepEqual(Object.fromEntries(stated), counts);
    });
  }

  test('what is none is not taken for one', () => {
    for (const value of [undefined, null, 7, 'x', [], {}, { tokens: 5 }, { constructor: 1 }]) {
      assert.equal(readProviderUsage(value, ORIGIN), undefined);
      assert.equal(readProviderResponse(value, ORIGIN), undefined);
    }
  });

  test('an adviser in the same response is another model, in addition', () => {
    const message = { type: 'message', input_tokens: 30, output_tokens: 9 };
    const adviser = { type: 'advisor_message', input_tokens: 70, output_tokens: 5, cache_read_input_tokens: 200 };
    const usage = (more: object) => ({
      ...{ input_tokens: 30, output_tokens: 9, cache_read_input_tokens: 0 },
      iterations: [message, { ...adviser, ...more }],
    });
    const { meters, source } = read(usage({ model: 'claude-opus-5' }));
    assert.deepEqual(
      meters.map(({ meter, quantityNano, model }) => [meter, Number(quantityNano / 1_000_000_000n), model ?? '']),
      [
        ['input', 30, ''],
        ['output', 9, ''],
        ['input', 70, 'claude-opus-5'],
        ['cache_read', 200, 'claude-opus-5'],
        ['output', 5, 'claude-opus-5'],
      ],
    );
    assert.match(source, /; of claude-opus-5: input=usage\.iterations\.advisor_message\.input_tokens;/);
    assert.match(readProviderUsage(usage({}), ORIGIN)?.assumed ?? '', /adviser/);
  });

  test('names from where each quantity was read, and what was subtracted from what', () => {
    assert.equal(
      sourceOf({ prompt_tokens: 1200, completion_tokens: 350, prompt_tokens_details: { cached_tokens: 1024 } }),
      'raw: input=usage.prompt_tokens-cache_read; cache_read=usage.prompt_tokens_details.cached_tokens; output=usage.completion_tokens',
    );
    assert.equal(
      sourceOf({ promptTokenCount: 9, toolUsePromptTokenCount: 2, candidatesTokenCount: 3, thoughtsTokenCount: 4 }),
      'raw: input=usageMetadata.promptTokenCount+usageMetadata.toolUsePromptTokenCount; output=usageMetadata.candidatesTokenCount; reasoning=usageMetadata.thoughtsTokenCount',
    );
    assert.equal(
      sourceOf({ input_tokens: 30, output_tokens: 9, cache_read_input_tokens: 20 }),
      'raw: input=usage.input_tokens; cache_read=usage.cache_read_input_tokens; output=usage.output_tokens',
    );
  });

  test('the same spellings give one and the same text, whatever the quantities', () => {
    const [one, other] = [1, 2].map((count) => sourceOf({ input_tokens: count, output_tokens: count }));
    assert.equal(one, other);
  });

  test("the provider's own cost is reported, with the caller's own key the fee beside the bill", () => {
    const costOf = (usage: object) => readProviderUsage({ prompt_tokens: 1, ...usage }, ORIGIN)?.reportedCost;
    assert.equal(costOf({ cost: 0.0123 }), 12_300_000_000n);
    assert.equal(costOf({ cost_in_usd_ticks: 37_756_000 }), 3_775_600_000n);
    const byok = { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } };
    assert.equal(costOf(byok), 21_000_000_000n);
    assert.equal(costOf({ cost: { total_cost: 0.5 } }), 500_000_000_000n);
    assert.equal(costOf({ cost: 0 }), undefined);
    assert.equal(costOf({}), undefined);
  });

  test('tiers, regions and fast modes are told', () => {
    const tierOf = (usage: object) => {
      const read = readProviderUsage(usage, ORIGIN);
      return [read?.serviceTier, read?.region];
    };
    const anthropic = { input_tokens: 1, service_tier: 'priority', inference_geo: 'us' };
    assert.deepEqual(tierOf(anthropic), ['priority', 'us']);
    assert.deepEqual(tierOf({ ...anthropic, speed: 'fast' }), ['priority+fast', 'us']);
    assert.deepEqual(tierOf({ ...anthropic, service_tier: 'standard', speed: 'fast' }), ['fast', 'us']);
    assert.deepEqual(tierOf({ promptTokenCount: 1, trafficType: 'ON_DEMAND_FLEX' }), ['flex', '']);
    assert.deepEqual(tierOf({ promptTokenCount: 1, trafficType: 'ON_DEMAND' }), ['on_demand', '']);
    assert.deepEqual(tierOf({ promptTokenCount: 1, serviceTier: 'SERVICE_TIER_PRIORITY' }), ['priority', '']);
  });

  test('seconds may have a fraction, tokens may not', () => {
    assert.deepEqual(read({ type: 'duration', seconds: 12.345 }).meters, [
      { meter: 'second', quantityNano: 12_345_000_000n },
    ]);
    const usage = readProviderUsage({ prompt_tokens: 1.5 }, ORIGIN);
    assert.match(usage?.totals.problem ?? '', /usage\.prompt_tokens is 1\.5/);
  });

  test('JSON nested deeper than any response does no harm', () => {
    const deep = JSON.parse(`${'{"usage":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    assert.equal(readProviderResponse(deep, ORIGIN), undefined);
  });
});

function read(raw: unknown) {
  const read = readProviderUsage(raw, ORIGIN);
  assert.ok(read !== undefined);
  const usage = usageOf(read.totals, read.shape, 'usage_not_stated');
  assert.ok(usage.status === 'stated');
  return usage;
}

function sourceOf(raw: unknown): string {
  return read(raw).source;
}
