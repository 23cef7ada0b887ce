import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const request = (scope: string, attributes: Record<string, unknown>, operation = 'chat') => ({
  ...{ scope, attributes: { 'gen_ai.operation.name': operation, 'gen_ai.request.model': 'm', ...attributes } },
});
const assumedOf = (span: Parameters<typeof classified>[0]) => {
  const usage = classified(span).call?.usage;
  return usage?.status === 'stated' ? usage.assumed : 'none';
};

describe('Traceloop', () => {
  test("CrewAI's call of a model states nothing, and its agents their roles", () => {
    const scope = 'opentelemetry.instrumentation.crewai.instrumentation';
    const call = classified({ scope, name: 'openai/gpt-5-mini.llm', attributes: { 'gen_ai.request.model': 'm' } });
    assert.deepEqual(call.call?.usage, { status: 'none', reason: 'usage_not_stated' });
    const role = { 'traceloop.span.kind': 'agent', 'crewai.agent.role': 'planner' };
    assert.equal(classified({ scope, name: 'planner.agent', attributes: role }).own.agentName, 'planner');
  });

  test("Google's thoughts are what the total holds beside input and output", () => {
    const usage = { 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.output_tokens': 94 };
    const python = request('opentelemetry.instrumentation.google_generativeai', {
      ...{ ...usage, 'gen_ai.usage.total_tokens': 1550, 'gen_ai.usage.cache_read.input_tokens': 1024 },
    });
    const counts = { input: 176, cache_read: 1024, output: 94, reasoning: 256 };
    assert.deepEqual(countsOf(decodedSpan(python)), counts);
    const js = request('@traceloop/instrumentation-google-generativeai', {
      ...{ ...usage, 'gen_ai.usage.total_tokens': 1550, 'gen_ai.usage.cache_read.input_tokens': 1024 },
      'gen_ai.usage.reasoning_tokens': 256,
    });
    assert.deepEqual(countsOf(decodedSpan(js)), counts);
  });

  test('reasoning within the output, by a total that says so, is not added', () => {
    const span = request('@traceloop/instrumentation-google-generativeai', {
      ...{ 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 50, 'gen_ai.usage.total_tokens': 150 },
      'gen_ai.usage.reasoning_tokens': 20,
    });
    assert.deepEqual(countsOf(decodedSpan(span)), { input: 100, output: 30, reasoning: 20 });
  });

  test("Cohere's search units stand in the total, and are no tokens", () => {
    const span = request('@traceloop/instrumentation-cohere', { 'llm.usage.total_tokens': 3 }, 'rerank');
    assert.deepEqual(countsOf(decodedSpan(span)), { rerank_unit: 3 });
    assert.equal(classified(span).rule, 'traceloop.request.search-units');
  });

  test('tokens of images are computed, so assumed', () => {
    const usage = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 1056 };
    assert.match(assumedOf(request('@traceloop/instrumentation-openai', usage, 'image_generation')), /computes/);
  });

  test("the output of Anthropic's streams in Python holds a placeholder, so is assumed", () => {
    const usage = { 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 123 };
    const scope = 'opentelemetry.instrumentation.anthropic';
    assert.match(assumedOf(request(scope, { ...usage, 'gen_ai.is_streaming': true })), /placeholder/);
    assert.equal(assumedOf(request(scope, usage)), '');
  });

  test("the crew's sums, text or not, are no request", () => {
    const attributes = {
      ...{ 'traceloop.span.kind': 'workflow', 'crewai.crew.token_usage': 'total_tokens=3190 prompt_tokens=2800' },
      ...{ 'gen_ai.system': 'crewai' },
    };
    const scope = 'opentelemetry.instrumentation.crewai.instrumentation';
    assert.equal(classified({ scope, kind: 1, name: 'crewai.workflow', attributes }).role, 'other');
  });

  test("OpenTelemetry's own instrumentations are not taken for Traceloop's", () => {
    for (const scope of ['openai_v2', 'google_genai', 'genai.openai', 'botocore.bedrock-runtime']) {
      const { dialect } = classified(request(`opentelemetry.instrumentation.${scope}`, {}));
      assert.equal(dialect, 'otel-gen-ai@1', scope);
    }
  });
});
