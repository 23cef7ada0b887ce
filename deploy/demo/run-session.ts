import { setTimeout as wait } from 'node:timers/promises';
import type { Tracer } from '@opentelemetry/api';
import { type Agent, createAgent } from './agent.ts';
import { FACT_CHECK_INSTRUCTIONS, RESEARCH_INSTRUCTIONS } from './handbook.ts';
import { type Clients, createModel, type ModelChoice } from './models/create-model.ts';
import type { ModelTurn } from './models/model.ts';
import { createOpenAiEmbedder } from './models/openai-embeddings.ts';
import type { SessionPlan } from './sessions.ts';
import { getWeatherTool } from './tools/get-weather.ts';
import { recallNotesTool } from './tools/recall-notes.ts';
import { runSubagentTool } from './tools/run-subagent.ts';
import { searchDocsTool } from './tools/search-docs.ts';
import type { Tool } from './tools/tool.ts';

/** A person reads and types before each question. */
const READING_MS = 600;

/** What a session's agent works with. */
export type Surroundings = {
  readonly clients: Clients;
  readonly tracer: Tracer;
  readonly searchUrl: string;
  readonly signal: AbortSignal;
  /** Multiplies the pauses of the person who asks. */
  readonly latencyScale: number;
  /** The model of the sub-agent. */
  readonly checkerChoice: ModelChoice;
  /** Undefined where no embeddings are to be had; then the agent has no notes. */
  readonly embeddingModel: string | undefined;
  /** Told of each answer of a model, the sub-agent's too. */
  readonly onTurn: (turn: ModelTurn) => void;
};

/** Asks the questions of one session, one after the other, in one conversation; each is a trace of its own. */
export async function runSession(plan: SessionPlan, session: string, around: Surroundings): Promise<void> {
  const tools = createTools(plan, around);
  const { clients, tracer, signal, onTurn } = around;
  const model = createModel(clients, plan.choice, { instructions: RESEARCH_INSTRUCTIONS, tools, signal });
  const agent = createAgent({
    name: plan.agent,
    model,
    tools,
    tracer,
    onTurn,
    attributes: {
      'session.id': session,
      'gen_ai.conversation.id': session,
      'user.id': plan.user,
      'spanledger.team': plan.team,
      'spanledger.project': plan.project,
    },
  });
  for (const question of plan.questions) {
    await wait(READING_MS * around.latencyScale, undefined, { signal });
    await agent.ask(question);
  }
}

function createTools(plan: SessionPlan, around: Surroundings): Tool[] {
  const { clients, tracer, signal, embeddingModel } = around;
  const searchDocs = searchDocsTool(around);
  const checker = runSubagentTool(() => createFactChecker(searchDocs, around));
  if (plan.project === 'helpdesk') return [searchDocs, getWeatherTool(), checker];
  if (embeddingModel === undefined) return [searchDocs, checker];
  const embedTexts = createOpenAiEmbedder({ client: clients.openAi(), model: embeddingModel, tracer, signal });
  return [searchDocs, recallNotesTool(embedTexts), checker];
}

function createFactChecker(searchDocs: Tool, { clients, tracer, signal, checkerChoice, onTurn }: Surroundings): Agent {
  const tools = [searchDocs];
  const model = createModel(clients, checkerChoice, { instructions: FACT_CHECK_INSTRUCTIONS, tools, signal });
  return createAgent({ name: 'fact-checker', model, tools, tracer, onTurn });
}
