import { sumTokens } from './tokens.ts';

/** One part of a prompt, in the order in which the provider reads it. `answer` is what the model said earlier. */
export type PromptPart = {
  readonly from: 'setup' | 'user' | 'answer' | 'tool';
  readonly text: string;
  readonly tokens: number;
};

/** A request in the terms that all APIs share; the script answers this, not a wire shape. */
export type Conversation = {
  readonly model: string;
  readonly parts: readonly PromptPart[];
  readonly toolNames: ReadonlySet<string>;
  readonly webSearchOffered: boolean;
};

/** What the user asked last. */
export function lastQuestion(conversation: Conversation): string {
  return conversation.parts.findLast((part) => part.from === 'user')?.text ?? '';
}

/** How often the model answered since the last question; several parts in a row are one answer. */
export function answersSinceQuestion(conversation: Conversation): number {
  const { parts } = conversation;
  const question = parts.findLastIndex((part) => part.from === 'user');
  return parts.filter((_, index) => index > question && startsAnswer(parts, index)).length;
}

/** Tokens that the request before this one had sent already, which a provider's prompt cache still knows; 0 for a first one. */
export function tokensSentBefore(parts: readonly PromptPart[]): number {
  const lastAnswer = parts.findLastIndex((_, index) => startsAnswer(parts, index));
  return lastAnswer === -1 ? 0 : sumTokens(parts.slice(0, lastAnswer));
}

function startsAnswer(parts: readonly PromptPart[], index: number): boolean {
  return parts[index]?.from === 'answer' && parts[index - 1]?.from !== 'answer';
}
