import type { ModelTurn } from './models/model.ts';
import type { AnsweredCall } from './stand-in/model-endpoint.ts';
import type { Meters } from './stand-in/provider-call.ts';

/** Model calls and their tokens; input with what caches read and wrote, output with reasoning. */
export type Tally = { readonly callCount: number; readonly inputTokens: number; readonly outputTokens: number };

const EMPTY: Tally = { callCount: 0, inputTokens: 0, outputTokens: 0 };

/** What calls came to at the stand-in, which knows usage that the agent never sees. */
export function tallyCalls(calls: readonly AnsweredCall[]): Tally {
  return calls.reduce((tally, { meters }) => add(tally, inputTokens(meters), outputTokens(meters)), EMPTY);
}

/** Adds one answer of a real model, as far as its usage was told. */
export function tallyTurn(tally: Tally = EMPTY, { usage }: ModelTurn): Tally {
  return add(tally, usage?.inputTokens ?? 0, usage?.outputTokens ?? 0);
}

function add(tally: Tally, input: number, output: number): Tally {
  return {
    callCount: tally.callCount + 1,
    inputTokens: tally.inputTokens + input,
    outputTokens: tally.outputTokens + output,
  };
}

function inputTokens({ input = 0, cache_read = 0, cache_write_5m = 0, cache_write_1h = 0 }: Meters): number {
  return input + cache_read + cache_write_5m + cache_write_1h;
}

function outputTokens({ output = 0, reasoning = 0 }: Meters): number {
  return output + reasoning;
}
