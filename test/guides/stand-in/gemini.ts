import { chunksOf } from '../../../deploy/demo/stand-in/chunks.ts';
import { openAiMeters } from '../../../deploy/demo/stand-in/openai-usage.ts';
import type { Answered, ModelRequest } from './answered-call.ts';
import { type Conversation, type Json, textOf } from './conversation.ts';
import { newId } from './new-id.ts';
import { OPENAI_USAGE, scriptedReply } from './script.ts';

/** `POST .../models/{model}:generateContent` and `:streamGenerateContent`, of the Gemini API and of Vertex AI. */
export function answerGenerateContent({ path, query, body }: ModelRequest): Answered {
  const [, model = '', method] = /models\/([^/:]+):(\w+)$/.exec(path) ?? [];
  const streamed = method === 'streamGenerateContent';
  const reply = scriptedReply(readConversation(body));
  const usage = OPENAI_USAGE[reply.turn];
  const responseId = newId('');
  const toolCalls = reply.toolCalls.map(({ name, input }) => ({ id: newId('fn_'), name, args: input }));
  const parts = toolCalls.map((functionCall) => ({ functionCall }));
  const base = { modelVersion: model, responseId };
  const usageMetadata = usageOf(usage);
  const last = (text: readonly Json[]) => ({
    candidates: [{ content: { role: 'model', parts: [...text, ...parts] }, finishReason: 'STOP', index: 0 }],
    usageMetadata,
    ...base,
  });
  const call = {
    provider: 'gemini',
    api: 'generateContent',
    requestModel: model,
    responseModel: model,
    responseId,
    streamed,
    usage: openAiMeters(usage),
    toolCalls: toolCalls.map(({ id, name }) => ({ id, name })),
  } as const;
  const texts = chunksOf(reply.text).map((text) => ({ text }));
  if (!streamed) return { call, answer: { kind: 'json', body: last(texts.slice(0, 1)) } };
  const early = texts.slice(0, -1).map((part) => ({
    candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }],
    usageMetadata: { promptTokenCount: usage.inputTokens, totalTokenCount: usage.inputTokens },
    ...base,
  }));
  const chunks = [...early, last(texts.slice(-1))];
  if (query.get('alt') !== 'sse') return { call, answer: { kind: 'json', body: chunks } };
  return { call, answer: { kind: 'events', events: chunks.map((data) => ({ data })) } };
}

function readConversation(body: Json): Conversation {
  const contents: Json[] = Array.isArray(body.contents) ? body.contents : [body.contents];
  const mode = body.toolConfig?.functionCallingConfig?.mode;
  const config = body.generationConfig ?? {};
  const asked = contents.findLast(({ role, parts }) => role !== 'model' && textOf(parts).trim() !== '');
  return {
    asked: textOf(asked?.parts),
    answered: contents.some(({ role }) => role === 'model'),
    tools: (body.tools ?? []).flatMap((tool: Json) =>
      (tool.functionDeclarations ?? []).map((declared: Json) => ({
        name: declared.name,
        schema: declared.parametersJsonSchema ?? declared.parameters ?? {},
      })),
    ),
    toolChoice: mode === 'ANY' ? 'any' : undefined,
    schema: config.responseJsonSchema ?? config.responseSchema,
  };
}

/** Thoughts stand apart from the candidates' tokens. */
function usageOf({ inputTokens, cachedTokens, outputTokens, reasoningTokens }: (typeof OPENAI_USAGE)['A']): Json {
  return {
    promptTokenCount: inputTokens,
    cachedContentTokenCount: cachedTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    cacheTokensDetails: [{ modality: 'TEXT', tokenCount: cachedTokens }],
  };
}
