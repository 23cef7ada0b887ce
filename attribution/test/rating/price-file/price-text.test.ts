import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meter } from '@spanledger/schemas';
import { parsePrice } from '../../../src/rating/price-file/price-text.ts';

function read(text: string, meter: Meter): string {
  const price = parsePrice(text, meter);
  return price === undefined ? 'refused' : `${price.amount} for ${price.size} (${price.unit})`;
}

test('a price says for how many units it is', () => {
  assert.equal(read('0.25 per 1M tokens', 'input'), '250000000000 for 1000000 (1M tokens)');
  assert.equal(read('0.25 per 1M', 'input'), '250000000000 for 1000000 (1M tokens)');
  assert.equal(read('1 per 1K tokens', 'output'), '1000000000000 for 1000 (1K tokens)');
  assert.equal(read('2 per token', 'output'), '2000000000000 for 1 (1 token)');
  assert.equal(read('10 per 1K searches', 'web_search'), '10000000000000 for 1000 (1K searches)');
  assert.equal(read('3 per 500 pages', 'page'), '3000000000000 for 500 (500 pages)');
  assert.equal(read('0.02 per search', 'web_search'), '20000000000 for 1 (1 search)');
  assert.equal(read('0.001 per call', 'api_call'), '1000000000 for 1 (1 call)');
  assert.equal(read('2.5 per hour', 'gpu_second'), '2500000000000 for 3600 (1 hour)');
  assert.equal(read('0.5 per 10 minutes', 'gpu_second'), '500000000000 for 600 (10 minutes)');
  assert.equal(read('0.1 per GiB-hour', 'memory_gib_second'), '100000000000 for 3600 (1 GiB-hour)');
  assert.equal(read('0.09 per GiB', 'network_gib'), '90000000000 for 1 (1 GiB)');
  assert.equal(read('0.09 per 10 GiB', 'network_gib'), '90000000000 for 10 (10 GiB)');
});

test('a price of 0 needs no unit, any other does', () => {
  assert.equal(read('0', 'input'), '0 for 1000000 (1M tokens)');
  assert.equal(read('0.00', 'gpu_second'), '0 for 3600 (1 hour)');
  assert.equal(read('1', 'input'), 'refused');
});

test('what is no price of the meter is refused', () => {
  for (const text of ['', '-1 per 1M', '1e-6 per token', '1,5 per 1M', '1 per', '1 per 0 tokens', '1 per 2G tokens'])
    assert.equal(read(text, 'input'), 'refused', text);
  assert.equal(read('1 per hour', 'input'), 'refused');
  assert.equal(read('1 per 1M tokens', 'gpu_second'), 'refused');
  assert.equal(read('1 per 9999999999', 'input'), 'refused');
  assert.equal(read('1 per constructor', 'input'), 'refused');
});
