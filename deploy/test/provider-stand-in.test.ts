import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { RESEARCH_INSTRUCTIONS } from '../demo/handbook.ts';
import { type ProviderStandIn, startProviderStandIn } from '../demo/provider-stand-in.ts';

/** Long enough for both caches. */
const INSTRUCTIONS = RESEARCH_INSTRUCTIONS.repeat(2);
const QUESTION = 'How do I rotate a station key without losing readings?';
const SEARCH_SCHEMA = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] } as const;
const CHAT_TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'search_docs', description: 'Search.', parameters: { ...SEARCH_SCHEMA } },
};
const RESPONSES_TOOL: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'search_docs',
  parameters: { ...SEARCH_SCHEMA },
  strict: false,
};
const MESSAGES_TOOL: Anthropic.Tool = { name: 'search_docs', input_schema: { ...SEARCH_SCHEMA, required: ['query'] } };

describe('the stand-in, asked through the real client libraries', () => {
  let standIn: ProviderStandIn;
  let openAi: OpenAI;
  let anthropic: Anthropic;

  before(async () => {
    standIn = await startProviderStandIn({ latencyScale: 0 });
    openAi = new OpenAI({ apiKey: 'any', baseURL: standIn.openAiUrl });
    anthropic = new Anthropic({ apiKey: 'any', baseURL: standIn.anthropicUrl });
  });
  after(() => standIn.stop());

  describe('chat completions', () => {
    const first = (): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: INSTRUCTIONS },
        { role: 'user', content: QUESTION },
      ],
      tools: [CHAT_TOOL],
    });

    it('calls a tool, then reads the cache when the conversation goes on', async () => {
      const asked = await openAi.chat.completions.create(first());
      const message = asked.choices[0]?.message;
      assert.equal(asked.choices[0]?.finish_reason, 'tool_calls');
      assert.equal(asked.model, 'gpt-5-mini-2025-08-07');
      assert.equal(asked.usage?.prompt_tokens_details?.cached_tokens, 0);
      assert.ok(message?.tool_calls?.[0]);
      const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'a page' } as const;

      const request = first();
      const answered = await openAi.chat.completions.create({
        ...request,
        messages: [...request.messages, message, result],
      });

      const usage = answered.usage;
      assert.ok(usage && asked.usage);
      const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
      assert.ok(cached >= 1024 && cached % 128 === 0 && cached <= asked.usage.prompt_tokens);
      assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
      assert.deepEqual(standIn.calls.at(-1)?.meters, {
        input: usage.prompt_tokens - cached,
        cache_read: cached,
        output: usage.completion_tokens - (usage.completion_tokens_details?.reasoning_tokens ?? 0),
        reasoning: usage.completion_tokens_details?.reasoning_tokens,
      });
    });

    it('streams without a word about usage, unless it is asked for', async () => {
      const chunks = await collect(await openAi.chat.completions.create({ ...first(), stream: true }));
      assert.ok(chunks.length > 2);
      assert.ok(chunks.every((chunk) => !('usage' in chunk)));
    });

    it('streams usage in one more chunk without choices when it is asked for', async () => {
      const plain = await openAi.chat.completions.create(first());
      const asked = { ...first(), stream: true, stream_options: { include_usage: true } } as const;
      const chunks = await collect(await openAi.chat.completions.create(asked));
      const last = chunks.pop();
      assert.deepEqual(last?.choices, []);
      assert.deepEqual(last?.usage, plain.usage);
      assert.ok(chunks.every((chunk) => chunk.usage === null && chunk.choices.length === 1));
    });

    it("gives the library's stream helper the same answer as the plain request", async () => {
      const plain = await openAi.chat.completions.create(first());
      const streamed = await openAi.chat.completions.stream({ ...first(), stream: true }).finalChatCompletion();
      const callOf = (completion: OpenAI.ChatCompletion) => {
        const call = completion.choices[0]?.message.tool_calls?.[0];
        return call?.type === 'function' ? [call.function.name, call.function.arguments] : [];
      };
      assert.deepEqual(callOf(streamed), ['search_docs', '{"query":"rotate station key"}']);
      assert.deepEqual(callOf(streamed), callOf(plain));
      assert.notEqual(streamed.id, plain.id);
    });
  });

  describe('responses', () => {
    const request = {
      model: 'gpt-5',
      instructions: INSTRUCTIONS,
      input: [{ role: 'user', content: QUESTION }],
      tools: [RESPONSES_TOOL],
    } satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming;

    it('reasons, calls a tool, and takes its own output back as input', async () => {
      const asked = await openAi.responses.create(request);
      const call = asked.output.find((item) => item.type === 'function_call');
      assert.ok(call);
      assert.ok((asked.usage?.output_tokens_details.reasoning_tokens ?? 0) > 0);
      const items = asked.output as OpenAI.Responses.ResponseInputItem[];
      const result = { type: 'function_call_output', call_id: call.call_id, output: 'a page' } as const;

      const answered = await openAi.responses.create({ ...request, input: [...request.input, ...items, result] });

      assert.ok((answered.usage?.input_tokens_details.cached_tokens ?? 0) >= 1024);
      assert.ok(
        answered.output.some((item) => item.type === 'function_call'),
        'the script searches twice',
      );
    });

    it('streams numbered events whose last one carries the whole response with usage', async () => {
      const events = await collect(await openAi.responses.create({ ...request, tools: [], stream: true }));
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, index) => index),
      );
      const last = events.at(-1);
      assert.ok(last?.type === 'response.completed');
      assert.equal(
        last.response.usage?.total_tokens,
        (last.response.usage?.input_tokens ?? 0) + (last.response.usage?.output_tokens ?? 0),
      );
      assert.ok(events.every((event) => event.type !== 'response.created' || event.response.usage === undefined));
    });

    it("gives the library's stream helper the same text as the plain request", async () => {
      const plain = await openAi.responses.create({ ...request, tools: [] });
      const streamed = await openAi.responses.stream({ ...request, tools: [] }).finalResponse();
      assert.ok(plain.output_text.startsWith('Rotate in this order'));
      assert.equal(streamed.output_text, plain.output_text);
    });
  });

  it('embeds texts as the library asks for them, with usage', async () => {
    const asked = { model: 'text-embedding-3-small', input: ['late readings', 'winter grease'] };
    const encoded = await openAi.embeddings.create(asked);
    const plain = await openAi.embeddings.create({ ...asked, encoding_format: 'float' });
    assert.deepEqual(encoded.data[1]?.embedding.length, 1536);
    assert.deepEqual(encoded.data, plain.data);
    assert.deepEqual(encoded.usage, { prompt_tokens: 8, total_tokens: 8 });
  });

  describe('messages', () => {
    const request = (): Anthropic.MessageCreateParamsNonStreaming => ({
      model: 'claude-haiku-4-5',
      max_tokens: 500,
      system: [{ type: 'text', text: INSTRUCTIONS, cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION, cache_control: { type: 'ephemeral' } }] }],
      tools: [MESSAGES_TOOL],
    });

    it('writes the cache by lifetime, then reads it when the conversation goes on', async () => {
      const asked = await anthropic.messages.create(request());
      const { usage } = asked;
      assert.equal(asked.stop_reason, 'tool_use');
      assert.ok((usage.cache_creation?.ephemeral_1h_input_tokens ?? 0) > 1000);
      assert.ok((usage.cache_creation?.ephemeral_5m_input_tokens ?? 0) > 0);
      const written = usage.cache_creation_input_tokens ?? 0;
      const call = asked.content.find((block) => block.type === 'tool_use');
      assert.ok(call);
      const result = { type: 'tool_result', tool_use_id: call.id, content: 'a page' } as const;

      const { messages, ...rest } = request();
      const turns: Anthropic.MessageParam[] = [
        { role: 'assistant', content: asked.content },
        { role: 'user', content: [result] },
      ];
      const answered = await anthropic.messages.create({ ...rest, messages: [...messages, ...turns] });

      // The system block alone has a breakpoint that is still in force when no later one is set.
      assert.ok((answered.usage.cache_read_input_tokens ?? 0) <= written + usage.input_tokens);
      assert.ok((answered.usage.cache_read_input_tokens ?? 0) > 1000);
      assert.deepEqual(standIn.calls.at(-1)?.responseId, answered.id);
    });

    it('streams a placeholder first and running totals last', async () => {
      const plain = await anthropic.messages.create({ ...request(), tools: [] });
      const events = await collect(await anthropic.messages.create({ ...request(), tools: [], stream: true }));
      const start = events.find((event) => event.type === 'message_start');
      const delta = events.find((event) => event.type === 'message_delta');
      assert.ok(start && delta);
      assert.ok(start.message.usage.output_tokens < plain.usage.output_tokens);
      assert.deepEqual(start.message.usage.cache_creation, plain.usage.cache_creation);
      assert.equal(delta.usage.output_tokens, plain.usage.output_tokens);
      assert.equal(delta.usage.cache_creation_input_tokens, plain.usage.cache_creation_input_tokens);
    });

    it("gives the library's stream helper the same message as the plain request, web searches included", async () => {
      const searching = {
        ...request(),
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
        messages: [{ role: 'user', content: 'What changed in the conventions?' }],
      } satisfies Anthropic.MessageCreateParamsNonStreaming;
      // The script's first answer calls the sub-agent, so that tool is on offer too.
      const tools = [...searching.tools, { ...MESSAGES_TOOL, name: 'run_subagent' }] satisfies Anthropic.ToolUnion[];
      const plain = await anthropic.messages.create({ ...searching, tools });
      const streamed = await anthropic.messages.stream({ ...searching, tools }).finalMessage();

      const kinds = [
        'server_tool_use',
        'web_search_tool_result',
        'server_tool_use',
        'web_search_tool_result',
        'text',
        'tool_use',
      ];
      assert.deepEqual(
        plain.content.map(({ type }) => type),
        kinds,
      );
      assert.deepEqual(
        streamed.content.map(({ type }) => type),
        kinds,
      );
      assert.equal(plain.usage.server_tool_use?.web_search_requests, 2);
      assert.equal(streamed.usage.server_tool_use?.web_search_requests, 2);
      assert.equal(streamed.usage.input_tokens, plain.usage.input_tokens);
      assert.equal(standIn.calls.at(-1)?.meters.web_search, 2);
    });
  });

  it('answers the same conversation with the same usage and another id', async () => {
    const ask = () =>
      openAi.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: QUESTION }] });
    const [left, right] = [await ask(), await ask()];
    assert.deepEqual(left.usage, right.usage);
    assert.notEqual(left.id, right.id);
  });

  it('keeps the session of each call that says one', async () => {
    const client = openAi.withOptions({ defaultHeaders: { 'x-demo-session': 's-1' } });
    await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'hello' }] });
    assert.equal(standIn.calls.at(-1)?.session, 's-1');
  });
});

describe('the stand-in, when it refuses', () => {
  let standIn: ProviderStandIn;
  before(async () => {
    standIn = await startProviderStandIn({ latencyScale: 0, refuseEvery: 1 });
  });
  after(() => standIn.stop());

  it('is understood by both libraries as a rate limit, with the time to wait, and charges nothing', async () => {
    const openAi = new OpenAI({ apiKey: 'any', baseURL: standIn.openAiUrl, maxRetries: 0 });
    const anthropic = new Anthropic({ apiKey: 'any', baseURL: standIn.anthropicUrl, maxRetries: 0 });
    const messages = [{ role: 'user', content: 'hello' } as const];
    await assert.rejects(openAi.chat.completions.create({ model: 'gpt-5', messages }), (error) => {
      return (
        error instanceof OpenAI.RateLimitError &&
        error.headers.get('retry-after') === '1' &&
        error.code === 'rate_limit_exceeded'
      );
    });
    await assert.rejects(anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 9, messages }), (error) => {
      return error instanceof Anthropic.RateLimitError && error.type === 'rate_limit_error';
    });
    assert.equal(standIn.refusedCount(), 2);
    assert.deepEqual(standIn.calls, []);
  });

  it('answers a missing key with 401, an unknown path with 404 and a broken body with 400', async () => {
    const post = (path: string, body: string) => fetch(`${standIn.openAiUrl}${path}`, { method: 'POST', body });
    assert.equal((await post('/chat/completions', '{}')).status, 401);
    assert.equal((await post('/images', '{}')).status, 404);
    assert.equal((await post('/chat/completions', '{')).status, 400);
  });
});

async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
