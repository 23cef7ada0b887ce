import { anthropicEvents } from '../../../deploy/demo/stand-in/anthropic-events.ts';
import { anthropicMeters, anthropicUsageJson } from '../../../deploy/demo/stand-in/anthropic-usage.ts';
import { responseModel } from '../../../deploy/demo/stand-in/model-names.ts';
import type { Answered, ModelRequest } from './answered-call.ts';
import { type Conversation, type Json, textOf } from './conversation.ts';
import { newId } from './new-id.ts';
import { ANTHROPIC_USAGE, scriptedReply } from './script.ts';

/** `POST .../messages`, plain or streamed. */
export function answerMessages({ body }: ModelRequest): Answered {
  const { call, message, events } = messageFor(body, body.model);
  const answered = { ...call, provider: 'anthropic', api: 'messages', streamed: body.stream === true } as const;
  if (!body.stream) return { call: answered, answer: { kind: 'json', body: message } };
  return { call: answered, answer: { kind: 'events', events: events() } };
}

/** A message in Anthropic's shape, whoever hosts the model. */
export function messageFor(body: Json, model: string) {
  const reply = scriptedReply(readConversation(body));
  const usage = ANTHROPIC_USAGE[reply.turn];
  const calls = reply.toolCalls.map(({ name, input }) => ({ type: 'tool_use', id: newId('toolu_'), name, input }));
  const text = reply.text === '' ? [] : [{ type: 'text', text: reply.text }];
  const message: Json = {
    id: newId('msg_'),
    type: 'message',
    role: 'assistant',
    model: responseModel(model),
    content: [...text, ...calls],
    container: null,
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: anthropicUsageJson(usage),
  };
  const call = {
    requestModel: model,
    responseModel: message.model as string,
    responseId: message.id as string,
    usage: anthropicMeters(usage),
    toolCalls: calls.map(({ id, name }) => ({ id, name })),
  };
  return { call, message, events: () => anthropicEvents(message, usage) };
}

function readConversation(body: Json): Conversation {
  const messages: Json[] = body.messages ?? [];
  const choice = body.tool_choice;
  const asked = messages.findLast(({ role, content }) => role === 'user' && textOf(content) !== '');
  return {
    asked: textOf(asked?.content),
    answered: messages.some(({ role }) => role === 'assistant'),
    tools: (body.tools ?? []).flatMap((tool: Json) =>
      tool.input_schema ? [{ name: tool.name, schema: tool.input_schema }] : [],
    ),
    toolChoice: choice?.type === 'tool' ? { name: choice.name } : choice?.type === 'any' ? 'any' : undefined,
    schema: body.output_config?.format?.schema ?? body.output_format?.schema,
  };
}
