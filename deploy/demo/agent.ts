import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import { deployError } from './errors.ts';
import type { Model, ModelTurn, TokenTotals, ToolCall, ToolResult } from './models/model.ts';
import { withSpan } from './spans.ts';
import type { Tool } from './tools/tool.ts';

export type AgentOptions = {
  readonly name: string;
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly tracer: Tracer;
  /** Attributes of the agent's span: session, user, team, project. A sub-agent needs none, it hangs beneath its caller. */
  readonly attributes?: Attributes;
  /** Told of each answer of the model. */
  readonly onTurn?: (turn: ModelTurn) => void;
};

export type Agent = {
  /** Works on a question until the model has an answer. Throws SPL_DEMO_TOO_MANY_STEPS when it never has. */
  readonly ask: (question: string) => Promise<string>;
};

const MAX_STEPS = 8;

/**
 * An agent with tools: it asks the model, runs the tools that the model calls, and asks again. Each question is one
 * `invoke_agent` span, each round one `agent_step` beneath it, with the model request and the tool calls beneath that.
 */
export function createAgent({ name, model, tools, tracer, attributes = {}, onTurn }: AgentOptions): Agent {
  async function runSteps(question: string, agentSpan: Span): Promise<string> {
    let next = () => model.ask(question);
    let total: TokenTotals = { inputTokens: 0, outputTokens: 0 };
    for (let step = 1; step <= MAX_STEPS; step += 1) {
      const { turn, results } = await runStep(step, next);
      total = addTotals(total, turn.usage);
      setTotals(agentSpan, total);
      if (turn.toolCalls.length === 0) return turn.text;
      next = () => model.answerTools(results);
    }
    throw deployError(
      'SPL_DEMO_TOO_MANY_STEPS',
      `Agent ${name} has no answer after ${MAX_STEPS} steps; the limit ends it.`,
    );
  }

  function runStep(
    step: number,
    request: () => Promise<ModelTurn>,
  ): Promise<{ readonly turn: ModelTurn; readonly results: readonly ToolResult[] }> {
    const stepAttributes = { 'gen_ai.operation.name': 'agent_step', 'gen_ai.agent.name': name };
    return withSpan(tracer, { name: `agent_step ${step}`, attributes: stepAttributes }, async () => {
      const turn = await request();
      onTurn?.(turn);
      const results = await Promise.all(turn.toolCalls.map(runTool));
      return { turn, results };
    });
  }

  function runTool(call: ToolCall): Promise<ToolResult> {
    const toolAttributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': call.name,
      'gen_ai.tool.call.id': call.id,
      'gen_ai.tool.type': 'function',
    };
    return withSpan(tracer, { name: `execute_tool ${call.name}`, attributes: toolAttributes }, async () => {
      const tool = tools.find((candidate) => candidate.name === call.name);
      const output = tool ? await tool.run(call.input) : `There is no tool ${call.name}.`;
      return { callId: call.id, output };
    });
  }

  return {
    ask: (question) => {
      const agentAttributes = {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': name,
        'gen_ai.provider.name': model.provider,
        'gen_ai.request.model': model.name,
        ...attributes,
      };
      return withSpan(tracer, { name: `invoke_agent ${name}`, attributes: agentAttributes }, (span) =>
        runSteps(question, span),
      );
    },
  };
}

function addTotals(total: TokenTotals, usage: TokenTotals | undefined): TokenTotals {
  return {
    inputTokens: total.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: total.outputTokens + (usage?.outputTokens ?? 0),
  };
}

/** The conventions put the sums on the agent's span too: who adds up spans must not count them again. */
function setTotals(agentSpan: Span, total: TokenTotals): void {
  agentSpan.setAttributes({
    'gen_ai.usage.input_tokens': total.inputTokens,
    'gen_ai.usage.output_tokens': total.outputTokens,
  });
}
