import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readProviderResponse } from '../../../src/dialects/provider-usage/provider-response.ts';
import { usageOf } from '../../../src/dialects/usage.ts';

const ORIGIN = { field: 'origin', text: 'raw' } as const;

describe("providers' whole responses", () => {
  test("OpenAI's searches and containers are counted out of the response", () => {
    const usage = { input_tokens: 10, output_tokens: 2 };
    const output = [
      { type: 'web_search_call', action: { type: 'search', query: 'q' } },
      { type: 'web_search_call', action: { type: 'open_page', url: 'u' } },
      { type: 'file_search_call' },
      { type: 'code_interpreter_call', container_id: 'c1' },
      { type: 'code_interpreter_call', container_id: 'c1' },
      { type: 'message' },
    ];
    assert.deepEqual(countsOf({ id: 'resp_1', usage, output }), {
      ...{ input: 10, output: 2, web_search: 1, file_search: 1, code_execution: 1 },
    });
    const stated = { id: 'resp_1', usage, output, tool_usage: { web_search: { num_requests: 3 } } };
    assert.equal(countsOf(stated)['web_search'], 3);
  });

  test("OpenAI's image tool is another model, whose tokens stand apart", () => {
    const usage = { input_tokens: 10, output_tokens: 2 };
    const tool_usage = {
      image_gen: { input_tokens: 50, output_tokens: 1056, input_tokens_details: { image_tokens: 40 } },
    };
    const partsOf = (response: object) =>
      metersOf({ id: 'resp_1', usage, tool_usage, ...response }).map(({ meter, model }) => `${meter} ${model ?? ''}`);
    const own = ['input ', 'output '];
    const named = { tools: [{ type: 'image_generation', model: 'gpt-image-1-mini' }] };
    const parts = ['input', 'image_input', 'image_output'];
    assert.deepEqual(partsOf(named), [...own, ...parts.map((meter) => `${meter} gpt-image-1-mini`)]);
    assert.deepEqual(partsOf({}), [...own, ...parts.map((meter) => `${meter} gpt-image-1`)]);
  });

  test('Gemini before version 3 bills a grounded prompt once, later ones each search', () => {
    const grounded = (modelVersion: string) => ({
      ...{ responseId: 'g', modelVersion, usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2 } },
      candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b', 'a', ''] } }],
    });
    assert.equal(countsOf(grounded('gemini-2.5-flash'))['web_search'], 1);
    assert.equal(countsOf(grounded('gemini-3-pro'))['web_search'], 2);
  });

  test('tiers stand beside the usage', () => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    const tierOf = (response: object) => readProviderResponse({ usage, ...response }, ORIGIN)?.serviceTier;
    assert.equal(tierOf({ serviceTier: { type: 'flex' } }), 'flex');
    assert.equal(
      tierOf({ serviceTier: { type: 'default' }, performanceConfig: { latency: 'optimized' } }),
      'optimized',
    );
    assert.equal(tierOf({ performanceConfig: { latency: 'standard' } }), '');
    assert.equal(tierOf({ service_tier: 'priority' }), 'priority');
  });

  test('whatever the JSON, reading ends, and no quantity is negative', () => {
    const names = [
      ...['usage', 'usageMetadata', 'prompt_tokens', 'completion_tokens', 'input_tokens', 'output_tokens'],
      ...['prompt_tokens_details', 'cached_tokens', 'cache_creation', 'iterations', 'type', 'cost', 'is_byok'],
      ...['promptTokenCount', 'promptTokensDetails', 'modality', 'tokenCount', 'cacheDetails', 'inputTokens', 'ttl'],
      ...['billed_units', 'search_units', 'generations', 'message', 'output', 'candidates', 'groundingMetadata'],
      ...['webSearchQueries', 'tool_usage', 'web_search', 'seconds', 'results', 'meta', 'service_tier', 'speed'],
    ];
    const leaf = fc.oneof(
      fc.constantFrom<unknown>(null, true, 'compaction', 'AUDIO', '5m', '7', '', -1, 1.5, 1e300, Number.NaN),
      fc.nat(),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const usage = readProviderResponse(value, ORIGIN)?.usage;
        if (usage === undefined) return;
        const stated = usageOf(usage.totals, usage.shape, '');
        for (const { quantityNano } of stated.status === 'stated' ? stated.meters : []) assert.ok(quantityNano > 0n);
      }),
      { numRuns: 2000 },
    );
  });

  test('an object that stands in place of a count, with methods of its own, is no count', () => {
    const hostile = JSON.parse('{"toString": 1, "valueOf": 1}');
    const details = [{ modality: 'AUDIO', tokenCount: hostile }];
    assert.deepEqual(countsOf({ usageMetadata: { promptTokenCount: 9, promptTokensDetails: details } }), { input: 9 });
    const cacheDetails = [{ ttl: '5m', inputTokens: hostile }];
    assert.deepEqual(countsOf({ usage: { inputTokens: 9, outputTokens: 1, cacheDetails } }), { input: 9, output: 1 });
  });

  test("Cohere's first version and Bedrock's bodies are read without a usage field", () => {
    assert.deepEqual(countsOf({ meta: { billed_units: { search_units: 2 } } }), { rerank_unit: 2 });
    assert.deepEqual(countsOf({ prompt_token_count: 4, generation_token_count: 2 }), { input: 4, output: 2 });
    const metrics = { inputTokenCount: 5, outputTokenCount: 6 };
    assert.deepEqual(countsOf({ 'amazon-bedrock-invocationMetrics': metrics }), { input: 5, output: 6 });
  });
});

function countsOf(response: object): Record<string, number> {
  const meters = metersOf(response);
  return Object.fromEntries(meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]));
}

function metersOf(response: object) {
  const usage = readProviderResponse(response, ORIGIN)?.usage;
  assert.ok(usage !== undefined);
  const stated = usageOf(usage.totals, usage.shape, '');
  return stated.status === 'stated' ? stated.meters : [];
}
