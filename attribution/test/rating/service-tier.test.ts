import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, costs, decision, tokens } from './calls.ts';

const meters = tokens({ input: 1000, cache_read: 1000, output: 1000, web_search: 1 });
const gpt = (serviceTier: string) => costs(call('openai', 'gpt-5-mini', { serviceTier, meters }));

test('a tier replaces the prices that it names and leaves the others', () => {
  const search = 10_000_000_000n;
  const plain = { input: 250_000_000n, cache_read: 25_000_000n, output: 2_000_000_000n, web_search: search };
  const half = { input: 125_000_000n, cache_read: 12_500_000n, output: 1_000_000_000n, web_search: search };
  assert.deepEqual(gpt(''), plain);
  assert.deepEqual(gpt('flex'), half);
  assert.deepEqual(gpt('batch'), half);
  assert.deepEqual(gpt('PRIORITY'), {
    input: 450_000_000n,
    cache_read: 45_000_000n,
    output: 3_600_000_000n,
    web_search: search,
  });
});

test('names of the plain tier are no variant', () => {
  for (const serviceTier of ['default', 'standard', 'auto', 'on_demand', 'Standard'])
    assert.equal(decision(call('openai', 'gpt-5-mini', { serviceTier })), 'priced | openai/gpt-5-mini/input');
});

test('a tier that the book does not have for the model is charged plainly, assumed', () => {
  assert.equal(
    decision(call('openai', 'gpt-5-mini', { serviceTier: 'scale' })),
    'assumed | unknown_tier: scale | openai/gpt-5-mini/input',
  );
  assert.deepEqual(gpt('scale'), gpt(''));
});

test('Claude’s fast speed and batches, tiers of context included', () => {
  assert.equal(
    decision(call('anthropic', 'claude-opus-5', { serviceTier: 'fast' })),
    'priced | anthropic/claude-opus-5/input+fast',
  );
  const batch = call('anthropic', 'claude-sonnet-4-5', { serviceTier: 'batch', meters: tokens({ input: 200_001 }) });
  assert.equal(decision(batch), 'priced | anthropic/claude-sonnet-4-5/input@2026-10-14+batch>200000');
});

test('a fallback list’s tiers are not another biller’s', () => {
  assert.equal(
    decision(call('azure', 'gpt-5-mini', { serviceTier: 'flex' })),
    'assumed | fallback_list: openai/gpt-5-mini; unknown_tier: flex | openai/gpt-5-mini/input',
  );
});

test('a gateway’s route has its own price where the book names it', () => {
  assert.equal(
    decision(call('openrouter', 'mistralai/mistral-large-4-0', { region: 'mistral/eu' })),
    'priced | openrouter/mistralai/mistral-large-4-0/input@2026-11-03+route:mistral/eu',
  );
});
