import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import { resolveLineage } from '../../src/lineage/resolve-lineage.ts';
import { type MadeSpan, made, NOBODY, origin, RESOLVE, spanId, traceOf } from '../support/made-spans.ts';

/** Generous for a slow machine; what is not linear takes minutes. */
const LINEAR_MS = 5_000;

function parents(spans: readonly MadeSpan[]): Record<string, string | undefined> {
  const trace = traceOf(spans);
  resolveLineage(trace, NOBODY);
  return Object.fromEntries(
    [...trace.nodes].map(([id, node]) => [Number.parseInt(id, 16), node.parent?.span.identity.spanId]),
  );
}

test('a span that is its own parent becomes a root', () => {
  assert.deepEqual(
    parents([
      { id: 1, parent: 1 },
      { id: 2, parent: 1 },
    ]),
    { 1: undefined, 2: spanId(1) },
  );
});

test('a cycle is cut at its smallest span id, wherever the spans beneath it lead in', () => {
  const cycle: MadeSpan[] = [
    { id: 5, parent: 4 },
    { id: 3, parent: 5 },
    { id: 4, parent: 3 },
    { id: 9, parent: 4 },
  ];
  const expected = { 3: undefined, 4: spanId(3), 5: spanId(4), 9: spanId(4) };
  assert.deepEqual(parents(cycle), expected);
  assert.deepEqual(parents([...cycle].reverse()), expected);
});

test('two cycles in one trace are cut each once, and a real root beside them stays', () => {
  const spans: MadeSpan[] = [
    { id: 1 },
    { id: 2, parent: 3 },
    { id: 3, parent: 2 },
    { id: 4, parent: 5 },
    { id: 5, parent: 4 },
  ];
  assert.deepEqual(parents(spans), { 1: undefined, 2: undefined, 3: spanId(2), 4: undefined, 5: spanId(4) });
});

test('a cycle that a later version of one of its spans opens is a tree again, as if it had never been one', () => {
  const cycle: MadeSpan[] = [
    { id: 1, parent: 2, own: { team: 'mine' } },
    { id: 2, parent: 1, end: 10 },
  ];
  const trace = traceOf(cycle);
  resolveLineage(trace, NOBODY);
  trace.add(made({ id: 2, end: 20, own: { team: 'top' } }), origin(3));
  resolveLineage(trace, NOBODY);
  assert.equal(trace.nodes.get(spanId(1))?.parent?.span.identity.spanId, spanId(2));
  assert.equal(trace.nodes.get(spanId(2))?.parent, undefined);
});

test('a cycle that a later version of the cut span itself opens is a tree', () => {
  const trace = traceOf([
    { id: 1, parent: 2, end: 10 },
    { id: 2, parent: 1 },
  ]);
  resolveLineage(trace, NOBODY);
  trace.add(made({ id: 1, end: 20 }), origin(3));
  resolveLineage(trace, NOBODY);
  assert.equal(trace.nodes.get(spanId(1))?.parent, undefined);
  assert.equal(trace.nodes.get(spanId(2))?.parent?.span.identity.spanId, spanId(1));
  assert.equal(trace.nodes.get(spanId(1))?.children.length, 1);
});

test('resolving again gives a cycle the same lineage: nothing is rewritten', () => {
  const trace = traceOf([
    { id: 1, parent: 2, role: 'step' },
    { id: 2, parent: 1, role: 'step' },
    { id: 3, parent: 2, tokens: { input: 5 } },
  ]);
  for (const node of resolveTrace(trace, RESOLVE).changed) node.written = node.resolved;
  assert.equal(resolveTrace(trace, RESOLVE).changed.length, 0);
});

const SHAPES: readonly (readonly [string, (id: number) => MadeSpan])[] = [
  ['a chain', (id) => (id === 1 ? { id } : { id, parent: id - 1 })],
  ['a chain of steps', (id) => ({ ...(id === 1 ? { id } : { id, parent: id - 1 }), role: 'step' })],
  ['a star', (id) => (id === 1 ? { id } : { id, parent: 1 })],
  ['a cycle of two with a tail', (id) => ({ id, parent: id === 1 ? 2 : id - 1 })],
  ['one great cycle', (id) => ({ id, parent: id === 1 ? 50_000 : id - 1 })],
  [
    'a chain of chains with requests at the far end',
    (id) => ({
      ...(id === 1 ? { id } : { id, parent: Math.min(id - 1, 25_000) }),
      role: id <= 25_000 ? 'other' : 'model_request',
      tokens: { input: id },
    }),
  ],
  [
    'a chain with a request at each of its spans',
    (id) =>
      id % 2 === 1
        ? { id, ...(id === 1 ? {} : { parent: id - 2 }), role: 'other' }
        : { id, parent: id - 1, tokens: { input: id } },
  ],
];

for (const [name, spanOf] of SHAPES) {
  test(`${name} of 50,000 spans, leaf first, is resolved in linear time and without recursion`, () => {
    const spans = Array.from({ length: 50_000 }, (_, index) => made({ role: 'other', ...spanOf(50_000 - index) }));
    const trace = traceOf(spans);
    const began = performance.now();
    const { changed } = resolveTrace(trace, RESOLVE);
    const tookMs = performance.now() - began;
    assert.equal(changed.length, 50_000);
    assert.ok(tookMs < LINEAR_MS, `${tookMs} ms`);
  });
}

/** A chain of tool calls in tool calls; returns the path of the innermost one. */
function pathOfNested(count: number): readonly string[] {
  const spans = Array.from({ length: count }, (_, index) =>
    made({ id: index + 1, ...(index === 0 ? {} : { parent: index }), role: 'tool_call', toolName: 'recurse' }),
  );
  const trace = traceOf(spans);
  resolveLineage(trace, NOBODY);
  return trace.nodes.get(spanId(count))?.lineage?.toolCallPath ?? [];
}

test('the path of nested tool calls is whole up to 64 of them; beyond, the nearest 64 are named', () => {
  const ids = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => spanId(first + index));
  assert.deepEqual(pathOfNested(64), ids(1, 64));
  assert.deepEqual(pathOfNested(65), ids(2, 65));
  assert.deepEqual(pathOfNested(50_000), ids(49_937, 50_000));
});
