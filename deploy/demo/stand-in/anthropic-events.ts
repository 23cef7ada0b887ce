import type Anthropic from '@anthropic-ai/sdk';
import { type AnthropicUsage, anthropicUsageJson } from './anthropic-usage.ts';
import { chunksOf } from './chunks.ts';
import type { ServerSentEvent } from './provider-call.ts';

type StreamEvent = Anthropic.RawMessageStreamEvent | { readonly type: 'ping' };

/** In `message_start` the output is a placeholder; the true count comes in `message_delta`. */
const PLACEHOLDER_OUTPUT_TOKENS = 2;

/**
 * The events of a streamed message. `message_start` knows the input before any web search and the cache split,
 * `message_delta` states running totals, which replace the earlier figures.
 */
export function anthropicEvents(message: Anthropic.Message, usage: AnthropicUsage): ServerSentEvent[] {
  const events: StreamEvent[] = [
    { type: 'message_start', message: openingMessage(message, usage) },
    ...message.content.flatMap((block, index) => [
      ...blockEvents(block, index),
      ...(index === 0 ? [{ type: 'ping' } as const] : []),
    ]),
    messageDelta(message),
    { type: 'message_stop' },
  ];
  return events.map((data) => ({ event: data.type, data }));
}

function openingMessage(message: Anthropic.Message, usage: AnthropicUsage): Anthropic.Message {
  const beforeSearch = { ...usage, searchResultTokens: 0, webSearches: 0, outputTokens: PLACEHOLDER_OUTPUT_TOKENS };
  return { ...message, content: [], stop_reason: null, usage: anthropicUsageJson(beforeSearch) };
}

function blockEvents(block: Anthropic.ContentBlock, index: number): StreamEvent[] {
  return [
    { type: 'content_block_start', index, content_block: openingBlock(block) },
    ...blockDeltas(block).map((delta) => ({ type: 'content_block_delta', index, delta }) as const),
    { type: 'content_block_stop', index },
  ];
}

function openingBlock(block: Anthropic.ContentBlock): Anthropic.ContentBlock {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'tool_use' || block.type === 'server_tool_use') return { ...block, input: {} };
  return block;
}

function blockDeltas(block: Anthropic.ContentBlock): Anthropic.RawContentBlockDelta[] {
  if (block.type === 'text') return chunksOf(block.text).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'tool_use' || block.type === 'server_tool_use') {
    const pieces = chunksOf(JSON.stringify(block.input));
    return pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }));
  }
  return [];
}

function messageDelta(message: Anthropic.Message): StreamEvent {
  const { usage } = message;
  return {
    type: 'message_delta',
    delta: { container: null, stop_details: null, stop_reason: message.stop_reason, stop_sequence: null },
    usage: {
      input_tokens: usage.input_tokens,
      cache_creation_input_tokens: usage.cache_creation_input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      output_tokens: usage.output_tokens,
      output_tokens_details: null,
      server_tool_use: usage.server_tool_use,
    },
  };
}
