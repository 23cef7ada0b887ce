import type Anthropic from '@anthropic-ai/sdk';
import { splitByCache } from './anthropic-cache.ts';
import { anthropicEvents } from './anthropic-events.ts';
import { readMessagesRequest } from './anthropic-request.ts';
import { type AnthropicUsage, anthropicMeters, anthropicUsageJson } from './anthropic-usage.ts';
import { tokensSentBefore } from './conversation.ts';
import { responseModel } from './model-names.ts';
import type { Answered, IdSource } from './provider-call.ts';
import { type Reply, scriptedReply } from './script.ts';
import { searchPages } from './search-api.ts';
import { countPartTokens, countTokens, sumTokens } from './tokens.ts';

/** `POST /v1/messages`, plain or streamed, with prompt caching, client tools and Anthropic's own web search. */
export function answerMessages(request: Anthropic.MessageCreateParams, newId: IdSource): Answered {
  const { conversation, blocks } = readMessagesRequest(request);
  const reply = scriptedReply(conversation);
  const searched = reply.webSearches.flatMap((query) => webSearchBlocks(query, newId));
  const usage: AnthropicUsage = {
    ...splitByCache(blocks, tokensSentBefore(conversation.parts)),
    searchResultTokens: sumTokens(searched.map((block) => ({ tokens: countPartTokens(block) }))),
    outputTokens: countOutput(reply),
    webSearches: reply.webSearches.length,
  };
  const message = messageOf(request, [...searched, ...spokenBlocks(reply, newId)], usage, newId);
  const call = {
    provider: 'anthropic',
    api: 'messages',
    requestModel: request.model,
    responseModel: message.model,
    responseId: message.id,
    streamed: request.stream === true,
    meters: anthropicMeters(usage),
  } as const;
  if (!request.stream) return { call, answer: { kind: 'json', body: message } };
  return { call, answer: { kind: 'events', events: anthropicEvents(message, usage) } };
}

function countOutput(reply: Reply): number {
  const calls = [...reply.toolCalls, ...reply.webSearches];
  return countTokens(reply.text) + sumTokens(calls.map((call) => ({ tokens: 30 + countTokens(JSON.stringify(call)) })));
}

function webSearchBlocks(query: string, newId: IdSource): Anthropic.ContentBlock[] {
  const id = newId('srvtoolu_');
  const caller = { type: 'direct' } as const;
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query }, caller },
    {
      type: 'web_search_tool_result',
      tool_use_id: id,
      caller,
      content: searchPages(query).results.map((page) => ({
        type: 'web_search_result',
        url: `https://docs.example.com/${page.title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`,
        title: page.title,
        encrypted_content: Buffer.from(page.text).toString('base64'),
        page_age: null,
      })),
    },
  ];
}

function spokenBlocks(reply: Reply, newId: IdSource): Anthropic.ContentBlock[] {
  const spoken: Anthropic.ContentBlock[] =
    reply.text === '' ? [] : [{ type: 'text', text: reply.text, citations: null }];
  const calls = reply.toolCalls.map((call): Anthropic.ToolUseBlock => {
    return { type: 'tool_use', id: newId('toolu_'), name: call.name, input: call.input, caller: { type: 'direct' } };
  });
  return [...spoken, ...calls];
}

function messageOf(
  request: Anthropic.MessageCreateParams,
  content: Anthropic.ContentBlock[],
  usage: AnthropicUsage,
  newId: IdSource,
): Anthropic.Message {
  return {
    id: newId('msg_'),
    type: 'message',
    role: 'assistant',
    model: responseModel(request.model),
    content,
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: anthropicUsageJson(usage),
  };
}
