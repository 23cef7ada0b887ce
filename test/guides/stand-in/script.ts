import type { AnthropicUsage } from '../../../deploy/demo/stand-in/anthropic-usage.ts';
import type { OpenAiUsage } from '../../../deploy/demo/stand-in/openai-usage.ts';
import type { Conversation, Json, OfferedTool } from './conversation.ts';
import { exampleOf } from './example-of.ts';

/** What the model says: calls of tools, or else a text. */
export type Reply = {
  readonly turn: Turn;
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly input: Json }[];
};

/** A conversation's first answer is A; every later one is B. */
export type Turn = 'A' | 'B';

export const OPENAI_USAGE: Readonly<Record<Turn, OpenAiUsage>> = {
  A: { inputTokens: 1200, cachedTokens: 1024, outputTokens: 350, reasoningTokens: 256 },
  B: { inputTokens: 1600, cachedTokens: 1152, outputTokens: 40, reasoningTokens: 0 },
};

/** `inputTokens` excludes what the cache read or wrote. */
export const ANTHROPIC_USAGE: Readonly<Record<Turn, AnthropicUsage>> = {
  A: {
    inputTokens: 30,
    readTokens: 2000,
    write5mTokens: 400,
    write1hTokens: 100,
    searchResultTokens: 0,
    outputTokens: 120,
    webSearches: 1,
  },
  B: {
    inputTokens: 60,
    readTokens: 2500,
    write5mTokens: 0,
    write1hTokens: 0,
    searchResultTokens: 0,
    outputTokens: 45,
    webSearches: 0,
  },
};

export const EMBEDDING_TOKENS = 9;

const TEXT = 'It is 18 degrees and sunny in Paris. That is all there is to say about it today.';
/** Frameworks that want structured answers offer a tool for them, under names like these. */
const ANSWER_TOOL = /final|result|output|respon|answer|extract/i;

/** Depends on the conversation alone: the tools that the question names, else the first, and then the final text. */
export function scriptedReply(conversation: Conversation): Reply {
  const turn = conversation.answered ? 'B' : 'A';
  const toolCalls = calledTools(conversation).map(({ name, schema }) => ({ name, input: exampleOf(schema) }));
  const text = conversation.schema === undefined ? TEXT : JSON.stringify(exampleOf(conversation.schema));
  return { turn, text: toolCalls.length === 0 ? text : '', toolCalls };
}

function calledTools({ asked, answered, tools, toolChoice }: Conversation): OfferedTool[] {
  if (typeof toolChoice === 'object') return tools.filter(({ name }) => name === toolChoice.name);
  if (answered && toolChoice === undefined) return [];
  const named = tools.filter(({ name }) => asked.includes(name));
  if (!answered && named.length > 0) return named;
  const final = answered ? (tools.findLast(({ name }) => ANSWER_TOOL.test(name)) ?? tools.at(-1)) : tools[0];
  return final === undefined ? [] : [final];
}
