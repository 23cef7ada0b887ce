import { responseModel } from '../../../deploy/demo/stand-in/model-names.ts';
import { openAiChatEvents } from '../../../deploy/demo/stand-in/openai-chat-events.ts';
import { openAiMeters } from '../../../deploy/demo/stand-in/openai-usage.ts';
import type { Answered, ModelRequest } from './answered-call.ts';
import { type Conversation, type Json, textOf } from './conversation.ts';
import { newId } from './new-id.ts';
import { OPENAI_USAGE, scriptedReply } from './script.ts';

/** `POST .../chat/completions`. A stream carries usage only with `stream_options.include_usage`, as at OpenAI. */
export function answerChatCompletion({ body }: ModelRequest): Answered {
  const reply = scriptedReply(readConversation(body));
  const usage = OPENAI_USAGE[reply.turn];
  const toolCalls = reply.toolCalls.map(({ name, input }) => ({
    id: newId('call_'),
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(input) },
  }));
  const completion = completionOf(body, reply.text, toolCalls, chatUsage(usage));
  const call = {
    provider: 'openai',
    api: 'chat.completions',
    requestModel: body.model,
    responseModel: completion.model,
    responseId: completion.id,
    streamed: body.stream === true,
    usage: openAiMeters(usage),
    toolCalls: toolCalls.map(({ id, function: { name } }) => ({ id, name })),
  } as const;
  if (!body.stream) return { call, answer: { kind: 'json', body: completion } };
  const includeUsage = body.stream_options?.include_usage === true;
  return { call, answer: { kind: 'events', events: openAiChatEvents(completion, includeUsage) } };
}

function readConversation(body: Json): Conversation {
  const messages: Json[] = body.messages ?? [];
  const choice = body.tool_choice;
  return {
    asked: textOf(messages.findLast(({ role }) => role === 'user')?.content),
    answered: messages.some(({ role }) => role === 'assistant' || role === 'tool'),
    tools: (body.tools ?? []).flatMap((tool: Json) =>
      tool.type === 'function' ? [{ name: tool.function.name, schema: tool.function.parameters }] : [],
    ),
    toolChoice: choice?.function ?? (choice === 'required' ? 'any' : undefined),
    schema:
      body.response_format?.json_schema?.schema ?? (body.response_format?.type === 'json_object' ? {} : undefined),
  };
}

function chatUsage(usage: (typeof OPENAI_USAGE)['A']): Json {
  return {
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
  };
}

function completionOf(body: Json, text: string, toolCalls: readonly Json[], usage: Json): Json {
  const called = toolCalls.length > 0;
  return {
    id: newId('chatcmpl-'),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: responseModel(body.model),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: called ? null : text,
          refusal: null,
          annotations: [],
          ...(called ? { tool_calls: toolCalls } : {}),
        },
        logprobs: null,
        finish_reason: called ? 'tool_calls' : 'stop',
      },
    ],
    usage,
    service_tier: 'default',
  };
}
