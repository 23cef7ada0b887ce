import type { Answered, ModelRequest } from './answered-call.ts';
import { EMBEDDING_TOKENS } from './script.ts';

const DIMENSIONS = 16;

/** `POST .../embeddings`; the response has usage but no id. */
export function answerEmbeddings({ body }: ModelRequest): Answered {
  const inputs: readonly unknown[] = Array.isArray(body.input) ? body.input : [body.input];
  const vector = new Float32Array(body.dimensions ?? DIMENSIONS).fill(0.25);
  const embedding =
    body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
  return {
    call: {
      provider: 'openai',
      api: 'embeddings',
      requestModel: body.model,
      responseModel: body.model,
      responseId: undefined,
      streamed: false,
      usage: { input: EMBEDDING_TOKENS },
      toolCalls: [],
    },
    answer: {
      kind: 'json',
      body: {
        object: 'list',
        data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
        model: body.model,
        usage: { prompt_tokens: EMBEDDING_TOKENS, total_tokens: EMBEDDING_TOKENS },
      },
    },
  };
}
