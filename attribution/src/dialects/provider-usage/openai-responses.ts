import { readTable, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { hasAny, type Json } from './json.ts';
import type { UsageFormat } from './provider-usage.ts';

/**
 * OpenAI's Responses API, its images, its transcriptions (tokens, or seconds of audio) and its realtime API:
 * everything lies in `input_tokens` and `output_tokens`.
 */
const TABLE = usageTable('usage', {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: ['input_tokens_details.cached_tokens', 'input_token_details.cached_tokens', 'cached_input_tokens'],
  cacheWrite: [
    'input_tokens_details.cache_write_tokens',
    'input_token_details.cache_write_tokens',
    'cache_write_input_tokens',
  ],
  cacheWrite30m: [
    'input_tokens_details.cache_write_tokens_details.ttl_30m_tokens',
    'cache_write_tokens_details.ttl_30m_tokens',
  ],
  cacheWrite12h: [
    'input_tokens_details.cache_write_tokens_details.ttl_12h_tokens',
    'cache_write_tokens_details.ttl_12h_tokens',
  ],
  audioInput: ['input_tokens_details.audio_tokens', 'input_token_details.audio_tokens'],
  imageInput: ['input_tokens_details.image_tokens', 'input_token_details.image_tokens'],
  audioCacheRead: 'input_token_details.cached_tokens_details.audio_tokens',
  imageCacheRead: 'input_token_details.cached_tokens_details.image_tokens',
  reasoning: ['output_tokens_details.reasoning_tokens', 'output_token_details.reasoning_tokens'],
  audioOutput: ['output_tokens_details.audio_tokens', 'output_token_details.audio_tokens'],
  imageOutput: ['output_tokens_details.image_tokens', 'output_token_details.image_tokens'],
  second: 'seconds',
});

export const openAiResponsesUsage: UsageFormat = {
  api: 'openai-responses',
  shape: 'inclusive',
  matches: (usage) => hasAny(usage, ['input_tokens', 'output_tokens']) || usage['type'] === 'duration',
  read,
};

function read(usage: Json, totals: UsageTotals): undefined {
  readTable(totals, usage, TABLE);
}
