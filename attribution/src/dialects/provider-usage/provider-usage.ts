import type { InputShape, UsageTotals } from '../usage.ts';
import { readAnthropicUsage } from './anthropic.ts';
import { readBedrockUsage } from './bedrock.ts';
import { readGeminiUsage } from './gemini.ts';
import { objectOf } from './json.ts';
import { readLangChainUsage } from './langchain.ts';
import { readOpenAiChatUsage, readOpenAiResponsesUsage } from './openai.ts';

/** What a provider's own usage JSON says. */
export type ProviderUsage = {
  readonly totals: UsageTotals;
  readonly shape: InputShape;
  /** Whose wire format it is. */
  readonly api: 'openai' | 'anthropic' | 'gemini' | 'bedrock' | 'langchain';
  /** '' where the usage does not tell; OpenAI's stands beside the usage. */
  readonly serviceTier: string;
  readonly region: string;
  readonly assumed: string;
};

const ANTHROPIC_FIELDS = [
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
  'server_tool_use',
];

/** Recognises a raw usage object by its fields, whoever sent it; undefined when it is none that we know. */
export function readProviderUsage(value: unknown): ProviderUsage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  if ('prompt_tokens' in usage || 'completion_tokens' in usage) return readOpenAiChatUsage(usage);
  if ('input_token_details' in usage || 'output_token_details' in usage) return readLangChainOrAudio(usage);
  if ('input_tokens' in usage || 'output_tokens' in usage) {
    return ANTHROPIC_FIELDS.some((name) => name in usage) ? readAnthropicUsage(usage) : readOpenAiResponsesUsage(usage);
  }
  if ('promptTokenCount' in usage || 'prompt_token_count' in usage) return readGeminiUsage(usage);
  if ('inputTokens' in usage && 'outputTokens' in usage) return readBedrockUsage(usage);
  return undefined;
}

/** OpenAI's realtime and transcription APIs use LangChain's field names with their own content. */
function readLangChainOrAudio(usage: Readonly<Record<string, unknown>>): ProviderUsage {
  const input = objectOf(usage['input_token_details']) ?? {};
  const isOpenAi = 'cached_tokens' in input || 'text_tokens' in input || 'audio_tokens' in input;
  return isOpenAi ? readOpenAiResponsesUsage(usage) : readLangChainUsage(usage);
}
