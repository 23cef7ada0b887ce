import { modelCall, plainSpan, requestWith, spanIdOf, traceIdOf } from './model-call.ts';
import type { TraceRequest } from './otlp.ts';

/** One run of an agent as its instrumentations tell of it, and what it costs. */
export type AgentRun = {
  readonly number: number;
  readonly session: string;
  /** The requests in the order in which they leave: first the children, then the native client's span, last the root. */
  readonly requests: readonly TraceRequest[];
  readonly calls: readonly TrueCall[];
};

export type TrueCall = {
  readonly traceId: string;
  readonly spanId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

const CALLS = 4;
/** Trace ids of native clients' spans lie apart from those of the runs. */
const NATIVE = 1_000_000_000;
/** gpt-5-mini: 0.25 and 2 US dollars per million tokens, in picodollars per token. */
const INPUT_PICODOLLARS = 250_000n;
const OUTPUT_PICODOLLARS = 2_000_000n;
const FRAMEWORK = { name: 'opentelemetry.instrumentation.langchain' };
const CLIENT = { name: 'opentelemetry.instrumentation.openai_v2' };

/** The run of this number: four calls in a tool call, one of them seen by the client library too, in a trace of its own. */
export function agentRun(number: number, team: string): AgentRun {
  const trace = number;
  const session = `session ${number}`;
  const startMs = Date.now() - 1_000;
  const calls = Array.from(
    { length: CALLS },
    (_, index): TrueCall & { readonly attributes: Record<string, string | number> } => {
      const [inputTokens, outputTokens] = [1_000 + number, 1 + (number % 500) * CALLS + index];
      return {
        traceId: traceIdOf(trace),
        spanId: spanIdOf(index + 3),
        inputTokens,
        outputTokens,
        attributes: {
          'gen_ai.response.id': `resp-${number}-${index}`,
          'gen_ai.usage.input_tokens': inputTokens,
          'gen_ai.usage.output_tokens': outputTokens,
        },
      };
    },
  );
  const spans = calls.map(({ attributes }, index) =>
    modelCall({ trace, span: index + 3, parent: 2, startMs, attributes }),
  );
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'plan' };
  const native = modelCall({
    trace: NATIVE + number,
    span: 1,
    startMs,
    durationMs: 90,
    attributes: calls[0]?.attributes ?? {},
  });
  const root = plainSpan({ trace, span: 1, startMs, attributes: { 'spanledger.team': team, 'session.id': session } });
  return {
    number,
    session,
    requests: [
      requestWith(spans, { scope: FRAMEWORK }),
      requestWith([native], { scope: CLIENT }),
      requestWith([plainSpan({ trace, span: 2, parent: 1, startMs, attributes: tool }), root], { scope: FRAMEWORK }),
    ],
    calls: calls.map(({ attributes: _, ...call }) => call),
  };
}

export function costOf({ inputTokens, outputTokens }: TrueCall): bigint {
  return BigInt(inputTokens) * INPUT_PICODOLLARS + BigInt(outputTokens) * OUTPUT_PICODOLLARS;
}
