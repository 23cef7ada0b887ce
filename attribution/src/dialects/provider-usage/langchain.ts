import { readTable, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { type Json, objectOf } from './json.ts';
import type { UsageFormat } from './provider-usage.ts';

/** LangChain's `usage_metadata`, the same for every provider: everything in `input_tokens`. A tier stands in names. */
const TABLE = usageTable('usage_metadata', {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: [
    'input_token_details.cache_read',
    'input_token_details.priority_cache_read',
    'input_token_details.flex_cache_read',
  ],
  cacheWrite: 'input_token_details.cache_creation',
  cacheWrite5m: 'input_token_details.ephemeral_5m_input_tokens',
  cacheWrite1h: 'input_token_details.ephemeral_1h_input_tokens',
  audioInput: 'input_token_details.audio',
  reasoning: [
    'output_token_details.reasoning',
    'output_token_details.priority_reasoning',
    'output_token_details.flex_reasoning',
  ],
  audioOutput: 'output_token_details.audio',
});

export const langChainUsage: UsageFormat = { api: 'langchain', shape: 'inclusive', matches, read };

/** OpenAI's realtime and transcription APIs use the same two names with their own content. */
function matches(usage: Json): boolean {
  if (!('input_token_details' in usage || 'output_token_details' in usage)) return false;
  const input = objectOf(usage['input_token_details']) ?? {};
  return !('cached_tokens' in input || 'text_tokens' in input || 'audio_tokens' in input);
}

function read(usage: Json, totals: UsageTotals): undefined {
  readTable(totals, usage, TABLE);
}
