import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileWarnings } from '../../../src/rating/price-file/warnings.ts';
import { book, call, tokens } from '../calls.ts';
import { onlyLine, priceFile, ratedBy } from './price-files.ts';

const DOCUMENT = readFileSync(new URL('../../../../docs/prices.md', import.meta.url), 'utf8');
const EXAMPLE = /```yaml\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? assert.fail('docs/prices.md has no example');

test('the example of docs/prices.md is a right file, about which there is nothing to warn', () => {
  const file = priceFile(EXAMPLE);
  assert.equal(file.rules.length, 13);
  assert.deepEqual(fileWarnings(file, book, 'USD'), []);
});

test('the example does what its comments say', () => {
  const rater = ratedBy(EXAMPLE);
  const cost = (...of: Parameters<typeof call>) => onlyLine(rater, call(...of)).contractedCost;
  const million = { meters: tokens({ input: 1_000_000 }) };
  assert.equal(cost('vllm', 'acme-7b', { serverAddress: 'gpu.internal.example', ...million }), 218_420_000_000n);
  assert.equal(cost('anthropic', 'claude-sonnet-4-5-20250929', million), 2_700_000_000_000n);
  assert.equal(cost('openai', 'gpt-5-mini', { team: 'search', ...million }), 231_250_000_000n);
  assert.equal(cost('openai', 'gpt-5-mini', { team: 'sales', ...million }), 237_500_000_000n);
  const fee = { role: 'api_call' as const, meters: tokens({ api_call: 1 }), operation: 'POST /query' };
  assert.equal(cost('', '', { ...fee, serverAddress: 'a.svc.pinecone.io' }), 16_000_000_000n);
});
