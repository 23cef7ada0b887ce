import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerMessages } from './anthropic-messages.ts';
import { readJson, sendAnswer } from './http.ts';
import { answerChatCompletion } from './openai-chat.ts';
import { answerEmbeddings } from './openai-embeddings.ts';
import { answerResponse } from './openai-responses.ts';
import type { Answered, IdSource, ProviderCall } from './provider-call.ts';
import { rateLimited, unauthorized } from './refusals.ts';

/** One answered call and the session that made it, as its `x-demo-session` header says. */
export type AnsweredCall = ProviderCall & { readonly session: string };

/** Milliseconds that an answer takes, by the size of its request. */
export type Latency = (requestCharacters: number) => number;

/** The model APIs behind one server; it keeps what it would bill. */
export type ModelEndpoint = {
  readonly calls: readonly AnsweredCall[];
  readonly refusedCount: () => number;
  readonly handles: (method: string | undefined, path: string) => boolean;
  readonly answer: (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

type ModelApi = (body: unknown, newId: IdSource) => Answered;

// The callers are the providers' own client libraries, so the bodies are taken to have their types.
const MODEL_APIS: Readonly<Record<string, ModelApi>> = {
  '/openai/v1/chat/completions': answerChatCompletion as ModelApi,
  '/openai/v1/responses': answerResponse as ModelApi,
  '/openai/v1/embeddings': answerEmbeddings as ModelApi,
  '/anthropic/v1/messages': answerMessages as ModelApi,
};

/** `refuseEvery`: every n-th request is refused with 429; 0 refuses none. */
export function createModelEndpoint(latencyMs: Latency, refuseEvery: number): ModelEndpoint {
  const calls: AnsweredCall[] = [];
  let requestCount = 0;
  let refusedCount = 0;

  function isRefused(): boolean {
    requestCount += 1;
    const refused = refuseEvery > 0 && requestCount % refuseEvery === 0;
    if (refused) refusedCount += 1;
    return refused;
  }

  return {
    calls,
    refusedCount: () => refusedCount,
    handles: (method, path) => method === 'POST' && Object.hasOwn(MODEL_APIS, path),
    answer: async (path, request, response) => {
      const api = MODEL_APIS[path] as ModelApi;
      const body = await readJson(request);
      if (!isAuthorized(request)) return unauthorized(request, response);
      if (isRefused()) return rateLimited(request, response);
      const { call, answer } = api(body, newId);
      calls.push({ ...call, session: String(request.headers['x-demo-session'] ?? '') });
      const requestId = newId('req_');
      const headers = { 'x-request-id': requestId, 'request-id': requestId };
      await sendAnswer(response, answer, latencyMs(JSON.stringify(body).length), headers);
    },
  };
}

const newId: IdSource = (prefix) => `${prefix}${randomBytes(12).toString('hex')}`;

function isAuthorized({ headers }: IncomingMessage): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}
