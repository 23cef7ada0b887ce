import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified } from '../support/classified.ts';

const chat = (scope: string, provider: string, attributes: Record<string, unknown>) => {
  const base = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': provider, 'gen_ai.request.model': 'm' };
  const usage = { 'gen_ai.usage.input_tokens': 4, 'gen_ai.usage.output_tokens': 6, 'gen_ai.usage.cost': 0 };
  return classified({ scope, attributes: { ...base, ...usage, ...attributes } });
};
const assumedOf = (span: ReturnType<typeof chat>) =>
  span.call?.usage.status === 'stated' ? span.call.usage.assumed : 'none';

describe('openlit', () => {
  test("tokens of a stream without the provider's usage are an estimate", () => {
    const span = chat('openlit.instrumentation.openai', 'openai', { 'gen_ai.request.stream': true });
    assert.match(assumedOf(span), /estimate/);
    assert.equal(span.rule, 'openlit.request.estimate');
    const js = chat('@openlit/instrumentation-openai', 'openai', { 'gen_ai.request.is_stream': true });
    assert.match(assumedOf(js), /estimate/);
  });

  test('with the count of cached tokens, or without a stream, they are what the provider stated', () => {
    const cached = { 'gen_ai.request.stream': true, 'gen_ai.usage.cache_read.input_tokens': 0 };
    assert.equal(assumedOf(chat('openlit.instrumentation.openai', 'openai', cached)), '');
    assert.equal(assumedOf(chat('openlit.instrumentation.openai', 'openai', {})), '');
  });

  test('a cost of 0 is unknown', () => {
    assert.equal(chat('openlit.instrumentation.openai', 'openai', {}).call?.reportedCost, undefined);
  });
});
