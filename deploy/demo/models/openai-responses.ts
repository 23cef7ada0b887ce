import type OpenAI from 'openai';
import { deployError } from '../errors.ts';
import { type Model, type ModelOptions, type ModelTurn, parseToolInput } from './model.ts';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;

/** A model behind OpenAI's responses API; each request carries the whole conversation. */
export function createOpenAiResponsesModel(client: OpenAI, options: ModelOptions): Model {
  const input: OpenAI.Responses.ResponseInputItem[] = [];
  const tools = options.tools.map(({ name, description, parameters }): OpenAI.Responses.FunctionTool => {
    return { type: 'function', name, description, parameters: { ...parameters }, strict: false };
  });

  async function respond(): Promise<ModelTurn> {
    const params: Params = { model: options.model, instructions: options.instructions, input, tools };
    const response = await request(params);
    // The API takes its own output back as input; the library's types differ in details of items that we never get.
    input.push(...(response.output as OpenAI.Responses.ResponseInputItem[]));
    return responseTurn(response);
  }

  function request(params: Params): Promise<OpenAI.Responses.Response> {
    const { signal } = options;
    return options.stream ? readStream(client, params, signal) : client.responses.create(params, { signal });
  }

  return {
    name: options.model,
    provider: 'openai',
    ask: (question) => {
      input.push({ role: 'user', content: question });
      return respond();
    },
    answerTools: (results) => {
      for (const { callId, output } of results) input.push({ type: 'function_call_output', call_id: callId, output });
      return respond();
    },
  };
}

async function readStream(client: OpenAI, params: Params, signal: AbortSignal): Promise<OpenAI.Responses.Response> {
  const stream = await client.responses.create({ ...params, stream: true }, { signal });
  let completed: OpenAI.Responses.Response | undefined;
  for await (const event of stream) {
    if (event.type === 'response.completed') completed = event.response;
  }
  if (completed) return completed;
  throw deployError(
    'SPL_DEMO_STREAM_CUT',
    `The stream of ${params.model} ended before response.completed; run the demo again.`,
  );
}

function responseTurn(response: OpenAI.Responses.Response): ModelTurn {
  const toolCalls = response.output.flatMap((item) => {
    if (item.type !== 'function_call') return [];
    return [{ id: item.call_id, name: item.name, input: parseToolInput(item.arguments) }];
  });
  const usage = response.usage && {
    inputTokens: response.usage.input_tokens,
    outputTokens: response.usage.output_tokens,
  };
  return { text: response.output.map(textOf).join(''), toolCalls, usage };
}

function textOf(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'message') return '';
  return item.content.map((block) => (block.type === 'output_text' ? block.text : '')).join('');
}
