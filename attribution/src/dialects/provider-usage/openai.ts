import { UsageTotals } from '../usage.ts';
import { objectOf } from './json.ts';
import type { ProviderUsage } from './provider-usage.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * OpenAI's chat completions, and those who speak it (Mistral, DeepSeek, OpenRouter, Groq, vLLM): everything in
 * `prompt_tokens`. xAI states reasoning beside `completion_tokens`, which its total gives away.
 */
export function readOpenAiChatUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  const prompt = objectOf(usage['prompt_tokens_details']) ?? objectOf(usage['prompt_token_details']);
  const completion = objectOf(usage['completion_tokens_details']);
  totals.input = totals.fromJson(usage['prompt_tokens'], 'usage.prompt_tokens');
  totals.output = totals.fromJson(usage['completion_tokens'], 'usage.completion_tokens');
  totals.cacheRead = totals.fromJson(
    prompt?.['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['num_cached_tokens'],
    'usage.prompt_tokens_details.cached_tokens',
  );
  totals.cacheWrite = totals.fromJson(prompt?.['cache_write_tokens'], 'usage.prompt_tokens_details.cache_write_tokens');
  totals.audioInput = totals.fromJson(prompt?.['audio_tokens'], 'usage.prompt_tokens_details.audio_tokens');
  totals.imageInput = totals.fromJson(prompt?.['image_tokens'], 'usage.prompt_tokens_details.image_tokens');
  totals.reasoning = totals.fromJson(
    completion?.['reasoning_tokens'],
    'usage.completion_tokens_details.reasoning_tokens',
  );
  totals.audioOutput = totals.fromJson(completion?.['audio_tokens'], 'usage.completion_tokens_details.audio_tokens');
  const total = totals.fromJson(usage['total_tokens'], 'usage.total_tokens');
  totals.isReasoningExtra = totals.reasoning > 0 && total === totals.input + totals.output + totals.reasoning;
  return { totals, shape: 'inclusive', api: 'openai', serviceTier: '', region: '', assumed: '' };
}

/** OpenAI's Responses API, its embeddings and images: everything in `input_tokens`. */
export function readOpenAiResponsesUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  const input = objectOf(usage['input_tokens_details']) ?? objectOf(usage['input_token_details']);
  const output = objectOf(usage['output_tokens_details']) ?? objectOf(usage['output_token_details']);
  totals.input = totals.fromJson(usage['input_tokens'], 'usage.input_tokens');
  totals.output = totals.fromJson(usage['output_tokens'], 'usage.output_tokens');
  totals.cacheRead = totals.fromJson(input?.['cached_tokens'], 'usage.input_tokens_details.cached_tokens');
  totals.cacheWrite = totals.fromJson(input?.['cache_write_tokens'], 'usage.input_tokens_details.cache_write_tokens');
  totals.audioInput = totals.fromJson(input?.['audio_tokens'], 'usage.input_tokens_details.audio_tokens');
  totals.imageInput = totals.fromJson(input?.['image_tokens'], 'usage.input_tokens_details.image_tokens');
  totals.reasoning = totals.fromJson(output?.['reasoning_tokens'], 'usage.output_tokens_details.reasoning_tokens');
  totals.audioOutput = totals.fromJson(output?.['audio_tokens'], 'usage.output_tokens_details.audio_tokens');
  totals.imageOutput = totals.fromJson(output?.['image_tokens'], 'usage.output_tokens_details.image_tokens');
  return { totals, shape: 'inclusive', api: 'openai', serviceTier: '', region: '', assumed: '' };
}
