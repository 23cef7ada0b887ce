import type OpenAI from 'openai';
import type { Conversation, PromptPart } from './conversation.ts';
import { responseModel } from './model-names.ts';
import { openAiResponseEvents } from './openai-responses-events.ts';
import { type OpenAiUsage, openAiMeters, openAiUsage } from './openai-usage.ts';
import type { Answered, IdSource } from './provider-call.ts';
import { type Reply, scriptedReply } from './script.ts';
import { countPartTokens } from './tokens.ts';

type ResponsesRequest = OpenAI.Responses.ResponseCreateParams;
type Item = OpenAI.Responses.ResponseInputItem;
type OutputItem = OpenAI.Responses.ResponseOutputItem;

/** `POST /v1/responses`, plain or streamed; the caller sends the whole conversation as `input`. */
export function answerResponse(request: ResponsesRequest, newId: IdSource): Answered {
  const conversation = readConversation(request);
  const reply = scriptedReply(conversation);
  const usage = openAiUsage(conversation, reply);
  const response = responseOf(request, outputItems(reply, usage, newId), usage, newId);
  const call = {
    provider: 'openai',
    api: 'responses',
    requestModel: conversation.model,
    responseModel: response.model,
    responseId: response.id,
    streamed: request.stream === true,
    meters: openAiMeters(usage),
  } as const;
  if (!request.stream) return { call, answer: { kind: 'json', body: response } };
  return { call, answer: { kind: 'events', events: openAiResponseEvents(response) } };
}

function readConversation(request: ResponsesRequest): Conversation {
  const tools = request.tools ?? [];
  const setup = [...(tools.length === 0 ? [] : [tools]), ...(request.instructions ? [request.instructions] : [])];
  const input = typeof request.input === 'string' ? [{ role: 'user', content: request.input } as const] : request.input;
  return {
    model: request.model ?? '',
    parts: [...setup.map((content) => part('setup', content)), ...(input ?? []).map(readItem)],
    toolNames: new Set(tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : []))),
    webSearchOffered: false,
  };
}

function readItem(item: Item): PromptPart {
  if (item.type === 'function_call_output') return part('tool', item.output);
  if (item.type === 'function_call') return part('answer', item.arguments);
  if (!('role' in item) || !('content' in item)) return part('answer', item);
  if (item.role === 'user') return part('user', item.content);
  return part(item.role === 'assistant' ? 'answer' : 'setup', item.content);
}

function part(from: PromptPart['from'], content: unknown): PromptPart {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { from, text, tokens: countPartTokens(text) };
}

function outputItems(reply: Reply, usage: OpenAiUsage, newId: IdSource): OutputItem[] {
  const reasoning: OutputItem[] =
    usage.reasoningTokens === 0 ? [] : [{ type: 'reasoning', id: newId('rs_'), summary: [] }];
  const calls = reply.toolCalls.map((call): OutputItem => {
    const base = { type: 'function_call', status: 'completed', id: newId('fc_'), call_id: newId('call_') } as const;
    return { ...base, name: call.name, arguments: JSON.stringify(call.input) };
  });
  if (reply.text === '') return [...reasoning, ...calls];
  const content = [{ type: 'output_text', text: reply.text, annotations: [], logprobs: [] } as const];
  const message: OutputItem = {
    type: 'message',
    id: newId('msg_'),
    role: 'assistant',
    status: 'completed',
    content: content.map((block) => ({ ...block, annotations: [], logprobs: [] })),
  };
  return [...reasoning, message, ...calls];
}

type WireResponse = Omit<OpenAI.Responses.Response, 'output_text'>;

function responseOf(
  request: ResponsesRequest,
  output: OutputItem[],
  usage: OpenAiUsage,
  newId: IdSource,
): WireResponse {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: nowSeconds,
    completed_at: nowSeconds,
    status: 'completed',
    model: responseModel(request.model ?? ''),
    output,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    metadata: request.metadata ?? null,
    parallel_tool_calls: true,
    temperature: 1,
    top_p: 1,
    tool_choice: 'auto',
    tools: request.tools ?? [],
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
