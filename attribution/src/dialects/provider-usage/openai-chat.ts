import type { Picodollars } from '@spanledger/schemas';
import { readTable, usageTable } from '../read-usage.ts';
import { picodollarsOf, picodollarsOfTicks } from '../reported-cost.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { amountText, field, hasAny, type Json, objectOf, textOf } from './json.ts';
import type { UsageExtras, UsageFormat } from './provider-usage.ts';

/**
 * OpenAI's chat completions and embeddings, and those who speak it: Mistral, DeepSeek, xAI, OpenRouter, Groq, Moonshot,
 * Perplexity, vLLM (whose details are null), LiteLLM. Everything lies in `prompt_tokens` and `completion_tokens`;
 * rejected predictions too, which are billed as output.
 */
const TABLE = usageTable('usage', {
  input: 'prompt_tokens',
  output: 'completion_tokens',
  cacheRead: [
    'prompt_tokens_details.cached_tokens',
    // Mistral's older spelling.
    'prompt_token_details.cached_tokens',
    'num_cached_tokens',
    // DeepSeek.
    'prompt_cache_hit_tokens',
    // Moonshot.
    'cached_tokens',
    // LiteLLM.
    'cache_read_input_tokens',
  ],
  cacheWrite: [
    'prompt_tokens_details.cache_write_tokens',
    'prompt_tokens_details.cache_creation_tokens',
    'cache_creation_input_tokens',
    // Servers that speak OpenAI's format.
    'prompt_tokens_details.created_cache_tokens',
    'created_cache_tokens',
  ],
  cacheWrite5m: [
    'prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens',
    // Haystack around Anthropic.
    'cache_creation.ephemeral_5m_input_tokens',
  ],
  cacheWrite1h: [
    'prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
    'cache_creation.ephemeral_1h_input_tokens',
  ],
  audioInput: 'prompt_tokens_details.audio_tokens',
  imageInput: 'prompt_tokens_details.image_tokens',
  videoInput: 'prompt_tokens_details.video_tokens',
  reasoning: ['completion_tokens_details.reasoning_tokens', 'reasoning_tokens'],
  audioOutput: 'completion_tokens_details.audio_tokens',
  imageOutput: 'completion_tokens_details.image_tokens',
  // Perplexity.
  citation: 'citation_tokens',
  webSearch: [
    'server_tool_use.web_search_requests',
    // OpenRouter.
    'server_tool_use_details.web_search_requests',
    'prompt_tokens_details.web_search_requests',
    'num_search_queries',
  ],
  webFetch: 'server_tool_use.web_fetch_requests',
  // Mistral.
  second: 'prompt_audio_seconds',
});

export const openAiChatUsage: UsageFormat = {
  api: 'openai-chat',
  shape: 'inclusive of reads',
  matches: (usage) => hasAny(usage, ['prompt_tokens', 'completion_tokens']),
  read,
};

function read(usage: Json, totals: UsageTotals): UsageExtras {
  readTable(totals, usage, TABLE);
  totals.isReasoningExtra = isReasoningExtra(usage, totals);
  return { reportedCost: costOf(usage), serviceTier: tierOf(usage) };
}

/** Perplexity's fee per request depends on how much context its search brought. */
function tierOf(usage: Json): string {
  const context = textOf(usage['search_context_size']);
  return context === '' ? amountText(usage['service_tier']) : `search_context:${context}`;
}

/** xAI states reasoning beside `completion_tokens`, which the total gives away. */
function isReasoningExtra(usage: Json, { input, output, reasoning }: UsageTotals): boolean {
  return reasoning > 0 && usage['total_tokens'] === Math.max(input, 0) + Math.max(output, 0) + reasoning;
}

/** xAI: what was billed, in ticks. OpenRouter: what it charged; with the caller's own key only its fee, beside the provider's bill. */
function costOf(usage: Json): Picodollars | undefined {
  const ticks = picodollarsOfTicks(usage['cost_in_usd_ticks']);
  if (ticks !== undefined) return ticks;
  const details = objectOf(usage['cost_details']);
  const charged = picodollarsOf(amountText(field(objectOf(usage['cost']), 'total_cost') ?? usage['cost']));
  const upstream =
    usage['is_byok'] === true ? picodollarsOf(amountText(details?.['upstream_inference_cost'])) : undefined;
  if (charged === undefined || upstream === undefined) return charged ?? upstream;
  return (charged + upstream) as Picodollars;
}
