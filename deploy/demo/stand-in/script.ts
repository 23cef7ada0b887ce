import { answersSinceQuestion, type Conversation, lastQuestion } from './conversation.ts';
import { SCRIPTS, type Turn } from './scripts.ts';

/** What the "model" says: text, calls of the caller's tools, and web searches that it ran at the provider. */
export type Reply = {
  readonly text: string;
  readonly toolCalls: readonly ScriptedToolCall[];
  readonly webSearches: readonly string[];
};

export type ScriptedToolCall = { readonly name: string; readonly input: Readonly<Record<string, string>> };

const UNSCRIPTED: Turn = {
  text: 'This is the stand-in for a model: it knows the questions of the demo, and this is none of them.',
};

/**
 * The scripted answer to a conversation. It depends on the last question, on the tools on offer and on how often the
 * model has answered since, on nothing else; a turn whose tools are not on offer is skipped.
 */
export function scriptedReply(conversation: Conversation): Reply {
  const question = lastQuestion(conversation);
  const script = SCRIPTS.find(({ asked }) => asked.test(question));
  const turns = (script?.turns ?? [UNSCRIPTED]).filter((turn) => isPossible(turn, conversation));
  const turn = turns[answersSinceQuestion(conversation)] ?? turns.at(-1) ?? UNSCRIPTED;
  return {
    text: turn.text ?? '',
    toolCalls: turn.calls ?? [],
    webSearches: conversation.webSearchOffered ? (turn.webSearches ?? []) : [],
  };
}

function isPossible(turn: Turn, conversation: Conversation): boolean {
  return (turn.calls ?? []).every((call) => conversation.toolNames.has(call.name));
}
