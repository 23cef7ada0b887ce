import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const span = (type: string, attributes: Record<string, unknown> = {}) => ({
  ...{ scope: '@mastra/otel-exporter', kind: 1, attributes: { 'mastra.span.type': type, ...attributes } },
});

describe('Mastra', () => {
  test('a generation is the request, its steps are steps', () => {
    const usage = {
      ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 1200 },
      ...{ 'gen_ai.usage.output_tokens': 350, 'gen_ai.usage.cached_input_tokens': 1024 },
      'gen_ai.usage.reasoning_tokens': 256,
    };
    const generation = decodedSpan(span('model_generation', usage));
    assert.deepEqual(countsOf(generation), { input: 176, cache_read: 1024, output: 94, reasoning: 256 });
    assert.equal(classified(span('model_step', { 'gen_ai.operation.name': 'model_step' })).role, 'step');
    assert.equal(classified(span('model_chunk')).role, 'other');
  });

  test('agents and tools of every kind are known', () => {
    assert.equal(classified(span('agent_run', { 'gen_ai.agent.name': 'a' })).own.agentName, 'a');
    for (const type of ['tool_call', 'mcp_tool_call', 'provider_tool_call']) {
      assert.equal(classified(span(type, { 'gen_ai.tool.name': 't' })).role, 'tool_call', type);
    }
  });
});
