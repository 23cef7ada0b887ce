import { context, SpanKind, type Tracer } from '@opentelemetry/api';
import { core } from '@opentelemetry/sdk-node';
import type OpenAI from 'openai';
import { withSpan } from '../spans.ts';

export type EmbedTexts = (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;

/**
 * Embeddings through OpenAI. OpenInference's span for them has no usage, so the agent writes the span itself, after
 * the conventions, and keeps the instrumentation quiet for this one request.
 */
export function createOpenAiEmbedder(options: {
  readonly client: OpenAI;
  readonly model: string;
  readonly tracer: Tracer;
  readonly signal: AbortSignal;
}): EmbedTexts {
  const { client, model, tracer, signal } = options;
  const server = new URL(client.baseURL);
  const attributes = {
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'server.address': server.hostname,
  };
  return (texts) =>
    withSpan(tracer, { name: `embeddings ${model}`, kind: SpanKind.CLIENT, attributes }, async (span) => {
      const request = () => client.embeddings.create({ model, input: [...texts] }, { signal });
      const response = await context.with(core.suppressTracing(context.active()), request);
      span.setAttribute('gen_ai.response.model', response.model);
      span.setAttribute('gen_ai.usage.input_tokens', response.usage.prompt_tokens);
      return response.data.map(({ embedding }) => embedding);
    });
}
