import type { Tool } from '../tools/tool.ts';

/** A tool call that the model asks for. `input` is the parsed JSON of its arguments. */
export type ToolCall = { readonly id: string; readonly name: string; readonly input: Readonly<Record<string, string>> };

export type ToolResult = { readonly callId: string; readonly output: string };

/** Totals as the provider states them; inclusive of cached input and of reasoning. */
export type TokenTotals = { readonly inputTokens: number; readonly outputTokens: number };

/** One answer of a model; `usage` is undefined where the API sent none. */
export type ModelTurn = {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: TokenTotals | undefined;
};

/** A conversation with one model through its provider's own client library; it remembers what was said. */
export type Model = {
  readonly name: string;
  readonly provider: 'openai' | 'anthropic';
  readonly ask: (question: string) => Promise<ModelTurn>;
  readonly answerTools: (results: readonly ToolResult[]) => Promise<ModelTurn>;
};

/** What every model is made from, whichever API it speaks. */
export type ModelOptions = {
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly stream: boolean;
  /** Aborts requests in flight. */
  readonly signal: AbortSignal;
};

/** Parses the arguments of a tool call; a model that sends no JSON object gets a tool that finds nothing. */
export function parseToolInput(json: string): Readonly<Record<string, string>> {
  try {
    const input: unknown = JSON.parse(json);
    if (typeof input !== 'object' || input === null) return {};
    return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}
