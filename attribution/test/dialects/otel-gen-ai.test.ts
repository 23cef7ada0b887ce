import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const USAGE = { 'gen_ai.usage.input_tokens': 2530, 'gen_ai.usage.output_tokens': 120 };
const CACHES = { 'gen_ai.usage.cache_read.input_tokens': 2000, 'gen_ai.usage.cache_write.input_tokens': 500 };
const EXCLUSIVE_USAGE = { ...USAGE, 'gen_ai.usage.input_tokens': 3000, ...CACHES };

describe("OpenTelemetry's conventions", () => {
  test('new and old spellings of the same usage give the same meters', () => {
    const spellings = [
      { ...USAGE, ...CACHES },
      { ...USAGE, 'gen_ai.usage.cache_read_input_tokens': 2000, 'gen_ai.usage.cache_creation.input_tokens': 500 },
      { ...USAGE, 'gen_ai.usage.details.cache_read_tokens': 2000, 'gen_ai.usage.details.cache_write_tokens': 500 },
      { ...USAGE, 'gen_ai.usage.input_tokens.cached': 2000, 'gen_ai.usage.input_tokens.cache_write': 500 },
      {
        ...{ ...USAGE, 'gen_ai.usage.details.cache_read_input_tokens': 2000 },
        'gen_ai.usage.details.cache_creation_input_tokens': 500,
      },
      { 'gen_ai.usage.prompt_tokens': 2530, 'gen_ai.usage.completion_tokens': 120, ...CACHES },
      { 'llm.usage.prompt_tokens': 2530, 'llm.usage.completion_tokens': 120, ...CACHES },
    ];
    for (const attributes of spellings) {
      const span = decodedSpan({ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } });
      assert.deepEqual(countsOf(span), { input: 30, cache_read: 2000, cache_write: 500, output: 120 });
    }
  });

  test('several spellings of one meter on one span are read once', () => {
    const attributes = {
      ...{ 'gen_ai.operation.name': 'chat', ...USAGE, ...CACHES },
      ...{ 'gen_ai.usage.prompt_tokens': 2530, 'gen_ai.usage.cache_read_input_tokens': 2000 },
    };
    assert.equal(countsOf(decodedSpan({ attributes }))?.['input'], 30);
  });

  test('emitters that state input without cached tokens are known by scope and provider', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['opentelemetry.instrumentation.genai.bedrock', 'aws.bedrock', true],
      ['opentelemetry.instrumentation.botocore.bedrock-runtime', 'aws.bedrock', true],
      ['@traceloop/instrumentation-anthropic', 'anthropic', true],
      ['@openlit/instrumentation-anthropic', 'anthropic', true],
      ['openlit.instrumentation.anthropic', 'anthropic', true],
      ['openlit.instrumentation.openai', 'openai', false],
      ['agent_framework', 'anthropic', true],
      ['agent_framework', 'openai', false],
      ['opentelemetry.instrumentation.anthropic', 'anthropic', false],
      ['opentelemetry.instrumentation.genai.anthropic', 'anthropic', false],
    ];
    for (const [scope, provider, isExclusive] of cases) {
      const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': provider, ...EXCLUSIVE_USAGE };
      assert.equal(
        countsOf(decodedSpan({ scope, attributes }))?.['input'],
        isExclusive ? 3000 : 500,
        `${scope} ${provider}`,
      );
    }
  });

  test("Traceloop's output leaves out Gemini's thoughts, which the total holds", () => {
    const usage = { 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.output_tokens': 94 };
    const countsIn = (scope: string, more: Record<string, number>) =>
      countsOf(decodedSpan({ scope, attributes: { 'gen_ai.operation.name': 'generate_content', ...usage, ...more } }));
    const traceloop = 'opentelemetry.instrumentation.google_generativeai';
    const withThoughts = { input: 1200, output: 94, reasoning: 256 };
    assert.deepEqual(countsIn(traceloop, { 'llm.usage.total_tokens': 1550 }), withThoughts);
    assert.deepEqual(countsIn(traceloop, { 'gen_ai.usage.total_tokens': 1550 }), withThoughts);
    assert.deepEqual(countsIn(traceloop, { 'gen_ai.usage.reasoning_tokens': 256 }), withThoughts);
    assert.deepEqual(countsIn(traceloop, { 'gen_ai.usage.total_tokens': 1294 }), { input: 1200, output: 94 });
    assert.deepEqual(countsIn('test', { 'gen_ai.usage.total_tokens': 1550 }), { input: 1200, output: 94 });
  });

  test('an emitter whose input leaves out cached tokens, and that tells of none, is charged as assumed', () => {
    const assumedOf = (scope: string, more: Record<string, number>) => {
      const { call } = classified({ scope, attributes: { 'gen_ai.operation.name': 'chat', ...USAGE, ...more } });
      return call?.usage.status === 'stated' ? call.usage.assumed : undefined;
    };
    const botocore = 'opentelemetry.instrumentation.botocore.bedrock-runtime';
    assert.equal(assumedOf(botocore, {}), 'cached tokens are not stated');
    assert.equal(assumedOf(botocore, { 'gen_ai.usage.cache_read.input_tokens': 0 }), '');
    assert.equal(assumedOf('test', {}), '');
  });

  test("pydantic-ai's details tell lifetimes of cache writes and searches; a write not for an hour is for five minutes", () => {
    const attributes = {
      ...{ 'gen_ai.operation.name': 'chat', ...USAGE, ...CACHES },
      'gen_ai.usage.details.ephemeral_1h_input_tokens': 100,
      'gen_ai.usage.details.web_search_requests': 1,
    };
    const lifetimes = { input: 30, cache_read: 2000, cache_write_5m: 400, cache_write_1h: 100 };
    assert.deepEqual(countsOf(decodedSpan({ attributes })), { ...lifetimes, output: 120, web_search: 1 });
  });

  test('a span with the id of a tool call and no usage is that call, also without an operation', () => {
    const attributes = { 'gen_ai.tool.name': 'get_weather', 'gen_ai.tool.call.id': 'call_1' };
    const tool = classified({ scope: 'pydantic-ai', name: 'running tool', kind: 1, attributes });
    assert.deepEqual([tool.role, tool.toolName, tool.toolCallId], ['tool_call', 'get_weather', 'call_1']);
  });

  test('a request that failed without usage says so; one that states usage is charged all the same', () => {
    const failed = classified({ status: 2, attributes: { 'gen_ai.operation.name': 'chat' } });
    assert.deepEqual(failed.call?.usage, { status: 'none', reason: 'request_failed' });
    const late = classified({ status: 2, attributes: { 'gen_ai.operation.name': 'chat', ...USAGE } });
    assert.equal(late.call?.usage.status, 'stated');
  });

  test('the reason for missing usage: not stated, a stream without, or zeros', () => {
    const reasonOf = (attributes: Record<string, unknown>) => {
      const usage = classified({ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }).call?.usage;
      return usage?.status === 'none' ? usage.reason : 'stated';
    };
    assert.equal(reasonOf({}), 'usage_not_stated');
    assert.equal(reasonOf({ 'gen_ai.request.stream': true }), 'stream_without_usage');
    assert.equal(reasonOf({ 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0 }), 'zero_usage');
  });

  test('an agent in the process repeats its calls; one at the provider is a call of its own', () => {
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner', ...USAGE };
    const inProcess = classified({ kind: 1, attributes });
    assert.equal(inProcess.role, 'agent');
    assert.equal(inProcess.own.agentName, 'planner');
    assert.equal(inProcess.aggregate.length, 2);
    const client = classified({ kind: 3, attributes });
    assert.equal(client.remoteAgent, false);
    const remote = classified({
      kind: 3,
      attributes: {
        ...attributes,
        'gen_ai.agent.id': 'asst_1',
        'gen_ai.provider.name': 'openai',
        'server.address': 'api.openai.com',
      },
    });
    assert.equal(remote.remoteAgent, true);
    assert.equal(remote.call?.usage.status, 'stated');
  });

  test('the name of the agent around a model request is not the name of an agent that this span is', () => {
    const own = classified({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.agent.name': 'planner' } }).own;
    assert.equal(own.agentName, '');
  });

  test('an emitter that states usage without an operation is charged, and marked as assumed', () => {
    const usage = classified({ attributes: { 'gen_ai.request.model': 'm', ...USAGE } }).call?.usage;
    assert.ok(usage?.status === 'stated');
    assert.equal(usage.assumed, 'unknown operation');
  });

  test('operations that report no usage of their own are not charged for it', () => {
    for (const operation of ['fetch_response', 'retrieval', 'invoke_workflow', 'create_agent', 'search_memory']) {
      const { role } = classified({ kind: 1, attributes: { 'gen_ai.operation.name': operation, ...USAGE } });
      assert.equal(role, 'other', operation);
    }
  });

  test('the served tier beats the requested one, and `auto` is no tier', () => {
    const tierOf = (attributes: Record<string, unknown>) =>
      classified({ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }).call?.serviceTier;
    assert.equal(
      tierOf({ 'openai.request.service_tier': 'flex', 'openai.response.service_tier': 'default' }),
      'default',
    );
    assert.equal(tierOf({ 'openai.request.service_tier': 'flex' }), 'flex');
    assert.equal(tierOf({ 'openai.request.service_tier': 'auto' }), '');
  });

  test('the region is read from the host of a model endpoint, and a URL is cut to its host', () => {
    const callOf = (address: string) =>
      classified({ attributes: { 'gen_ai.operation.name': 'chat', 'server.address': address } }).call;
    assert.equal(callOf('bedrock-runtime.eu-central-1.amazonaws.com')?.region, 'eu-central-1');
    assert.equal(callOf('us-central1-aiplatform.googleapis.com')?.region, 'us-central1');
    assert.equal(callOf('https://user:pw@127.0.0.1:18080/v1/?x=1')?.serverAddress, '127.0.0.1');
    assert.equal(callOf('https://user:pw@127.0.0.1:18080/v1/')?.region, '');
  });
});
