import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meter } from '@spanledger/schemas';
import { createRater } from '../../src/rating/rater.ts';
import { book, call, costs, decision, firstLine, rater, tokens } from './calls.ts';

const USD = 1_000_000_000_000n;

test('a call of gpt-5-mini costs what its price page says', () => {
  // given 200 fresh tokens at 0.25 USD, 1,000 cached at 0.025, 150 out at 2 and 50 of reasoning at 2, per million
  const meters = tokens({ input: 200, cache_read: 1000, output: 150, reasoning: 50 });
  const { pricedModel, lines } = rater.rate(call('openai', 'gpt-5-mini', { meters }));
  assert.equal(pricedModel, 'gpt-5-mini');
  assert.deepEqual(
    lines.map((line) => [line.meter, line.listCost, line.price.priceId, line.price.status, line.price.reason]),
    [
      ['input', 50_000_000n, 'openai/gpt-5-mini/input', 'priced', ''],
      ['cache_read', 25_000_000n, 'openai/gpt-5-mini/cache_read', 'priced', ''],
      ['output', 300_000_000n, 'openai/gpt-5-mini/output', 'priced', ''],
      ['reasoning', 100_000_000n, 'openai/gpt-5-mini/output', 'priced', ''],
    ],
  );
  assert.deepEqual(
    [
      lines[0]?.price.pricingUnit,
      lines[0]?.price.pricingUnitSize,
      lines[0]?.price.listUnitPrice,
      lines[0]?.quantityNano,
    ],
    ['1M tokens', 1_000_000, USD / 4n, 200_000_000_000n],
  );
});

test('Claude cache writes cost by lifetime, searches by the thousand', () => {
  const meters = tokens({ input: 100, cache_read: 10_000, cache_write_5m: 1000, cache_write_1h: 500, web_search: 3 });
  assert.deepEqual(costs(call('anthropic', 'claude-sonnet-4-5', { meters })), {
    input: 300_000_000n,
    cache_read: 3_000_000_000n,
    cache_write_5m: 3_750_000_000n,
    cache_write_1h: 3_000_000_000n,
    web_search: (3n * 10n * USD) / 1000n,
  });
});

test('a cache write of unknown lifetime takes the default lifetime’s price, assumed', () => {
  const request = call('anthropic', 'claude-sonnet-4-5', { meters: tokens({ cache_write: 1000 }) });
  assert.equal(firstLine(request).listCost, 3_750_000_000n);
  assert.equal(decision(request), 'assumed | cache_lifetime_unknown | anthropic/claude-sonnet-4-5/cache_write_5m');
});

test('the whole call takes the tier’s prices once all its input together exceeds the threshold', () => {
  const cost = (input: number, cached: number) =>
    costs(
      call('anthropic', 'claude-sonnet-4-5', {
        meters: tokens({ input, cache_read: cached, output: 1_000_000, web_search: 1 }),
      }),
    );
  const base = { input: 300_000n * 1_000_000n, cache_read: 30_000_000_000n, output: 15n * USD };
  assert.deepEqual(cost(100_000, 99_999), { ...base, cache_read: 29_999_700_000n, web_search: USD / 100n });
  assert.deepEqual(cost(100_000, 100_000), { ...base, web_search: USD / 100n });
  assert.deepEqual(cost(100_000, 100_001), {
    input: 600_000_000_000n,
    cache_read: 60_000_600_000n,
    output: (45n * USD) / 2n,
    web_search: USD / 100n,
  });
});

test('the highest tier that is exceeded applies', () => {
  const priceAt = (input: number) =>
    firstLine(call('openrouter', 'qwen/qwen3-coder-flash', { meters: tokens({ input }) })).price.priceId;
  assert.equal(priceAt(32_000), 'openrouter/qwen/qwen3-coder-flash/input@2026-10-19');
  assert.equal(priceAt(32_001), 'openrouter/qwen/qwen3-coder-flash/input@2026-10-19>32000');
  assert.equal(priceAt(128_001), 'openrouter/qwen/qwen3-coder-flash/input@2026-10-19>128000');
});

test('half a picodollar is rounded to even, once per line', () => {
  // given a millionth of a picodollar per nano-token at 0.0000005 USD per million tokens: half a picodollar a token
  const half = { ...book, lists: [listWith({ input: '0.0000005', output: '0.0000015' })] };
  const rate = (meter: Meter, quantity: number) =>
    createRater(half).rate(call('test', 'm', { meters: tokens({ [meter]: quantity }) })).lines[0]?.listCost;
  assert.equal(rate('input', 1), 0n);
  assert.equal(rate('input', 3), 2n);
  assert.equal(rate('input', 5), 2n);
  assert.equal(rate('output', 1), 2n);
  assert.equal(rate('output', 3), 4n);
});

test('quantities beyond what a float holds stay exact', () => {
  const meters = [{ meter: 'input' as const, quantityNano: 999_999_999_999_999_999_999_999n }];
  // 10^15 - 10^-9 tokens at 3 pUSD · 10^6 each, above the threshold at 6
  assert.equal(firstLine(call('anthropic', 'claude-sonnet-4-5', { meters })).listCost, 6_000_000_000_000_000_000_000n);
  const odd = [{ meter: 'output' as const, quantityNano: 9_007_199_254_740_993_000_000_000n }];
  const cost = firstLine(call('openai', 'gpt-5-mini', { meters: odd })).listCost;
  assert.equal(cost, 9_007_199_254_740_993n * 2_000_000n);
});

test('an amount beyond what a float holds stays exact', () => {
  const dear = createRater({ ...book, lists: [listWith({ web_search: '10.000000001' })] });
  const { lines } = dear.rate(call('test', 'm', { meters: tokens({ web_search: 9_000_001 }) }));
  assert.equal(lines[0]?.listCost, 9_000_001n * 10_000_000_001n);
});

test('price 0 is a price', () => {
  const free = call('openrouter', 'allenai/molmo-7b-d:free', { meters: tokens({ input: 5, output: 7 }) });
  assert.deepEqual(costs(free), { input: 0n, output: 0n });
  assert.equal(decision(free), 'priced | openrouter/allenai/molmo-7b-d:free/input');
});

test('a model that the source has no figure for is unpriced, not free', () => {
  assert.equal(decision(call('cerebras', 'qwen-3-coder-480b')), 'unpriced | no_price: input');
});

test('a meter without a price of its own is charged as its nearest kin, and says so', () => {
  const cacheRead = call('openai', 'gpt-4', { meters: tokens({ cache_read: 1000 }) });
  assert.equal(decision(cacheRead), 'assumed | charged_as: input | openai/gpt-4/input');
  assert.equal(firstLine(cacheRead).listCost, 30_000_000_000n);
  const sound = call('openai', 'gpt-4.1', { meters: tokens({ audio_input: 10 }) });
  assert.equal(decision(sound), 'assumed | charged_as: input | openai/gpt-4.1/input');
});

test('a meter that nothing prices is unpriced', () => {
  const fetches = call('openai', 'gpt-5-mini', { meters: tokens({ web_fetch: 2 }) });
  assert.equal(decision(fetches), 'unpriced | no_price: web_fetch');
  assert.deepEqual(costs(fetches), { web_fetch: 0n });
});

test('a fee per request is added once to a call that used anything', () => {
  const used = call('perplexity', 'sonar', { meters: tokens({ input: 1_000_000 }) });
  assert.deepEqual(costs(used), { input: USD, request: (12n * USD) / 1000n });
  assert.deepEqual(costs({ ...used, meters: tokens({ request: 2 }) }), { request: (24n * USD) / 1000n });
  assert.deepEqual(costs({ ...used, meters: [] }), {});
});

test('a zero quantity gives no line, a negative one no cost', () => {
  const meters = [...tokens({ input: 0 }), { meter: 'output' as const, quantityNano: -1n }];
  const { lines } = rater.rate(call('openai', 'gpt-5-mini', { meters }));
  assert.deepEqual(
    lines.map((line) => [line.meter, line.price.status, line.price.reason, line.listCost]),
    [['output', 'unpriced', 'invalid_quantity: negative', 0n]],
  );
});

test('the cache of prepared calls is bounded, says when it is full, and changes no answer', () => {
  let full = 0;
  const bounded = createRater(book, { maxPreparedCalls: 2, onPreparedCallsFull: () => full++ });
  const models = ['gpt-5-mini', 'gpt-5', 'gpt-4o', 'gpt-5-mini', 'nobody-knows'];
  for (const model of models) assert.deepEqual(bounded.rate(call('openai', model)), rater.rate(call('openai', model)));
  assert.equal(full, 2);
});

test('names of a megabyte are answered and not kept', () => {
  const giant = 'claude-'.repeat(150_000);
  const { reason, status } = firstLine(call('anthropic', giant)).price;
  assert.equal(status, 'unpriced');
  assert.match(reason, /^unknown_model: claude-claude-.*\.\.\.$/);
  assert.ok(reason.length < 200);
  assert.equal(firstLine(call(giant, 'claude-sonnet-4-5')).price.status, 'unpriced');
});

function listWith(prices: Partial<Record<Meter, string>>) {
  return {
    id: 'test',
    names: ['test'],
    hosts: '$^',
    sources: [],
    models: [{ id: 'm', match: [], rows: [{ prices }] }],
  };
}
