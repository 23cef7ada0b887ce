import { type Conversation, lastQuestion, tokensSentBefore } from './conversation.ts';
import { type Meters, usedMeters } from './provider-call.ts';
import type { Reply } from './script.ts';
import { countTokens, sumTokens } from './tokens.ts';

/** As OpenAI states it: cached tokens are part of the input, reasoning is part of the output. */
export type OpenAiUsage = {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
};

/** OpenAI caches prompts from this size on, in steps of the second figure. */
const CACHE_MINIMUM_TOKENS = 1024;
const CACHE_STEP_TOKENS = 128;

/** Reasoning is reported in steps of this. */
const REASONING_STEP_TOKENS = 64;
const REASONING_MODELS = /^(gpt-5|o\d)/;

export function openAiUsage(conversation: Conversation, reply: Reply): OpenAiUsage {
  const reasoningTokens = countReasoning(conversation);
  const toolTokens = reply.toolCalls.map((call) => ({ tokens: 8 + countTokens(JSON.stringify(call)) }));
  return {
    inputTokens: sumTokens(conversation.parts) + 3,
    cachedTokens: countCached(tokensSentBefore(conversation.parts)),
    outputTokens: countTokens(reply.text) + sumTokens(toolTokens) + reasoningTokens,
    reasoningTokens,
  };
}

export function openAiMeters(usage: OpenAiUsage): Meters {
  return usedMeters({
    input: usage.inputTokens - usage.cachedTokens,
    cache_read: usage.cachedTokens,
    output: usage.outputTokens - usage.reasoningTokens,
    reasoning: usage.reasoningTokens,
  });
}

function countCached(sentBeforeTokens: number): number {
  if (sentBeforeTokens < CACHE_MINIMUM_TOKENS) return 0;
  return Math.floor(sentBeforeTokens / CACHE_STEP_TOKENS) * CACHE_STEP_TOKENS;
}

function countReasoning(conversation: Conversation): number {
  if (!REASONING_MODELS.test(conversation.model)) return 0;
  const steps = 1 + Math.ceil(countTokens(lastQuestion(conversation)) / 10);
  return steps * REASONING_STEP_TOKENS;
}
