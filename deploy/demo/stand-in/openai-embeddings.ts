import type OpenAI from 'openai';
import { responseModel } from './model-names.ts';
import { type Answered, usedMeters } from './provider-call.ts';
import { countTokens, sumTokens } from './tokens.ts';

const DEFAULT_DIMENSIONS = 1536;

/** `POST /v1/embeddings`; the response has usage but no id. Texts only, no token arrays. */
export function answerEmbeddings(request: OpenAI.EmbeddingCreateParams): Answered {
  const texts = typeof request.input === 'string' ? [request.input] : request.input.map(String);
  const promptTokens = sumTokens(texts.map((text) => ({ tokens: countTokens(text) })));
  const model = responseModel(request.model);
  return {
    call: {
      provider: 'openai',
      api: 'embeddings',
      requestModel: request.model,
      responseModel: model,
      responseId: undefined,
      streamed: false,
      meters: usedMeters({ input: promptTokens }),
    },
    answer: {
      kind: 'json',
      body: {
        object: 'list',
        data: texts.map((text, index) => ({ object: 'embedding', index, embedding: encodeVector(text, request) })),
        model,
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      },
    },
  };
}

function encodeVector(text: string, request: OpenAI.EmbeddingCreateParams): number[] | string {
  const vector = embed(text, request.dimensions ?? DEFAULT_DIMENSIONS);
  if (request.encoding_format === 'base64') return Buffer.from(vector.buffer).toString('base64');
  return [...vector];
}

/** A unit vector that depends on the text's letters alone: equal texts are near, which is all the demo needs. */
function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let index = 0; index < text.length; index += 1) {
    const slot = (text.charCodeAt(index) * 31 + index) % dimensions;
    vector[slot] = (vector[slot] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
