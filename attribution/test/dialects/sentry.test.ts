import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';

const span = (op: string, attributes: Record<string, unknown>) => ({
  ...{ scope: '@sentry/node', kind: 1, attributes: { 'sentry.op': op, 'gen_ai.request.model': 'm', ...attributes } },
});
const USAGE = {
  ...{ 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.output_tokens': 350 },
  ...{ 'gen_ai.usage.input_tokens.cached': 1024, 'gen_ai.usage.output_tokens.reasoning': 256 },
};

describe('Sentry', () => {
  test('its own spellings are read, and its costs in dollars, despite their name', () => {
    const request = span('gen_ai.chat', { ...USAGE, 'gen_ai.cost.total_tokens': 0.0123 });
    assert.deepEqual(countsOf(decodedSpan(request)), { input: 176, cache_read: 1024, output: 94, reasoning: 256 });
    assert.equal(classified(request).call?.reportedCost, 12_300_000_000n);
    assert.equal(classified(request).call?.operation, 'chat');
  });

  test('an agent repeats the sum', () => {
    const agent = classified(span('gen_ai.invoke_agent', { ...USAGE, 'gen_ai.agent.name': 'a' }));
    assert.equal(agent.role, 'agent');
    assert.equal(agent.aggregate.length, 4);
    assert.equal(classified(span('gen_ai.execute_tool', { 'gen_ai.tool.name': 't' })).toolName, 't');
  });

  test('a total that counts cached tokens beside the input proves that they are not in it', () => {
    const anthropic = {
      ...{ 'gen_ai.usage.input_tokens': 3000, 'gen_ai.usage.output_tokens': 120 },
      ...{ 'gen_ai.usage.cache_read_input_tokens': 2000, 'gen_ai.usage.total_tokens': 5120 },
    };
    assert.deepEqual(countsOf(decodedSpan(span('gen_ai.messages', anthropic))), {
      ...{ input: 3000, cache_read: 2000, output: 120 },
    });
  });

  test('the older grouping of operations is known', () => {
    assert.equal(classified(span('default', { 'gen_ai.operation.type': 'ai_client', ...USAGE })).role, 'model_request');
    assert.equal(classified(span('default', { 'gen_ai.operation.type': 'agent', ...USAGE })).role, 'agent');
  });
});
