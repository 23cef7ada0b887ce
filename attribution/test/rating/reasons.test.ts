import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REASONS, reason } from '../../src/rating/reasons.ts';

test('docs/prices.md explains exactly the reasons that rating gives', () => {
  const text = readFileSync(new URL('../../../docs/prices.md', import.meta.url), 'utf8');
  const explained = [...text.matchAll(/^\| `([a-z_]+)` \| `(assumed|unpriced|priced|included)` \|/gm)].map((row) => [
    row[1],
    row[2],
  ]);
  assert.deepEqual(Object.fromEntries(explained), REASONS);
});

test('a reason’s detail is bounded', () => {
  assert.equal(reason('unknown_model', 'x'.repeat(1000)).length, 'unknown_model: '.length + 120 + '...'.length);
});
