import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readProviderResponse } from '../../../src/dialects/provider-usage/provider-response.ts';
import { readProviderUsage } from '../../../src/dialects/provider-usage/provider-usage.ts';
import { usageOf } from '../../../src/dialects/usage.ts';

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
      const read = readProviderUsage(raw);
      assert.ok(read !== undefined);
      const usage = usageOf(read.totals, read.shape, 'usage_not_stated');
      assert.ok(usage.status === 'stated');
      const stated = usage.meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]);
      assert.deepEqual(Object.fromEntries(stated), counts);
    });
  }

  test('what is none is not taken for one', () => {
    for (const value of [undefined, null, 7, 'x', [], {}, { tokens: 5 }, { constructor: 1 }]) {
      assert.equal(readProviderUsage(value), undefined);
      assert.equal(readProviderResponse(value), undefined);
    }
  });

  test('an adviser model in the same response is pointed out', () => {
    const read = readProviderUsage({
      input_tokens: 1,
      cache_read_input_tokens: 0,
      iterations: [{ type: 'advisor_message' }],
    });
    assert.match(read?.assumed ?? '', /adviser/);
  });

  test('JSON nested deeper than any response does no harm', () => {
    const deep = JSON.parse(`${'{"usage":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    assert.equal(readProviderResponse(deep), undefined);
  });
});
