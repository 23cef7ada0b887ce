import { ABSENT } from '../../decode/attribute-value.ts';
import { UsageTotals } from '../usage.ts';
import { field } from './json.ts';
import type { ProviderUsage } from './provider-usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Gemini and Vertex (camel or snake case): thoughts and tool prompts stand beside the other counts. */
export function readGeminiUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  const prompt = totals.fromJson(field(usage, 'promptTokenCount', 'prompt_token_count'), 'usage.promptTokenCount');
  const tools = totals.fromJson(
    field(usage, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count'),
    'usage.toolUsePromptTokenCount',
  );
  totals.input = tools === ABSENT ? prompt : Math.max(prompt, 0) + tools;
  totals.output = totals.fromJson(
    field(usage, 'candidatesTokenCount', 'candidates_token_count', 'responseTokenCount', 'response_token_count'),
    'usage.candidatesTokenCount',
  );
  totals.cacheRead = totals.fromJson(
    field(usage, 'cachedContentTokenCount', 'cached_content_token_count'),
    'usage.cachedContentTokenCount',
  );
  totals.reasoning = totals.fromJson(
    field(usage, 'thoughtsTokenCount', 'thoughts_token_count'),
    'usage.thoughtsTokenCount',
  );
  totals.isReasoningExtra = true;
  return { totals, shape: 'inclusive', api: 'gemini', serviceTier: '', region: '', assumed: '' };
}
