import type OpenAI from 'openai';
import { chunksOf } from './chunks.ts';
import type { ServerSentEvent } from './provider-call.ts';

type Item = OpenAI.Responses.ResponseOutputItem;
type FunctionCall = OpenAI.Responses.ResponseFunctionToolCall;
type WireResponse = Omit<OpenAI.Responses.Response, 'output_text'>;
type UnnumberedEvent = { readonly type: string; readonly [field: string]: unknown };

/** The events of a streamed response. Usage comes in `response.completed`, always; events are numbered. */
export function openAiResponseEvents(response: WireResponse): ServerSentEvent[] {
  const { usage: _, ...opened } = { ...response, status: 'in_progress', completed_at: null, output: [] };
  const events: UnnumberedEvent[] = [
    { type: 'response.created', response: opened },
    { type: 'response.in_progress', response: opened },
    ...response.output.flatMap(itemEvents),
    { type: 'response.completed', response },
  ];
  return events.map((event, index) => ({ event: event.type, data: { ...event, sequence_number: index } }));
}

function itemEvents(item: Item, outputIndex: number): UnnumberedEvent[] {
  return [
    { type: 'response.output_item.added', output_index: outputIndex, item: openingItem(item) },
    ...contentEvents(item, outputIndex),
    { type: 'response.output_item.done', output_index: outputIndex, item },
  ];
}

function openingItem(item: Item): unknown {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' };
  return item;
}

function contentEvents(item: Item, outputIndex: number): UnnumberedEvent[] {
  if (item.type === 'message') return messageEvents(item, outputIndex);
  if (item.type === 'function_call') return functionCallEvents(item, outputIndex);
  return [];
}

function messageEvents(message: OpenAI.Responses.ResponseOutputMessage, outputIndex: number): UnnumberedEvent[] {
  return message.content.flatMap((block, contentIndex): UnnumberedEvent[] => {
    if (block.type !== 'output_text') return [];
    const at = { item_id: message.id, output_index: outputIndex, content_index: contentIndex };
    return [
      { type: 'response.content_part.added', ...at, part: { ...block, text: '' } },
      ...chunksOf(block.text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
      { type: 'response.output_text.done', ...at, text: block.text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part: block },
    ];
  });
}

function functionCallEvents(call: FunctionCall, outputIndex: number): UnnumberedEvent[] {
  const at = { item_id: call.id, output_index: outputIndex };
  return [
    ...chunksOf(call.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, name: call.name, arguments: call.arguments },
  ];
}
