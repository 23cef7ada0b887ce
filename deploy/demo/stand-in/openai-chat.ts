import type OpenAI from 'openai';
import type { Conversation, PromptPart } from './conversation.ts';
import { responseModel } from './model-names.ts';
import { openAiChatEvents } from './openai-chat-events.ts';
import { type OpenAiUsage, openAiMeters, openAiUsage } from './openai-usage.ts';
import type { Answered, IdSource } from './provider-call.ts';
import { type Reply, scriptedReply } from './script.ts';
import { countPartTokens } from './tokens.ts';

type ChatRequest = OpenAI.Chat.Completions.ChatCompletionCreateParams;
type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/** `POST /v1/chat/completions`. A stream carries usage only with `stream_options.include_usage`, as at OpenAI. */
export function answerChatCompletion(request: ChatRequest, newId: IdSource): Answered {
  const conversation = readConversation(request);
  const reply = scriptedReply(conversation);
  const usage = openAiUsage(conversation, reply);
  const completion = chatCompletion(request, reply, usage, newId);
  const call = {
    provider: 'openai',
    api: 'chat.completions',
    requestModel: request.model,
    responseModel: completion.model,
    responseId: completion.id,
    streamed: request.stream === true,
    meters: openAiMeters(usage),
  } as const;
  if (!request.stream) return { call, answer: { kind: 'json', body: completion } };
  const includeUsage = request.stream_options?.include_usage === true;
  return { call, answer: { kind: 'events', events: openAiChatEvents(completion, includeUsage) } };
}

function readConversation(request: ChatRequest): Conversation {
  const tools = request.tools ?? [];
  const toolsPart: PromptPart = { from: 'setup', text: '', tokens: tools.length === 0 ? 0 : countPartTokens(tools) };
  return {
    model: request.model,
    parts: [toolsPart, ...request.messages.map(readMessage)],
    toolNames: new Set(tools.flatMap((tool) => (tool.type === 'function' ? [tool.function.name] : []))),
    webSearchOffered: false,
  };
}

function readMessage(message: ChatMessage): PromptPart {
  const text = typeof message.content === 'string' ? message.content : JSON.stringify(message.content ?? '');
  const toolCalls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const tokens = countPartTokens(text) + (toolCalls.length === 0 ? 0 : countPartTokens(toolCalls));
  return { from: PART_BY_ROLE[message.role], text, tokens };
}

const PART_BY_ROLE = {
  system: 'setup',
  developer: 'setup',
  user: 'user',
  assistant: 'answer',
  tool: 'tool',
  function: 'tool',
} as const satisfies Record<ChatMessage['role'], PromptPart['from']>;

function chatCompletion(
  request: ChatRequest,
  reply: Reply,
  usage: OpenAiUsage,
  newId: IdSource,
): OpenAI.Chat.Completions.ChatCompletion {
  const toolCalls = reply.toolCalls.map((call) => ({
    id: newId('call_'),
    type: 'function' as const,
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  }));
  return {
    id: newId('chatcmpl-'),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: responseModel(request.model),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text === '' ? null : reply.text,
          refusal: null,
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: toolCalls.length === 0 ? 'stop' : 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: usage.reasoningTokens,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
  };
}
