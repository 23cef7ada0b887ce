import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DecodedSpan } from '../../src/facts.ts';
import { classified, decodedSpan } from '../support/classified.ts';
import { countsOf } from '../support/fixtures.ts';
import { chargedIds, made, rowsOf, spanId, TRACE, traceOf } from '../support/made-spans.ts';

describe('an emitter that nobody knows', () => {
  test('token counts under any of the usual names are charged, as assumed, with the names in the reason', () => {
    const spellings: readonly (readonly [string, string])[] = [
      ['usage.prompt_tokens', 'usage.completion_tokens'],
      ['prompt_tokens', 'completion_tokens'],
      ['input_tokens', 'output_tokens'],
      ['llm.token_count.prompt', 'llm.token_count.completion'],
      ['inputTokens', 'outputTokens'],
      ['tokens.input', 'tokens.output'],
    ];
    for (const [input, output] of spellings) {
      const span = decodedSpan({ name: 'POST', attributes: { model: 'gpt-5-mini', [input]: 12, [output]: 3 } });
      assert.deepEqual(countsOf(span), { input: 12, output: 3 });
      const { call, dialect } = span.classification;
      assert.equal(dialect, 'unknown-emitter@1');
      assert.equal(call?.requestModel, 'gpt-5-mini');
      const assumed = call?.usage.status === 'stated' ? call.usage.assumed : '';
      assert.ok(assumed.includes(`input=${input}; output=${output}`), assumed);
    }
  });

  test("a provider's usage object as JSON is read by its fields", () => {
    const usage = { input_tokens: 30, output_tokens: 9, cache_read_input_tokens: 2000 };
    for (const key of ['usage', 'llm.usage', 'response.usage', 'token_usage']) {
      const span = decodedSpan({ name: 'POST', attributes: { [key]: JSON.stringify(usage), model: 'm' } });
      assert.deepEqual(countsOf(span), { input: 30, cache_read: 2000, output: 9 }, key);
      assert.equal(span.classification.rule, 'unknown-emitter.json');
    }
    const wrapped = JSON.stringify({ type: 'json', value: { prompt_tokens: 5, completion_tokens: 2 } });
    const langWatch = decodedSpan({ attributes: { 'langwatch.span.type': 'llm', 'langwatch.metrics': wrapped } });
    assert.deepEqual(countsOf(langWatch), { input: 5, output: 2 });
  });

  test('what is named like something that makes several requests is a sum', () => {
    for (const name of ['run_agent', 'my-workflow', 'Crew kickoff', 'agent.session', 'total', 'graph step 3']) {
      const span = classified({ name, attributes: { prompt_tokens: 12, model: 'm' } });
      assert.equal(span.role, 'other', name);
      assert.equal(span.aggregate.length, 1, name);
    }
    assert.equal(classified({ name: 'running', attributes: { prompt_tokens: 1 } }).role, 'model_request');
  });

  test('names that are close, or JSON that is none, are nothing', () => {
    for (const attributes of [{ 'usage.count': 3 }, { usage: '{"cpu": 3}' }, { usage: 'high' }, { tokens: 4 }]) {
      assert.equal(classified({ attributes }).dialect, 'plain@1');
    }
  });

  test('a plain HTTP request that somebody put token counts on is a model request', () => {
    const http = { 'http.request.method': 'POST', 'url.full': 'https://api.openai.com/v1/chat/completions' };
    const span = classified({ name: 'POST', attributes: { ...http, 'usage.prompt_tokens': 12, model: 'gpt-5-mini' } });
    assert.deepEqual([span.dialect, span.role], ['unknown-emitter@1', 'model_request']);
    assert.equal(classified({ name: 'POST', attributes: http }).dialect, 'http-client@1');
  });

  test('with a model request beneath it, at any depth, it is a sum and not charged', () => {
    const unknown = placed(decodedSpan({ name: 'handle', attributes: { prompt_tokens: 20, model: 'gpt-4o-mini' } }), 1);
    const agent = made({ id: 2, parent: 1, role: 'agent', start: 10, end: 900 });
    const request = made({ id: 3, parent: 2, tokens: { input: 12 }, start: 20, end: 800 });
    assert.deepEqual(chargedIds(rowsOf(traceOf([unknown, agent, request]))), [3]);
    assert.deepEqual(chargedIds(rowsOf(traceOf([unknown, agent]))), [1]);
  });
});

function placed(span: DecodedSpan, id: number): DecodedSpan {
  return { ...span, identity: { ...span.identity, traceId: TRACE, spanId: spanId(id), parentSpanId: '' } };
}
