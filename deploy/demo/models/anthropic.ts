import type Anthropic from '@anthropic-ai/sdk';
import type { Tool } from '../tools/tool.ts';
import type { Model, ModelOptions, ModelTurn } from './model.ts';

const MAX_OUTPUT_TOKENS = 2000;

const WEB_SEARCH: Anthropic.WebSearchTool20250305 = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 };

/**
 * A model behind Anthropic's messages API with prompt caching: tools and instructions are kept for an hour, the
 * conversation so far for five minutes.
 */
export function createAnthropicModel(
  client: Anthropic,
  options: ModelOptions & { readonly webSearch: boolean },
): Model {
  const messages: Anthropic.MessageParam[] = [];
  const tools = [...options.tools.map(toolParam), ...(options.webSearch ? [WEB_SEARCH] : [])];
  const system: Anthropic.TextBlockParam[] = [
    { type: 'text', text: options.instructions, cache_control: { type: 'ephemeral', ttl: '1h' } },
  ];

  async function respond(content: readonly Content[]): Promise<ModelTurn> {
    const request = { model: options.model, max_tokens: MAX_OUTPUT_TOKENS, system, tools };
    const asked = [...messages, { role: 'user', content: withBreakpoint(content) } as const];
    const message = await send({ ...request, messages: asked });
    messages.push({ role: 'user', content: [...content] }, { role: 'assistant', content: message.content });
    return messageTurn(message);
  }

  function send(params: Anthropic.MessageCreateParamsNonStreaming): Promise<Anthropic.Message> {
    const { signal } = options;
    if (!options.stream) return client.messages.create(params, { signal });
    return client.messages.stream(params, { signal }).finalMessage();
  }

  return {
    name: options.model,
    provider: 'anthropic',
    ask: (question) => respond([{ type: 'text', text: question }]),
    answerTools: (results) => {
      return respond(
        results.map(({ callId, output }) => ({ type: 'tool_result', tool_use_id: callId, content: output })),
      );
    },
  };
}

type Content = Anthropic.TextBlockParam | Anthropic.ToolResultBlockParam;

/** Marks the end of what the cache may keep; only the newest message has the mark. */
function withBreakpoint(content: readonly Content[]): Content[] {
  return content.map((block, index) => {
    return index === content.length - 1 ? { ...block, cache_control: { type: 'ephemeral' } } : block;
  });
}

function toolParam({ name, description, parameters }: Tool): Anthropic.Tool {
  return { name, description, input_schema: { ...parameters, required: [...parameters.required] } };
}

function messageTurn(message: Anthropic.Message): ModelTurn {
  const { usage } = message;
  const cachedTokens = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return {
    text: message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
    toolCalls: message.content.flatMap((block) => {
      if (block.type !== 'tool_use') return [];
      return [{ id: block.id, name: block.name, input: block.input as Readonly<Record<string, string>> }];
    }),
    usage: { inputTokens: usage.input_tokens + cachedTokens, outputTokens: usage.output_tokens },
  };
}
