import type Anthropic from '@anthropic-ai/sdk';
import type { CacheBlock } from './anthropic-cache.ts';
import type { Conversation, PromptPart } from './conversation.ts';
import { countPartTokens } from './tokens.ts';

/** A Messages request as the script and the cache see it: the parts and, in the same order, their cache blocks. */
export type ReadMessagesRequest = { readonly conversation: Conversation; readonly blocks: readonly CacheBlock[] };

type MessagesRequest = Anthropic.MessageCreateParams;
type Part = PromptPart & CacheBlock;

export function readMessagesRequest(request: MessagesRequest): ReadMessagesRequest {
  const parts = [...toolParts(request), ...systemParts(request), ...request.messages.flatMap(messageParts)];
  const tools = request.tools ?? [];
  return {
    conversation: {
      model: request.model,
      parts,
      toolNames: new Set(tools.map((tool) => ('name' in tool ? tool.name : ''))),
      webSearchOffered: tools.some((tool) => 'name' in tool && tool.name === 'web_search'),
    },
    blocks: parts,
  };
}

function toolParts(request: MessagesRequest): Part[] {
  return (request.tools ?? []).map((tool) => part('setup', '', tool));
}

function systemParts(request: MessagesRequest): Part[] {
  if (request.system === undefined) return [];
  if (typeof request.system === 'string') return [part('setup', '', request.system)];
  return request.system.map((block) => part('setup', block.text, block));
}

function messageParts(message: Anthropic.MessageParam): Part[] {
  const spoken = message.role === 'assistant' ? 'answer' : message.role === 'user' ? 'user' : 'setup';
  if (typeof message.content === 'string') return [part(spoken, message.content, message.content)];
  return message.content.map((block) => {
    if (block.type === 'tool_result') return part('tool', '', block);
    return part(spoken, block.type === 'text' ? block.text : '', block);
  });
}

function part(from: PromptPart['from'], text: string, content: unknown): Part {
  const { cache_control: cacheControl, ...billed } =
    typeof content === 'object' && content !== null ? (content as { cache_control?: CacheControl }) : { content };
  const cacheTtl = cacheControl ? (cacheControl.ttl ?? '5m') : undefined;
  return { from, text, tokens: countPartTokens(billed), cacheTtl };
}

type CacheControl = Anthropic.CacheControlEphemeral | null | undefined;
