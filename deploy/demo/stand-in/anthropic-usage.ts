import type Anthropic from '@anthropic-ai/sdk';
import type { CacheSplit } from './anthropic-cache.ts';
import { type Meters, usedMeters } from './provider-call.ts';

/** What one Messages call used. Search results are read by the model as further input. */
export type AnthropicUsage = CacheSplit & {
  readonly searchResultTokens: number;
  readonly outputTokens: number;
  readonly webSearches: number;
};

export function anthropicMeters(usage: AnthropicUsage): Meters {
  return usedMeters({
    input: usage.inputTokens + usage.searchResultTokens,
    cache_read: usage.readTokens,
    cache_write_5m: usage.write5mTokens,
    cache_write_1h: usage.write1hTokens,
    output: usage.outputTokens,
    web_search: usage.webSearches,
  });
}

/** The `usage` of a message. Anthropic's `input_tokens` excludes what the cache read or wrote. */
export function anthropicUsageJson(usage: AnthropicUsage): Anthropic.Usage {
  return {
    input_tokens: usage.inputTokens + usage.searchResultTokens,
    cache_creation_input_tokens: usage.write5mTokens + usage.write1hTokens,
    cache_read_input_tokens: usage.readTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.write5mTokens,
      ephemeral_1h_input_tokens: usage.write1hTokens,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: null,
    server_tool_use: usage.webSearches === 0 ? null : { web_search_requests: usage.webSearches, web_fetch_requests: 0 },
    service_tier: 'standard',
    inference_geo: null,
    speed: null,
  };
}
