import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Trace } from '../../src/trace/trace.ts';
import { type MadeSpan, made, origin, spanId, traceOf } from '../support/made-spans.ts';

/** Parent of each span as the tree has it, and that both directions of each link agree. */
function links(trace: Trace): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [id, node] of [...trace.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    result[id] = node.parent?.span.identity.spanId ?? '';
    if (node.parent !== undefined) assert.equal(node.parent.children.filter((child) => child === node).length, 1);
    for (const child of node.children) assert.equal(child.parent, node);
  }
  return result;
}

test('a late parent adopts the children that came before it', () => {
  const trace = traceOf([{ id: 3, parent: 2 }, { id: 4, parent: 2 }, { id: 2, parent: 1 }, { id: 1 }]);
  assert.deepEqual(links(trace), {
    [spanId(1)]: '',
    [spanId(2)]: spanId(1),
    [spanId(3)]: spanId(2),
    [spanId(4)]: spanId(2),
  });
});

test('a version with another parent moves the span and what hangs beneath it', () => {
  const trace = traceOf([{ id: 1 }, { id: 2 }, { id: 3, parent: 1, end: 10 }, { id: 4, parent: 3 }]);
  trace.add(made({ id: 3, parent: 2, end: 20 }), origin(9));
  assert.deepEqual(links(trace), { [spanId(1)]: '', [spanId(2)]: '', [spanId(3)]: spanId(2), [spanId(4)]: spanId(3) });
});

test('a span that waited for one parent and is sent again with another is not adopted by the first', () => {
  const trace = traceOf([{ id: 3, parent: 1, end: 10 }]);
  trace.add(made({ id: 3, parent: 2, end: 20 }), origin(1));
  for (const id of [1, 2]) trace.add(made({ id }), origin(id));
  assert.deepEqual(links(trace), { [spanId(1)]: '', [spanId(2)]: '', [spanId(3)]: spanId(2) });
});

test('a span that is its own parent is kept in the trace', () => {
  const trace = traceOf([
    { id: 1, parent: 1 },
    { id: 2, parent: 1 },
  ]);
  assert.equal(trace.nodes.size, 2);
  assert.equal(links(trace)[spanId(2)], spanId(1));
});

test('add says what changed: a new span, a newer version with the one it replaces, a repetition, an older version', () => {
  const trace = traceOf([]);
  const [old, newer] = [made({ id: 1, end: 10 }), made({ id: 1, end: 20 })];
  const added = trace.add(old, origin(1));
  assert.deepEqual([added.changed, added.replaced], [true, undefined]);
  const replaced = trace.add(newer, origin(2));
  assert.deepEqual([replaced.changed, replaced.replaced], [true, old]);
  assert.equal(replaced.node.origin.offset, 2);
  for (const again of [newer, made({ id: 1, end: 20 }), old]) {
    const repeated = trace.add(again, origin(3));
    assert.deepEqual([repeated.changed, repeated.replaced, repeated.node.origin.offset], [false, undefined, 2]);
  }
  assert.equal(trace.unresolved, 2);
});

test('any order of arrival and any re-parenting gives the same tree', () => {
  const versions = fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 8 }),
      parent: fc.integer({ min: 1, max: 8 }),
      end: fc.constantFrom(10, 20),
    }),
    { minLength: 1, maxLength: 16 },
  );
  fc.assert(
    fc.property(versions, fc.infiniteStream(fc.nat()), (spans: readonly MadeSpan[], keys) => {
      const shuffled = spans.map((span) => ({ span, key: keys.next().value })).sort((a, b) => a.key - b.key);
      assert.deepEqual(links(traceOf(shuffled.map(({ span }) => span))), links(traceOf(spans)));
    }),
    { numRuns: 300 },
  );
});

test('a trace is whole when it has a root and no span waits for a parent, also after versions moved spans about', () => {
  const trace = traceOf([{ id: 3, parent: 2, end: 10 }]);
  assert.equal(trace.isWhole, false);
  trace.add(made({ id: 1 }), origin(1));
  assert.equal(trace.isWhole, false, 'span 3 waits for span 2');
  trace.add(made({ id: 3, parent: 1, end: 20 }), origin(2));
  assert.equal(trace.isWhole, true);
  trace.add(made({ id: 1, parent: 7, end: 2000 }), origin(3));
  assert.equal(trace.isWhole, false, 'the root has become a child');
});
