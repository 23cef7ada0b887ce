import type OpenAI from 'openai';
import { chunksOf } from './chunks.ts';
import type { ServerSentEvent } from './provider-call.ts';

type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type ChunkChoice = Chunk['choices'][number];
type Delta = ChunkChoice['delta'];

/**
 * The events of a streamed completion. With `includeUsage` every chunk has `usage: null` and one more, without
 * choices, carries the usage; otherwise no chunk says anything about it.
 */
export function openAiChatEvents(completion: Completion, includeUsage: boolean): ServerSentEvent[] {
  const choice = completion.choices[0];
  const deltas: Delta[] = [
    { role: 'assistant', content: choice?.message.content === null ? null : '', refusal: null },
    ...chunksOf(choice?.message.content ?? '').map((content) => ({ content })),
    ...toolCallDeltas(choice?.message.tool_calls ?? []),
  ];
  const chunks = [
    ...deltas.map((delta) => chunk(completion, includeUsage, delta, null)),
    chunk(completion, includeUsage, {}, choice?.finish_reason ?? 'stop'),
  ];
  if (includeUsage && completion.usage) {
    chunks.push({ ...chunk(completion, false, {}, null), choices: [], usage: completion.usage });
  }
  return [...chunks.map((data) => ({ data })), { data: '[DONE]' }];
}

function toolCallDeltas(toolCalls: readonly OpenAI.Chat.Completions.ChatCompletionMessageToolCall[]): Delta[] {
  return toolCalls.flatMap((call, index): Delta[] => {
    if (call.type !== 'function') return [];
    const opening = {
      index,
      id: call.id,
      type: 'function',
      function: { name: call.function.name, arguments: '' },
    } as const;
    const pieces = chunksOf(call.function.arguments).map((piece) => ({ index, function: { arguments: piece } }));
    return [{ tool_calls: [opening] }, ...pieces.map((piece) => ({ tool_calls: [piece] }))];
  });
}

function chunk(
  completion: Completion,
  includeUsage: boolean,
  delta: Delta,
  finishReason: ChunkChoice['finish_reason'],
): Chunk {
  return {
    id: completion.id,
    object: 'chat.completion.chunk',
    created: completion.created,
    model: completion.model,
    service_tier: 'default',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(includeUsage ? { usage: null } : {}),
  };
}
