import type { Answered, ModelRequest } from './answered-call.ts';
import { messageFor } from './anthropic-messages.ts';
import { EMBEDDING_TOKENS } from './script.ts';

/** `POST /model/{id}/invoke` and `/invoke-with-response-stream`: Anthropic's models, and Titan's embeddings. */
export function answerInvokeModel({ path, body }: ModelRequest): Answered {
  const [, encoded = '', method] = /\/model\/([^/]+)\/([\w-]+)$/.exec(path) ?? [];
  const model = decodeURIComponent(encoded);
  if (model.includes('titan-embed')) return answerTitanEmbedding(model);
  const streamed = method === 'invoke-with-response-stream';
  const { call: made, message, events } = messageFor(body, model);
  const { web_search: _, ...usage } = made.usage;
  const call = { ...made, usage, provider: 'bedrock', api: 'invokeModel', streamed } as const;
  message.usage.server_tool_use = null;
  const counts = {
    'input-token-count': message.usage.input_tokens,
    'output-token-count': message.usage.output_tokens,
    'cache-read-input-token-count': message.usage.cache_read_input_tokens,
    'cache-write-input-token-count': message.usage.cache_creation_input_tokens,
  };
  if (!streamed) {
    const headers = Object.entries(counts).map(([name, count]) => [`x-amzn-bedrock-${name}`, String(count)]);
    return { call, answer: { kind: 'json', body: message, headers: Object.fromEntries(headers) } };
  }
  const chunks = events().map(({ data }) => data as object);
  const last = { ...chunks.at(-1), 'amazon-bedrock-invocationMetrics': metricsOf(counts) };
  const payloads = [...chunks.slice(0, -1), last].map((data) => ({
    bytes: Buffer.from(JSON.stringify(data)).toString('base64'),
  }));
  return { call, answer: { kind: 'aws-events', events: payloads.map((payload) => ({ type: 'chunk', payload })) } };
}

function metricsOf(counts: Readonly<Record<string, number>>): object {
  return {
    inputTokenCount: counts['input-token-count'],
    outputTokenCount: counts['output-token-count'],
    cacheReadInputTokenCount: counts['cache-read-input-token-count'],
    cacheWriteInputTokenCount: counts['cache-write-input-token-count'],
    invocationLatency: 120,
    firstByteLatency: 40,
  };
}

function answerTitanEmbedding(model: string): Answered {
  const call = {
    provider: 'bedrock',
    api: 'embeddings',
    requestModel: model,
    responseModel: model,
    responseId: undefined,
    streamed: false,
    usage: { input: EMBEDDING_TOKENS },
    toolCalls: [],
  } as const;
  const body = { embedding: Array(16).fill(0.25), inputTextTokenCount: EMBEDDING_TOKENS };
  const headers = { 'x-amzn-bedrock-input-token-count': String(EMBEDDING_TOKENS) };
  return { call, answer: { kind: 'json', body, headers } };
}
