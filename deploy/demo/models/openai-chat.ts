import type OpenAI from 'openai';
import type { Tool } from '../tools/tool.ts';
import { type Model, type ModelOptions, type ModelTurn, parseToolInput, type TokenTotals } from './model.ts';

type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Params = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

/** A model behind OpenAI's chat completions API. Streams are asked for without usage, as many programs do. */
export function createOpenAiChatModel(client: OpenAI, options: ModelOptions): Model {
  const messages: Message[] = [{ role: 'system', content: options.instructions }];

  async function respond(): Promise<ModelTurn> {
    const params: Params = { model: options.model, messages, ...toolParams(options.tools) };
    if (options.stream) return keep(await readStream(client, params, options.signal));
    const completion = await client.chat.completions.create(params, { signal: options.signal });
    return keep(completionTurn(completion));
  }

  function keep(turn: ModelTurn): ModelTurn {
    const toolCalls = turn.toolCalls.map((call) => ({
      id: call.id,
      type: 'function' as const,
      function: { name: call.name, arguments: JSON.stringify(call.input) },
    }));
    messages.push({
      role: 'assistant',
      content: turn.text === '' ? null : turn.text,
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    });
    return turn;
  }

  return {
    name: options.model,
    provider: 'openai',
    ask: (question) => {
      messages.push({ role: 'user', content: question });
      return respond();
    },
    answerTools: (results) => {
      for (const { callId, output } of results) messages.push({ role: 'tool', tool_call_id: callId, content: output });
      return respond();
    },
  };
}

function toolParams(tools: readonly Tool[]): Pick<Params, 'tools'> {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => {
      return { type: 'function', function: { name, description, parameters: { ...parameters } } };
    }),
  };
}

function completionTurn(completion: Completion): ModelTurn {
  const message = completion.choices[0]?.message;
  const toolCalls = (message?.tool_calls ?? []).flatMap((call) => {
    if (call.type !== 'function') return [];
    return [{ id: call.id, name: call.function.name, input: parseToolInput(call.function.arguments) }];
  });
  return { text: message?.content ?? '', toolCalls, usage: totalsOf(completion.usage) };
}

/** Reads text only: the demo streams chats that call no tools. */
async function readStream(client: OpenAI, params: Params, signal: AbortSignal): Promise<ModelTurn> {
  const stream = await client.chat.completions.create({ ...params, stream: true }, { signal });
  let text = '';
  let usage: TokenTotals | undefined;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = totalsOf(chunk.usage) ?? usage;
  }
  return { text, toolCalls: [], usage };
}

function totalsOf(usage: OpenAI.CompletionUsage | null | undefined): TokenTotals | undefined {
  return usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : undefined;
}
