import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf } from '@spanledger/schemas';
import { exactPrice, timesFactor } from '../../src/rating/line-price.ts';
import type { PriceRule } from '../../src/rating/price-book.ts';
import { createRater } from '../../src/rating/rater.ts';
import type { RatingRequest } from '../../src/rating/types.ts';
import { book, call, costs, decision, tokens } from './calls.ts';

const USD = 1_000_000_000_000n;
const MILLION = 1_000_000;

const claude = (model: string, overrides: Partial<RatingRequest>) => decision(call('anthropic', model, overrides));

test('inference in the US only costs 1.1 times as much at Anthropic’s, in every category of tokens', () => {
  const meters = tokens({ input: 1000, cache_read: 1000, cache_write_5m: 1000, cache_write_1h: 1000, output: 1000 });
  const world = costs(call('anthropic', 'claude-opus-5-5', { meters, region: 'global' }));
  const us = costs(call('anthropic', 'claude-opus-5-5', { meters, region: 'US' }));
  for (const [meter, cost] of Object.entries(us)) assert.equal(cost * 10n, (world[meter] ?? 0n) * 11n, meter);
  assert.equal(claude('claude-opus-5-5', { region: 'us' }), 'priced | anthropic/claude-opus-5-5/input*us-inference');
});

test('the first Claude with data residency is 4.6, in the list’s own spelling and in dated ones', () => {
  assert.equal(claude('claude-opus-4-5', { region: 'us' }), 'priced | anthropic/claude-opus-4-5/input');
  assert.match(claude('claude-opus-4-6', { region: 'us' }), /\*us-inference$/);
  assert.match(claude('claude-sonnet-4-6-20260217', { region: 'us' }), /\*us-inference$/);
  for (const region of ['global', 'not_available', 'eu', ''])
    assert.equal(claude('claude-opus-4-7', { region }), 'priced | anthropic/claude-opus-4-7/input', region);
});

test('batch, residency and long context multiply exactly', () => {
  // given Haiku 5.5: 0.5 USD per million above 100,000 tokens, batch 0.25 (the book’s own), US only 1.1 times that
  const request = call('anthropic', 'claude-haiku-5-5', {
    serviceTier: 'batch',
    region: 'us',
    meters: tokens({ input: 100_001, output: 1 }),
  });
  assert.deepEqual(costs(request), { input: 100_001n * 275_000n, output: 1_375_000n });
  assert.equal(decision(request), 'priced | anthropic/claude-haiku-5-5/input@2026-10-14+batch>100000*us-inference');
  const short = { ...request, meters: tokens({ input: 100_000 }) };
  assert.deepEqual(costs(short), { input: 100_000n * 55_000n });
});

test('fast mode and residency multiply, searches do not', () => {
  const meters = tokens({ input: MILLION, output: MILLION, web_search: 1 });
  assert.deepEqual(costs(call('anthropic', 'claude-opus-5-5', { serviceTier: 'fast', region: 'us', meters })), {
    input: (88n * USD) / 10n,
    output: 44n * USD,
    web_search: USD / 100n,
  });
});

test('a batch costs half where the book has no batch prices of that day, assumed where only input and output are known to', () => {
  const before = Date.parse('2026-10-13T23:59:59Z');
  const after = Date.parse('2026-10-14T00:00:00Z');
  const batch = (startMs: number) => claude('claude-opus-5', { serviceTier: 'batch', startMs });
  assert.equal(batch(before), 'priced | anthropic/claude-opus-5/input*batch-half');
  assert.equal(batch(after), 'priced | anthropic/claude-opus-5/input@2026-10-14+batch');
  assert.match(batch(Date.parse('2024-10-07T23:59:59Z')), /^assumed \| unknown_tier: batch \|/);
  const meters = tokens({ input: MILLION, cache_read: MILLION });
  const openai = call('openai', 'gpt-5-mini', { serviceTier: 'batch', startMs: before, meters });
  assert.deepEqual(costs(openai), { input: USD / 8n, cache_read: USD / 40n });
  assert.match(decision(openai), /^assumed \| rule: batch-half, .* \| openai\/gpt-5-mini\/input\*batch-half$/);
});

test('OpenAI’s regional endpoints cost 1.1 times as much for models since GPT-5.4', () => {
  const at = (model: string, region: string) => decision(call('openai', model, { region }));
  assert.equal(at('gpt-5.4', 'eu'), 'priced | openai/gpt-5.4/input*residency');
  assert.equal(at('gpt-5.2', 'eu'), 'priced | openai/gpt-5.2/input');
  assert.equal(at('gpt-5.4', ''), 'priced | openai/gpt-5.4/input');
  assert.match(at('gpt-image-2', 'us'), /^assumed \| rule: residency, whether this model is eligible/);
});

test('Vertex AI’s regional endpoints cost 1.1 times as much for Claude since 4.5; an unknown endpoint is assumed global', () => {
  const at = (model: string, region: string) => decision(call('gcp.vertex_ai', model, { region }));
  assert.equal(at('claude-opus-5', 'us-east5'), 'priced | google/claude-opus-5/input*regional');
  assert.equal(at('claude-opus-5', 'eu'), 'priced | google/claude-opus-5/input*regional');
  assert.equal(at('claude-opus-5', 'global'), 'priced | google/claude-opus-5/input');
  assert.match(at('claude-opus-5', ''), /^assumed \| rule: vertex-region, .* \| google\/claude-opus-5\/input$/);
  assert.equal(at('claude-3-opus', 'us-east5'), 'priced | google/claude-3-opus/input');
});

test('Gemini 3 and later cost 1.1 times as much at Vertex AI’s regional endpoints since 2026-07-01, assumed', () => {
  const at = (model: string, region: string, startMs = Date.parse('2026-07-01')) =>
    decision(call('gcp.vertex_ai', model, { region, startMs }));
  assert.match(
    at('gemini-3.5-flash', 'us-east5'),
    /^assumed \| rule: regional, .* \| google\/gemini-3.5-flash\/input\*regional$/,
  );
  assert.match(at('gemini-3.5-flash', 'eu'), /\*regional$/);
  // nothing is known of previews, nothing was dearer before, and Gemini 2.5 never was
  assert.match(at('gemini-3-flash-preview', 'us-east5'), /^assumed \| rule: vertex-region, .*\/input@2026-01-05$/);
  assert.equal(
    at('gemini-3.5-flash', 'us-east5', Date.parse('2026-07-01') - 1),
    'priced | google/gemini-3.5-flash/input',
  );
  assert.equal(at('gemini-2.5-flash', 'us-east5'), 'priced | google/gemini-2.5-flash/input');
  assert.equal(at('gemini-3.5-flash', 'global'), 'priced | google/gemini-3.5-flash/input');
});

test('Mistral’s regional endpoints cost 1.1 times as much', () => {
  assert.equal(
    decision(call('mistral_ai', 'mistral-large-4', { region: 'eu' })),
    'priced | mistral/mistral-large-4/input@2026-10-29*regional',
  );
});

test('a borrowed list’s rules are not another biller’s', () => {
  assert.equal(
    decision(call('azure', 'claude-opus-5', { region: 'us' })),
    'assumed | fallback_list: anthropic/claude-opus-5 | anthropic/claude-opus-5/input',
  );
});

test('Anthropic’s web fetches are free beyond their tokens', () => {
  assert.equal(
    claude('claude-opus-5', { meters: tokens({ web_fetch: 3 }) }),
    'priced | anthropic/claude-opus-5/web_fetch*web-fetch-free',
  );
});

test('Anthropic’s code execution is free beside web tools, assumed, and else billed by hours that no span tells', () => {
  const alone = claude('claude-opus-5', { meters: tokens({ code_execution: 2, input: 5 }) });
  assert.match(alone, /^unpriced \| billed_otherwise: code execution is billed by container hours/);
  for (const tool of ['web_search', 'web_fetch'] as const) {
    const beside = claude('claude-opus-5', { meters: tokens({ code_execution: 2, [tool]: 1 }) });
    assert.match(beside, /^assumed \| rule: code-execution-free, .* \| anthropic\/claude-opus-5\/code_execution\*/);
  }
});

test('OpenAI’s tools cost the same on every model, its containers are billed by sessions', () => {
  const meters = tokens({ web_search: 1000, file_search: 1000 });
  for (const model of ['gpt-5-mini', 'o1', 'gpt-5.3'])
    assert.deepEqual(costs(call('openai', model, { meters })), { web_search: 10n * USD, file_search: (5n * USD) / 2n });
  assert.deepEqual(costs(call('openai', 'gpt-4o-search-preview', { meters: tokens({ web_search: 1000 }) })), {
    web_search: 25n * USD,
  });
  assert.match(
    decision(call('openai', 'gpt-5-mini', { meters: tokens({ code_execution: 1 }) })),
    /^unpriced \| billed_otherwise: containers/,
  );
});

test('xAI’s tools cost by the thousand, Gemini’s code execution only its tokens', () => {
  const meters = tokens({ web_search: 1000, code_execution: 1000, file_search: 1000 });
  assert.deepEqual(costs(call('x_ai', 'grok-4.7', { meters })), {
    web_search: 5n * USD,
    code_execution: 5n * USD,
    file_search: (5n * USD) / 2n,
  });
  assert.deepEqual(costs(call('gcp.gemini', 'gemini-2.5-flash', { meters: tokens({ code_execution: 1 }) })), {
    code_execution: 0n,
  });
});

test('OpenAI’s cache writes cost by how long they are kept', () => {
  const written = (meter: 'cache_write' | 'cache_write_30m' | 'cache_write_12h') =>
    call('openai', 'gpt-6.1-terra', { meters: tokens({ [meter]: MILLION }) });
  assert.deepEqual(costs(written('cache_write_30m')), { cache_write_30m: (5n * USD) / 2n });
  assert.equal(decision(written('cache_write_30m')), 'priced | openai/gpt-6.1-terra/cache_write>272000');
  assert.deepEqual(costs(written('cache_write_12h')), { cache_write_12h: 5n * USD });
  assert.equal(decision(written('cache_write_12h')), 'priced | openai/gpt-6.1-terra/cache_write>272000*cache-12h');
  assert.equal(
    decision(written('cache_write')),
    'assumed | cache_lifetime_unknown | openai/gpt-6.1-terra/cache_write>272000',
  );
});

test('where a biller has one price for all cache writes, none is a guess', () => {
  const written = (meter: 'cache_write' | 'cache_write_5m' | 'cache_write_30m') =>
    decision(call('aws.bedrock', 'global.moonshotai.kimi-k3', { meters: tokens({ [meter]: 1 }) }));
  for (const meter of ['cache_write', 'cache_write_5m', 'cache_write_30m'] as const)
    assert.equal(written(meter), 'priced | aws/global.moonshotai.kimi-k3/cache_write', meter);
});

test('Perplexity’s fee per request depends on the search context; unknown, it is the dearest, assumed', () => {
  const fee = (serviceTier: string) => {
    const request = call('perplexity', 'sonar-pro', { serviceTier, meters: tokens({ request: 1000 }) });
    return [costs(request)['request'], decision(request)];
  };
  assert.deepEqual(fee('search_context:low'), [6n * USD, 'priced | perplexity/sonar-pro/request*context-low']);
  assert.deepEqual(fee('search_context:high'), [14n * USD, 'priced | perplexity/sonar-pro/request*context-high']);
  const [cost, why] = fee('');
  assert.equal(cost, 14n * USD);
  assert.match(String(why), /^assumed \| rule: context, .* \| perplexity\/sonar-pro\/request$/);
});

test('images are input where the biller says so, and a guess where he does not', () => {
  const image = (provider: string, model: string) =>
    decision(call(provider, model, { meters: tokens({ image_input: 10 }) }));
  assert.equal(image('gcp.gemini', 'gemini-2.5-flash'), 'priced | google/gemini-2.5-flash/input');
  assert.equal(image('anthropic', 'claude-sonnet-4-5'), 'priced | anthropic/claude-sonnet-4-5/input');
  assert.equal(image('openai', 'gpt-5-mini'), 'priced | openai/gpt-5-mini/input');
  assert.equal(image('openai', 'gpt-image-1'), 'priced | openai/gpt-image-1/image_input');
  assert.match(image('cohere', 'command-r'), /^assumed \| charged_as: input/);
});

test('several modes of one call stand together, joined by +', () => {
  const request = call('perplexity', 'perplexity/sonar', {
    serviceTier: 'search_type:fast+standard',
    meters: tokens({ web_search: 1000 }),
  });
  assert.deepEqual(costs(request), { web_search: USD });
  assert.equal(
    decision({ ...request, serviceTier: 'search_type:fast+turbo' }),
    'assumed | unknown_tier: turbo | perplexity/perplexity/sonar/web_search+search_type:fast',
  );
});

test('a product finer than a picodollar is kept by a larger pricing unit, and rounded only with the charge', () => {
  const third = exactPrice('input', '0.041666666667', 'test');
  const dearer = timesFactor(third, '1.1');
  assert.deepEqual([dearer.amount, dearer.unitName, dearer.unitSize], [458_333_333_337n, '10 x 1M tokens', 10_000_000]);
  const rules: PriceRule[] = [
    { ...RULE, id: 'a', effect: { factor: '1.1' } },
    { ...RULE, id: 'b', effect: { factor: '0.67' } },
  ];
  const list = {
    id: 'test',
    names: ['test'],
    hosts: '$^',
    sources: [],
    models: [{ id: 'm', match: [], rows: [{ prices: { input: '0.041666666667' } }] }],
  };
  const rater = createRater({ ...book, lists: [list], rules });
  const line = rater.rate(call('test', 'm', { meters: tokens({ input: 7_777_777 }) })).lines[0];
  // 7,777,777 tokens × 0.041666666667 × 1.1 × 0.67 USD per million, in one division
  const exact = costOf(7_777_777n * 1_000_000_000n, { amount: (41_666_666_667n * 737n) as never, per: 1_000_000_000n });
  assert.equal(line?.listCost, exact);
  assert.equal(line?.price.priceId, 'test/m/input*a*b');
});

test('every rule of the book says what it rests on', () => {
  for (const rule of book.rules ?? []) {
    assert.match(rule.source, /^https:\/\//, rule.id);
    if (rule.checked === undefined) assert.ok(rule.assumed !== undefined, `${rule.id}: nobody looked it up`);
    else assert.match(rule.checked, /^2026-\d\d-\d\d$/, rule.id);
    assert.ok(rule.says.length > 20 && rule.meters.length > 0, rule.id);
    assert.ok(
      book.lists.some((list) => list.id === rule.list),
      rule.list,
    );
  }
});

test('the book’s version changes with its rules', () => {
  assert.match(book.version, /^genai-prices-0\.2\.3\+[0-9a-f]{12}\.[0-9a-f]{8}$/);
});

const RULE: PriceRule = {
  id: 'x',
  list: 'test',
  meters: ['input'],
  effect: { factor: '1' },
  says: '',
  source: '',
};
