import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { createAnthropicModel } from './anthropic.ts';
import type { Model, ModelOptions } from './model.ts';
import { createOpenAiChatModel } from './openai-chat.ts';
import { createOpenAiResponsesModel } from './openai-responses.ts';

/** Which model an agent uses and through which API. */
export type ModelChoice = {
  readonly api: 'chat' | 'responses' | 'messages';
  readonly model: string;
  readonly stream?: boolean;
  /** Anthropic's own web search, run at the provider. */
  readonly webSearch?: boolean;
};

/** The client libraries of one session. */
export type Clients = { readonly openAi: () => OpenAI; readonly anthropic: () => Anthropic };

/** Where the stand-in listens; requests to it say which session they belong to. */
export type StandInAddress = { readonly openAiUrl: string; readonly anthropicUrl: string };

/** Clients that talk to the stand-in, or, without one, to the real providers with the keys of the environment. */
export function createClients(session: string, standIn: StandInAddress | undefined): Clients {
  if (standIn === undefined) return { openAi: () => new OpenAI(), anthropic: () => new Anthropic() };
  const shared = { apiKey: 'stand-in', defaultHeaders: { 'x-demo-session': session } };
  return {
    openAi: () => new OpenAI({ ...shared, baseURL: standIn.openAiUrl }),
    anthropic: () => new Anthropic({ ...shared, baseURL: standIn.anthropicUrl }),
  };
}

export function createModel(
  clients: Clients,
  choice: ModelChoice,
  options: Omit<ModelOptions, 'model' | 'stream'>,
): Model {
  const { model, stream = false, webSearch = false } = choice;
  const full = { ...options, model, stream };
  switch (choice.api) {
    case 'chat':
      return createOpenAiChatModel(clients.openAi(), full);
    case 'responses':
      return createOpenAiResponsesModel(clients.openAi(), full);
    case 'messages':
      return createAnthropicModel(clients.anthropic(), { ...full, webSearch });
  }
}
