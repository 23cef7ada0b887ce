import { responseModel } from '../../../deploy/demo/stand-in/model-names.ts';
import { openAiResponseEvents } from '../../../deploy/demo/stand-in/openai-responses-events.ts';
import { openAiMeters } from '../../../deploy/demo/stand-in/openai-usage.ts';
import type { Answered, ModelRequest } from './answered-call.ts';
import { type Conversation, type Json, textOf } from './conversation.ts';
import { newId } from './new-id.ts';
import { OPENAI_USAGE, type Reply, scriptedReply } from './script.ts';

/** `POST .../responses`; the conversation comes whole in `input`, or goes on after `previous_response_id`. */
export function answerResponse({ body }: ModelRequest): Answered {
  const reply = scriptedReply(readConversation(body));
  const usage = OPENAI_USAGE[reply.turn];
  const output = outputOf(reply);
  const response = responseOf(body, output, usage);
  const call = {
    provider: 'openai',
    api: 'responses',
    requestModel: body.model,
    responseModel: response.model,
    responseId: response.id,
    streamed: body.stream === true,
    usage: openAiMeters(usage),
    toolCalls: output
      .filter(({ type }) => type === 'function_call')
      .map((item): { id: string; name: string } => ({ id: item.call_id, name: item.name })),
  } as const;
  if (!body.stream) return { call, answer: { kind: 'json', body: response } };
  return { call, answer: { kind: 'events', events: openAiResponseEvents(response) } };
}

function readConversation(body: Json): Conversation {
  const items: Json[] = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : (body.input ?? []);
  const choice = body.tool_choice;
  return {
    asked: textOf(items.findLast(({ role }) => role === 'user')?.content),
    answered: items.some(({ type, role }) => type === 'function_call_output' || role === 'assistant'),
    tools: (body.tools ?? []).flatMap((tool: Json) =>
      tool.type === 'function' ? [{ name: tool.name, schema: tool.parameters }] : [],
    ),
    toolChoice: choice?.name ? { name: choice.name } : choice === 'required' ? 'any' : undefined,
    schema: body.text?.format?.schema ?? (body.text?.format?.type === 'json_object' ? {} : undefined),
  };
}

function outputOf(reply: Reply): Json[] {
  const reasoning = reply.turn === 'A' ? [{ type: 'reasoning', id: newId('rs_'), summary: [] }] : [];
  const calls = reply.toolCalls.map(({ name, input }) => ({
    type: 'function_call',
    status: 'completed',
    id: newId('fc_'),
    call_id: newId('call_'),
    name,
    arguments: JSON.stringify(input),
  }));
  if (reply.text === '') return [...reasoning, ...calls];
  const content = [{ type: 'output_text', text: reply.text, annotations: [], logprobs: [] }];
  const message = { type: 'message', id: newId('msg_'), role: 'assistant', status: 'completed', content };
  return [...reasoning, message, ...calls];
}

function responseOf(body: Json, output: readonly Json[], usage: (typeof OPENAI_USAGE)['A']): Json {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: nowSeconds,
    completed_at: nowSeconds,
    status: 'completed',
    model: responseModel(body.model),
    output,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    metadata: body.metadata ?? {},
    previous_response_id: body.previous_response_id ?? null,
    parallel_tool_calls: true,
    temperature: 1,
    top_p: 1,
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    service_tier: 'default',
    usage: {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}
