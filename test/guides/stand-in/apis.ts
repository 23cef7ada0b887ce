import type { Answered, ModelRequest } from './answered-call.ts';
import { answerMessages } from './anthropic-messages.ts';
import { answerConverse } from './bedrock-converse.ts';
import { answerInvokeModel } from './bedrock-invoke.ts';
import { answerGenerateContent } from './gemini.ts';
import { answerChatCompletion } from './openai-chat.ts';
import { answerEmbeddings } from './openai-embeddings.ts';
import { answerResponse } from './openai-responses.ts';

type Api = { readonly path: RegExp; readonly answer: (request: ModelRequest) => Answered };

/** By the end of the path; what stands before it names the run, and how it shall be treated. */
const APIS: readonly Api[] = [
  { path: /\/chat\/completions$/, answer: answerChatCompletion },
  { path: /\/responses$/, answer: answerResponse },
  { path: /\/embeddings$/, answer: answerEmbeddings },
  { path: /\/messages$/, answer: answerMessages },
  { path: /\/models\/[^/]+:(streamG|g)enerateContent$/, answer: answerGenerateContent },
  { path: /\/model\/[^/]+\/converse(-stream)?$/, answer: answerConverse },
  { path: /\/model\/[^/]+\/invoke(-with-response-stream)?$/, answer: answerInvokeModel },
];

export function apiFor(path: string): Api | undefined {
  return APIS.find((api) => api.path.test(path));
}
