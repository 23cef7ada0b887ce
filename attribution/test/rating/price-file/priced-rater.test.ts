import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPicodollars } from '@spanledger/schemas';
import { createPricedRater } from '../../../src/rating/price-file/priced-rater.ts';
import type { RatedLine, Rater, RatingRequest } from '../../../src/rating/types.ts';
import { rater as base, book, call, tokens } from '../calls.ts';
import { onlyLine, priceFile, ratedBy } from './price-files.ts';

const MILLION = tokens({ input: 1_000_000 });
const at = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** `list contracted` costs of the only line, or its status and reason where it has no price. */
function cost(rater: Rater, request: RatingRequest): string {
  return shown(onlyLine(rater, request));
}

function shown({ price, listCost, contractedCost }: RatedLine): string {
  if (price.status === 'unpriced') return price.reason;
  return `${formatPicodollars(listCost)} ${formatPicodollars(contractedCost)}`;
}

test('without a file, prices are those of the base book', () => {
  const rater = createPricedRater({ book, file: undefined, billingCurrency: 'USD' });
  const request = call('openai', 'gpt-5-mini', { meters: tokens({ input: 1000, output: 10, reasoning: 5 }) });
  assert.deepEqual(rater.rate(request), base.rate(request));
  assert.equal(rater.priceBookVersion, book.version);
});

test('own models go before the base book; what the file does not name stays the base book’s', () => {
  const rater = ratedBy(`
models:
  - { provider: openai, model: "gpt-5*", prices: { input: 9 per 1M tokens, output: 0 } }
  - { provider: vllm, model: llama-3, prices: { input: 1 per 1K tokens } }
`);
  assert.equal(cost(rater, call('openai', 'gpt-5-mini', { meters: MILLION })), '9 9');
  const free = onlyLine(rater, call('openai', 'gpt-5-mini', { meters: tokens({ output: 7 }) }));
  assert.deepEqual([free.price.status, free.listCost], ['priced', 0n]);
  assert.equal(free.price.priceId, 'file:openai/gpt-5*/output');
  assert.equal(cost(rater, call('vllm', 'Llama-3', { meters: MILLION })), '1000 1000');
  assert.equal(cost(rater, call('vllm', 'llama-4', { meters: MILLION })), 'unknown_provider: vllm');
  const other = call('openai', 'gpt-4o-mini', { meters: MILLION });
  assert.deepEqual(rater.rate(other).lines[0]?.listCost, base.rate(other).lines[0]?.listCost);
  assert.equal(rater.rate(call('vllm', 'llama-3', {})).pricedModel, 'llama-3');
  assert.match(rater.priceBookVersion, /\+file-[0-9a-f]{12}$/);
});

test('a meter that an own model does not name takes its kin’s price, as a guess', () => {
  const rater = ratedBy('models: [{ provider: p, model: m, prices: { input: 1 per 1M, output: 2 per 1M } }]');
  const of = (meters: Parameters<typeof tokens>[0]) =>
    onlyLine(rater, call('p', 'm', { meters: tokens(meters) })).price;
  assert.deepEqual([of({ cache_read: 1 }).status, of({ cache_read: 1 }).reason], ['assumed', 'charged_as: input']);
  assert.deepEqual([of({ reasoning: 1 }).status, of({ reasoning: 1 }).reason], ['priced', '']);
  assert.equal(of({ web_search: 1 }).reason, 'no_price: web_search');
});

test('tiers of context length hold just above their threshold', () => {
  const rater = ratedBy(`
models:
  - provider: p
    model: m
    prices: { input: { price: 1 per 1M, above: { 128000: 2 per 1M, 256000: 4 per 1M } } }
`);
  const of = (input: number, cached: number) =>
    rater.rate(call('p', 'm', { meters: tokens({ input, cache_read: cached }) })).lines[0]?.price.priceId;
  assert.equal(of(127_999, 1), 'file:p/m/input');
  assert.equal(of(127_999, 2), 'file:p/m/input>128000');
  assert.equal(of(256_001, 0), 'file:p/m/input>256000');
});

test('a service tier’s own prices replace those that it names; an unknown tier is a guess', () => {
  const rater = ratedBy(`
models:
  - { provider: p, model: m, prices: { input: 4 per 1M, output: 8 per 1M } }
  - { provider: p, model: m, tier: Batch, prices: { input: 2 per 1M } }
`);
  const of = (serviceTier: string, meter: 'input' | 'output') =>
    onlyLine(rater, call('p', 'm', { serviceTier, meters: tokens({ [meter]: 1_000_000 }) }));
  assert.equal(shown(of('batch', 'input')), '2 2');
  assert.equal(shown(of('batch', 'output')), '8 8');
  assert.equal(of('batch', 'output').price.status, 'priced');
  assert.equal(shown(of('default', 'input')), '4 4');
  assert.deepEqual([shown(of('flex', 'input')), of('flex', 'input').price.reason], ['4 4', 'unknown_tier: flex']);
});

test('prices hold from the first moment of a UTC day until before the first of another', () => {
  const rater = ratedBy(`
models:
  - { provider: p, model: m, to: 2026-03-01, prices: { input: 1 per 1M } }
  - { provider: p, model: m, from: 2026-03-01, to: 2026-04-01, prices: { input: 2 per 1M } }
`);
  const on = (startMs: number) => cost(rater, call('p', 'm', { startMs, meters: MILLION }));
  assert.equal(on(at('2026-03-01') - 1), '1 1');
  assert.equal(on(at('2026-03-01')), '2 2');
  assert.equal(on(at('2026-04-01') - 1), '2 2');
  assert.equal(on(at('2026-04-01')), 'unknown_provider: p');
});

test('a percentage is off the list price, which stays', () => {
  const rater = ratedBy('contracts: [{ provider: openai, percent_off: 12.5 }]');
  const request = call('openai', 'gpt-4o-mini', { meters: MILLION });
  const { price } = onlyLine(rater, request);
  assert.equal(cost(rater, request), '0.15 0.13125');
  assert.deepEqual(
    [formatPicodollars(price.listUnitPrice), formatPicodollars(price.contractedUnitPrice)],
    ['0.15', '0.13125'],
  );
  assert.equal(price.priceId, base.rate(request).lines[0]?.price.priceId);
  assert.deepEqual([price.status, price.reason], ['priced', 'contract: file:contracts/provider=openai']);
});

test('a contracted unit price replaces the list price; reasoning is billed as the output agreed on', () => {
  const rater = ratedBy(`
contracts:
  - { model: gpt-4o-mini, prices: { input: 0.0001 per 1K tokens, output: 0.5 per 1M tokens } }
`);
  const request = call('openai', 'gpt-4o-mini', {
    responseModel: 'gpt-4o-mini-2024-07-18',
    meters: tokens({ input: 1_000_000, output: 1_000_000, reasoning: 1_000_000, cache_read: 1_000_000 }),
  });
  const { lines } = rater.rate(request);
  assert.deepEqual(lines.map(shown), ['0.15 0.1', '0.6 0.5', '0.6 0.5', '0.075 0.075']);
  assert.deepEqual(
    [lines[0]?.price.pricingUnit, formatPicodollars(lines[0]?.price.listUnitPrice ?? 0n)],
    ['1K tokens', '0.00015'],
  );
});

test('the most specific contract wins: who goes before what, an exact name before a pattern, a longer pattern before a shorter', () => {
  const rater = ratedBy(`
contracts:
  - { percent_off: 1 }
  - { provider: openai, percent_off: 2 }
  - { model: "gpt*", percent_off: 3 }
  - { model: "gpt-4*", percent_off: 4 }
  - { model: gpt-4o-mini, percent_off: 5 }
  - { team: "s*", percent_off: 6 }
  - { team: search, percent_off: 7 }
  - { team: search, model: "gpt*", percent_off: 8 }
  - { project: rag, percent_off: 9 }
  - { tool: lookup, percent_off: 10 }
`);
  const off = (provider: string, model: string, who: Partial<RatingRequest> = {}) => {
    const line = onlyLine(rater, call(provider, model, { meters: MILLION, ...who }));
    return Number(100n - (line.contractedCost * 100n) / line.listCost);
  };
  assert.equal(off('anthropic', 'claude-sonnet-4-5'), 1);
  assert.equal(off('openai', 'o3'), 2);
  assert.equal(off('openai', 'gpt-5'), 3);
  assert.equal(off('openai', 'gpt-4o'), 4);
  assert.equal(off('openai', 'gpt-4o-mini'), 5);
  assert.equal(off('openai', 'gpt-4o-mini', { toolName: 'lookup' }), 10);
  assert.equal(off('openai', 'gpt-4o-mini', { team: 'sales' }), 6);
  assert.equal(off('openai', 'o3', { team: 'search' }), 7);
  assert.equal(off('openai', 'gpt-4o-mini', { team: 'search', toolName: 'lookup' }), 8);
  assert.equal(off('openai', 'gpt-4o-mini', { team: 'search', project: 'rag' }), 9);
  assert.equal(off('openai', 'gpt-4o-mini', { team: 'Search' }), 5);
});

test('a price is for the plain tier unless it says otherwise; a percentage for every tier', () => {
  const rater = ratedBy(`
contracts:
  - { model: gpt-4o-mini, prices: { input: 0.1 per 1M } }
  - { model: gpt-4o, percent_off: 50 }
`);
  const batch = (model: string) => onlyLine(rater, call('openai', model, { serviceTier: 'batch', meters: MILLION }));
  assert.equal(shown(batch('gpt-4o-mini')), '0.075 0.075');
  assert.equal(batch('gpt-4o').contractedCost * 2n, batch('gpt-4o').listCost);
});

test('an agreed price stands for the list’s where nobody knows one; a percentage needs one', () => {
  const rater = ratedBy(`
contracts:
  - { provider: acme, model: a, prices: { input: 1 per 1M } }
  - { provider: acme, model: b, percent_off: 10 }
`);
  assert.equal(cost(rater, call('acme', 'a', { meters: MILLION })), '1 1');
  assert.equal(onlyLine(rater, call('acme', 'a', {})).price.priceId, 'file:contracts/model=a, provider=acme/input');
  assert.equal(cost(rater, call('acme', 'b', { meters: MILLION })), 'unknown_provider: acme');
});

test('a provider’s fee stands in where the base book has none, and only there', () => {
  const rater = ratedBy(`
provider_fees:
  - { provider: anthropic, prices: { file_search: 1 per 1K searches, web_search: 99 per 1K searches } }
  - { provider: search-inc, prices: { web_search: 5 per 1K searches } }
`);
  const of = (provider: string, model: string, meters: Parameters<typeof tokens>[0]) =>
    cost(rater, call(provider, model, { meters: tokens(meters) }));
  assert.equal(of('anthropic', 'claude-sonnet-4-5', { file_search: 1000 }), '1 1');
  assert.equal(of('anthropic', 'claude-sonnet-4-5', { web_search: 1000 }), '10 10');
  assert.equal(of('search-inc', 'whatever', { web_search: 1000 }), '5 5');
  assert.equal(of('openai', 'gpt-4o-mini', { rerank_unit: 1000 }), 'no_price: rerank_unit');
});

test('a call without a configured fee gets no line; with one it is charged', () => {
  const rater = ratedBy(`
call_fees:
  - { tool: lookup, price: 5 per 1K calls }
  - { host: "*.pinecone.io", operation: "POST /query*", price: 0.0004 per call }
  - { host: "*.pinecone.io", price: 0.0001 per call }
`);
  const fee = (role: RatingRequest['role'], facts: Partial<RatingRequest>) =>
    rater
      .rate(call('', '', { role, operation: '', meters: tokens({ api_call: 1 }), ...facts }))
      .lines.map(shown)
      .join();
  assert.equal(fee('tool_call', { toolName: 'lookup' }), '0.005 0.005');
  assert.equal(fee('tool_call', { toolName: 'other' }), '');
  assert.equal(fee('api_call', { toolName: 'lookup', serverAddress: 'api.example.com' }), '');
  assert.equal(fee('api_call', { serverAddress: 'X.Pinecone.io', operation: 'POST /query' }), '0.0004 0.0004');
  assert.equal(fee('api_call', { serverAddress: 'x.pinecone.io', operation: 'GET' }), '0.0001 0.0001');
  assert.equal(rater.hasCallFees, true);
});

test('compute is priced by kind and region; without a price it is unpriced', () => {
  const rater = ratedBy(`
currency: EUR
exchange_rates: [{ from_currency: EUR, to_currency: USD, rate: 1.1, from: 2026-01-01 }]
compute:
  - { kind: "*H100*", prices: { gpu_second: 2.50 per hour } }
  - { kind: "*H100*", region: eu-west-1, prices: { gpu_second: 3 per hour } }
  - { prices: { cpu_second: 0.036 per hour } }
`);
  const of = (meter: 'gpu_second' | 'cpu_second' | 'network_gib', facts: Partial<RatingRequest> = {}) =>
    cost(rater, call('', 'NVIDIA H100 80GB', { role: 'step', meters: tokens({ [meter]: 3600 }), ...facts }));
  assert.equal(of('gpu_second'), '2.75 2.75');
  assert.equal(of('gpu_second', { region: 'eu-west-1' }), '3.3 3.3');
  assert.equal(of('gpu_second', { requestModel: 'NVIDIA A10G' }), 'no_price: gpu_second');
  assert.equal(of('cpu_second', { requestModel: '' }), '0.0396 0.0396');
  assert.equal(of('network_gib'), 'no_price: network_gib');
});

test('costs are in the billing currency at the rate of the start’s day, unit prices in their own', () => {
  const rater = ratedBy(
    `
exchange_rates:
  - { from_currency: USD, to_currency: EUR, rate: 0.9, from: 2026-10-01 }
  - { from_currency: USD, to_currency: EUR, rate: 0.8, from: 2026-10-02, to: 2026-10-03 }
`,
    'EUR',
  );
  const line = (startMs: number) => onlyLine(rater, call('openai', 'gpt-4o-mini', { startMs, meters: MILLION }));
  assert.equal(shown(line(at('2026-10-02') - 1)), '0.135 0.135');
  assert.equal(shown(line(at('2026-10-02'))), '0.12 0.12');
  assert.equal(shown(line(at('2026-10-03'))), '0.135 0.135');
  assert.equal(shown(line(at('2026-10-01') - 1)), 'no_exchange_rate: USD to EUR');
  const { price } = line(at('2026-10-02'));
  assert.deepEqual(
    [price.pricingCurrency, price.exchangeRate, formatPicodollars(price.listUnitPrice)],
    ['USD', '0.8', '0.15'],
  );
});

test('a contract in another currency shows both unit prices in it', () => {
  const rater = ratedBy(
    `
exchange_rates: [{ from_currency: USD, to_currency: EUR, rate: 0.8, from: 2026-01-01 }]
contracts: [{ model: gpt-4o-mini, currency: EUR, prices: { input: 0.1 per 1M } }]
`,
    'EUR',
  );
  const request = call('openai', 'gpt-4o-mini', { meters: MILLION });
  const { price } = onlyLine(rater, request);
  assert.equal(cost(rater, request), '0.12 0.1');
  assert.deepEqual(
    [price.pricingCurrency, price.exchangeRate, formatPicodollars(price.listUnitPrice)],
    ['EUR', '1', '0.12'],
  );
  // Before the first rate the list price is not known in EUR, but what is agreed is.
  assert.equal(cost(rater, { ...request, startMs: at('2025-12-31') }), '0.1 0.1');
});

test('who is asked for says which lineage prices depend on', () => {
  const by = (rule: string) => ratedBy(`contracts: [{ ${rule}, percent_off: 1 }]`).pricedBy;
  assert.deepEqual(by('team: a'), { project: false, team: true, tool: false });
  assert.deepEqual(by('project: a, tool: b'), { project: true, team: false, tool: true });
  assert.deepEqual(ratedBy('call_fees: [{ tool: a, price: 0 }]').pricedBy, {
    project: false,
    team: false,
    tool: false,
  });
});

test('an answer does not depend on what was asked before', () => {
  const text = `
contracts:
  - { team: a, from: 2026-02-01, percent_off: 10 }
  - { team: b, percent_off: 20 }
`;
  const file = priceFile(text);
  const tiny = createPricedRater({ book, file, billingCurrency: 'USD', maxPreparedCalls: 1 });
  const fresh = () => createPricedRater({ book, file, billingCurrency: 'USD' });
  for (const team of ['a', 'b', '', 'a', 'b'])
    for (const day of ['2026-01-31', '2026-02-01']) {
      const request = call('openai', 'gpt-4o-mini', { team, startMs: at(day), meters: MILLION });
      assert.deepEqual(tiny.rate(request), fresh().rate(request));
    }
});

test('behind a proxy of the user’s own bills whoever the span or the model names, plainly; elsewhere it is a guess', () => {
  const rater = ratedBy('proxies: [ llm.example.com, "*.internal" ]\n');
  const behind = (serverAddress: string, provider: string, model: string) => {
    const { price } = onlyLine(rater, call(provider, model, { serverAddress, meters: MILLION }));
    return [price.status, price.priceId.split('/').slice(0, 2).join('/')].join(' ');
  };
  assert.equal(behind('llm.example.com', 'openai', 'gpt-5-mini'), 'priced openai/gpt-5-mini');
  assert.equal(
    behind('https://a.b.internal:4000/v1', 'openai', 'claude-sonnet-4-5'),
    'priced anthropic/claude-sonnet-4-5',
  );
  assert.equal(behind('a.internal', 'groq', 'llama-3.1-8b-instant'), 'priced groq/llama-3.1-8b-instant');
  assert.equal(behind('other.example.com', 'openai', 'gpt-5-mini'), 'assumed openai/gpt-5-mini');
  assert.equal(behind('api.openai.com', 'openai', 'gpt-5-mini'), 'priced openai/gpt-5-mini');
});
