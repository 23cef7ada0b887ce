import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTreeOrder } from '../../src/explain/in-tree-order.ts';

const order = (...spans: readonly (readonly [id: string, parent: string])[]) =>
  inTreeOrder(spans.map(([span_id, parent_span_id]) => ({ span_id, parent_span_id }))).map(({ span_id }) => span_id);

test('each span is followed by those beneath it, in the order in which they came', () => {
  assert.deepEqual(order(['b', 'a'], ['a', ''], ['c', 'a'], ['d', 'b'], ['e', '']), ['a', 'b', 'd', 'c', 'e']);
});

test('a span without its parent and one in a circle begin trees of their own', () => {
  assert.deepEqual(order(['b', 'lost'], ['x', 'y'], ['y', 'x'], ['z', 'z']), ['b', 'x', 'y', 'z']);
});

test('a chain of 10,000 spans is walked without recursion', () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => [String(index + 1), String(index)] as const);
  assert.deepEqual(order(...chain.toReversed()).at(-1), '10000');
});
