import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RANK } from '../../src/dialects/rank.ts';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const RAW_ANTHROPIC = {
  ...{ input_tokens: 30, output_tokens: 120, cache_creation_input_tokens: 500, cache_read_input_tokens: 2000 },
  cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 100 },
};
const RAW_COUNTS = { input: 30, cache_read: 2000, cache_write_5m: 400, cache_write_1h: 100, output: 120 };

describe('the Anthropic SDK', () => {
  const scope = 'com.anthropic.sdk.typescript';
  const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10 };

  test('counting tokens is free', () => {
    const { role } = classified({ scope, name: 'anthropic.messages.count_tokens', attributes: chat });
    assert.equal(role, 'other');
  });

  test('compaction is charged in addition', () => {
    const compaction = { 'anthropic.usage.compaction.input_tokens': 50, 'anthropic.usage.compaction.output_tokens': 5 };
    const span = decodedSpan({ scope, name: 'anthropic.messages.create', attributes: { ...chat, ...compaction } });
    assert.deepEqual(countsOf(span), { input: 150, output: 15 });
  });

  test('a request is known though a sampler dropped what the span had at its start', () => {
    const attributes = { 'gen_ai.response.id': 'msg_1', 'gen_ai.usage.input_tokens': 100 };
    assert.equal(classified({ scope, name: 'anthropic.messages.create', attributes }).role, 'model_request');
  });

  test("Anthropic's own side of a request ranks below the SDK's", () => {
    const attributes = { ...chat, 'gen_ai.response.id': 'msg_1' };
    const server = classified({ scope: 'com.anthropic.claude-platform', kind: 2, attributes });
    assert.equal(server.rank, RANK.server);
    assert.ok(server.rank < classified({ scope, attributes }).rank);
  });
});

describe("Vercel's AI SDK", () => {
  const legacy = (attributes: Record<string, unknown>) => ({
    scope: 'ai',
    kind: 1,
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'anthropic.messages',
      ...attributes,
    },
  });

  test('version 5 states the input of Anthropic without cached tokens, version 6 with them', () => {
    const five = decodedSpan(
      legacy({ 'ai.usage.inputTokens': 3000, 'ai.usage.cachedInputTokens': 2000, 'ai.usage.outputTokens': 9 }),
    );
    assert.deepEqual(countsOf(five), { input: 3000, cache_read: 2000, output: 9 });
    const six = decodedSpan(
      legacy({
        'ai.usage.inputTokens': 3000,
        'ai.usage.inputTokenDetails.cacheReadTokens': 2000,
        'ai.usage.outputTokens': 9,
      }),
    );
    assert.deepEqual(countsOf(six), { input: 1000, cache_read: 2000, output: 9 });
  });

  test("version 5's prompt tokens are read", () => {
    const span = decodedSpan(legacy({ 'ai.usage.promptTokens': 12, 'ai.usage.completionTokens': 3 }));
    assert.deepEqual(countsOf(span), { input: 12, output: 3 });
  });

  test("the provider's raw usage is preferred, and knows the lifetimes", () => {
    const metadata = JSON.stringify({
      anthropic: { usage: { ...RAW_ANTHROPIC, server_tool_use: { web_search_requests: 2 } } },
    });
    const span = decodedSpan(legacy({ 'ai.usage.inputTokens': 2530, 'ai.response.providerMetadata': metadata }));
    assert.deepEqual(countsOf(span), { ...RAW_COUNTS, web_search: 2 });
  });

  test('outer spans repeat what the inner ones say', () => {
    const span = classified({
      scope: 'ai',
      kind: 1,
      attributes: { 'ai.operationId': 'ai.streamText', 'ai.usage.inputTokens': 5, 'ai.telemetry.functionId': 'f' },
    });
    assert.equal(span.role, 'agent');
    assert.equal(span.own.agentName, 'f');
    assert.equal(span.aggregate.length, 1);
  });

  test('session and user come from the telemetry metadata', () => {
    const { own } = classified(legacy({ 'ai.telemetry.metadata.sessionId': 's', 'ai.settings.context.userId': 'u' }));
    assert.deepEqual([own.sessionId, own.userId, own.agentName], ['s', 'u', '']);
  });
});

describe('OpenInference', () => {
  const llm = (attributes: Record<string, unknown>, name = 'ChatCompletion') => ({
    scope: 'openinference.instrumentation.langchain',
    kind: 1,
    name,
    attributes: { 'openinference.span.kind': 'LLM', ...attributes },
  });
  const flat = {
    'llm.token_count.prompt': 2530,
    'llm.token_count.completion': 120,
    'llm.token_count.prompt_details.cache_read': 2000,
  };

  test("on Google's agent kit the model's prefix names the provider", () => {
    const providerOf = (model: string) =>
      classified(llm({ ...flat, 'llm.provider': 'google', 'llm.model_name': model })).call?.provider;
    assert.deepEqual(['openai/gpt-5-mini', 'gemini-2.5-flash', 'models/x'].map(providerOf), [
      ...['openai', 'gcp.gemini', 'gcp.gemini'],
    ]);
  });

  test('raw JSON is preferred to flat counts, in whatever wrapping', () => {
    const langChain = {
      generations: [[{ message: { kwargs: { response_metadata: { id: 'msg_1', usage: RAW_ANTHROPIC } } } }]],
    };
    for (const output of [{ id: 'msg_1', model: 'm', usage: RAW_ANTHROPIC }, langChain]) {
      const span = decodedSpan(llm({ ...flat, 'output.value': JSON.stringify(output) }));
      assert.deepEqual(countsOf(span), RAW_COUNTS);
      assert.equal(span.classification.call?.responseId, 'msg_1');
      assert.equal(span.classification.rule, 'openinference.llm.output-value.anthropic');
    }
  });

  test('masked or broken output leaves the flat counts', () => {
    for (const output of [
      '__REDACTED__',
      '{"usage":',
      '[]',
      'null',
      '{}',
      '{"usage":[]}',
      '{"generations":[]}',
      '{"generations":[null]}',
    ]) {
      const span = decodedSpan(llm({ ...flat, 'output.value': output }));
      assert.deepEqual(countsOf(span), { input: 530, cache_read: 2000, output: 120 }, output);
    }
  });

  test('counts of server tools in metadata are taken when the output is masked', () => {
    const metadata = JSON.stringify({ server_tool_use: { web_search_requests: 1 }, session_id: 's', user_id: 7 });
    const span = decodedSpan(llm({ ...flat, metadata }));
    assert.equal(countsOf(span)?.['web_search'], 1);
    assert.deepEqual([span.classification.own.sessionId, span.classification.own.userId], ['s', '7']);
  });

  test("LlamaIndex's spans of kind LLM that send nothing are no requests", () => {
    const { role } = classified(
      llm({ 'llm.model_name': 'm', 'output.value': '{}' }, 'OpenAI._prepare_chat_with_tools'),
    );
    assert.equal(role, 'other');
    assert.equal(classified(llm({ 'llm.model_name': 'm' })).role, 'other');
  });

  test('a stream that was never read to its end is a request without usage', () => {
    const span = {
      ...llm({ 'llm.request.model_name': 'm', 'llm.invocation_parameters': '{"stream": true}' }),
      scope: 'openinference.instrumentation.anthropic',
    };
    assert.deepEqual(classified(span).call?.usage, { status: 'none', reason: 'stream_without_usage' });
  });

  test('a failed request is one', () => {
    const { call } = classified({ ...llm({ 'llm.model_name': 'm' }), status: 2 });
    assert.deepEqual(call?.usage, { status: 'none', reason: 'request_failed' });
  });

  test('agents and chains repeat sums', () => {
    for (const kind of ['AGENT', 'CHAIN']) {
      const span = classified(llm({ ...flat, 'openinference.span.kind': kind }));
      assert.notEqual(span.role, 'model_request');
      assert.equal(span.aggregate.length, 3);
    }
  });

  test("a kind that a processor added does not hide the span's own dialect", () => {
    const span = classified({
      scope: 'pydantic-ai',
      attributes: { 'openinference.span.kind': 'LLM', 'gen_ai.operation.name': 'chat' },
    });
    assert.equal(span.dialect, 'otel-gen-ai@1');
  });

  test("Gemini's thoughts stand beside its output", () => {
    const usage = {
      prompt_token_count: 1200,
      cached_content_token_count: 1024,
      candidates_token_count: 94,
      thoughts_token_count: 256,
    };
    const span = decodedSpan(llm({ 'output.value': JSON.stringify({ response_id: 'g', usage_metadata: usage }) }));
    assert.deepEqual(countsOf(span), { input: 176, cache_read: 1024, output: 94, reasoning: 256 });
  });
});

describe('plain HTTP requests', () => {
  const get = (url: string, more: Record<string, unknown> = {}) => ({
    attributes: { 'http.request.method': 'GET', 'url.full': url, ...more },
  });

  test('a request to a service is one API call', () => {
    const { role, call } = classified(get('https://api.weather.example/v2/now?q=1', { 'url.template': '/v2/now' }));
    assert.equal(role, 'api_call');
    assert.equal(call?.serverAddress, 'api.weather.example');
    assert.equal(call?.operation, 'GET /v2/now');
    assert.deepEqual(call?.usage, {
      status: 'stated',
      meters: [{ meter: 'api_call', quantityNano: 1_000_000_000n }],
      assumed: '',
      source: 'api_call=1 per span',
    });
  });

  test('a request that got no answer is no call, one that was answered with an error is', () => {
    const noAnswer = classified({ ...get('https://a.example/'), status: 2 });
    assert.deepEqual(noAnswer.call?.usage, { status: 'none', reason: 'request_failed' });
    const answered = classified({ ...get('https://a.example/', { 'http.response.status_code': 500 }), status: 2 });
    assert.equal(answered.call?.usage.status, 'stated');
  });

  test('model endpoints are no API calls, on known hosts or by their path', () => {
    const urls = [
      'https://api.openai.com/v1/files',
      'https://my-org.openai.azure.com/openai/deployments/x',
      'http://10.0.0.5:8000/v1/chat/completions',
      'http://localhost:11434/api/generate',
      'https://generativelanguage.googleapis.com/v1beta/models/g:generateContent',
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream',
    ];
    for (const url of urls) assert.equal(classified(get(url)).role, 'other', url);
  });

  test('the server side of a request is none', () => {
    assert.equal(classified({ ...get('https://a.example/'), kind: 2 }).role, 'other');
  });
});

describe('tool calls over MCP', () => {
  test('both sides are tool calls; other methods are not', () => {
    const client = classified({ name: 'MCP send tools/call weather', attributes: { 'mcp.method.name': 'tools/call' } });
    assert.deepEqual([client.role, client.toolName], ['tool_call', 'weather']);
    assert.equal(classified({ attributes: { 'mcp.method.name': 'tools/list' } }).role, 'other');
  });
});

describe('Logfire around OpenAI Agents', () => {
  test('before its version 4 Logfire has the whole response and no usage; an id may be the text null', () => {
    const scope = 'logfire.openai_agents';
    const usage = { input_tokens: 1200, input_tokens_details: { cached_tokens: 1024 }, output_tokens: 350 };
    const attributes = {
      ...{ 'gen_ai.request.model': 'gpt-5-mini', 'gen_ai.usage.input_tokens': 1200, response_id: 'resp_1' },
      response: JSON.stringify({ id: 'resp_1', usage }),
    };
    const span = decodedSpan({ scope, kind: 1, attributes });
    assert.deepEqual(countsOf(span), { input: 176, cache_read: 1024, output: 350 });
    assert.equal(span.classification.call?.responseId, 'resp_1');
    const failed = classified({ scope, kind: 1, attributes: { 'gen_ai.request.model': 'm', response_id: 'null' } });
    assert.equal(failed.call?.responseId, '');
  });
});
