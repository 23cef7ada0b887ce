import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClaimIndex } from '../../src/calls/claims.ts';
import { type MadeSpan, sighting } from '../support/made-spans.ts';

/** Adds a call; returns the numbers of the traces where the same call may have been seen, without repetitions. */
function add(index: ClaimIndex, span: MadeSpan, tenant = 'default'): number[] {
  const seen = sighting({ tokens: { input: 10, output: 5 }, ...span });
  const found = index.add({ tenant, traceId: seen.traceId, spanId: seen.spanId }, seen);
  return [...new Set(found.map(({ traceId }) => Number.parseInt(traceId, 16)))].sort((a, b) => a - b);
}

const framework = (trace: number, span: Partial<MadeSpan> = {}): MadeSpan => ({
  id: 1,
  trace,
  scope: 'framework',
  ...span,
});
const native = (trace: number, span: Partial<MadeSpan> = {}): MadeSpan => ({ id: 1, trace, scope: 'native', ...span });
/** A call that can be met by its response id alone. */
const named = (trace: number, responseId: string) => ({
  call: { responseId },
  resource: { processKey: `own-process-${trace}` },
});

test('calls of different traces meet by response id, or by equal usage within a process', () => {
  const index = new ClaimIndex(100);
  assert.deepEqual(add(index, framework(1, named(1, 'r1'))), []);
  assert.deepEqual(add(index, native(2, named(2, 'r1'))), [1]);
  assert.deepEqual(add(index, framework(3)), []);
  assert.deepEqual(add(index, native(4)), [3]);
  assert.deepEqual(add(index, native(5, { tokens: { input: 11, output: 5 } })), []);
  assert.deepEqual(add(index, native(6, { resource: { processKey: 'another' } })), []);
});

test('usage that is split into other meters still meets', () => {
  const index = new ClaimIndex(100);
  add(index, framework(1));
  assert.deepEqual(add(index, native(2, { tokens: { input: 3, cache_read: 7, output: 1, reasoning: 4 } })), [1]);
});

const NEVER: readonly (readonly [string, MadeSpan, string])[] = [
  ['of one trace', native(1, { id: 2, ...named(1, 'r1') }), 'default'],
  ['of two tenants', native(2, named(2, 'r1')), 'other tenant'],
  ['of one instrumentation in one process', framework(2, named(1, 'r1')), 'default'],
  ['of different times', native(2, { ...named(2, 'r1'), start: 60_000 }), 'default'],
];

for (const [name, other, tenant] of NEVER) {
  test(`calls ${name} never meet`, () => {
    const index = new ClaimIndex(100);
    add(index, framework(1, named(1, 'r1')));
    assert.deepEqual(add(index, other, tenant), []);
  });
}

test('a call without response id and usage, or whose process is unknown, meets nothing by usage', () => {
  const index = new ClaimIndex(100);
  const unknown: Partial<MadeSpan> = { resource: { processKey: '' } };
  const silent: Partial<MadeSpan> = { call: { usage: { status: 'none', reason: 'streamed' } } };
  for (const span of [unknown, silent]) {
    add(index, framework(1, span));
    assert.deepEqual(add(index, native(2, span)), []);
  }
});

/** Each call has two claims here: its id, and its usage in a process of its own. */
test('up to its bound an index remembers every call; beyond, the oldest is forgotten', () => {
  const index = new ClaimIndex(10);
  for (let trace = 1; trace <= 10; trace += 1) add(index, framework(trace, named(trace, `r${trace}`)));
  assert.equal(index.size, 10);
  assert.deepEqual(add(index, native(101, named(101, 'r1'))), [1], 'the first is still there when its twin comes');
  assert.equal(index.size, 10);
  assert.deepEqual(
    add(index, { ...framework(102, named(102, 'r1')), scope: 'gateway' }),
    [101],
    'and forgotten after that',
  );
  assert.deepEqual(add(index, native(103, named(103, 'r4'))), [4]);
});

test('20,000 calls through an index of 1,000: the latest 1,000 are found, earlier ones are not', () => {
  const index = new ClaimIndex(1_000);
  for (let trace = 1; trace <= 20_000; trace += 1) add(index, framework(trace, named(trace, `r${trace}`)));
  assert.equal(index.size, 1_000);
  assert.deepEqual(add(index, native(30_001, named(30_001, 'r20000'))), [20_000]);
  assert.deepEqual(add(index, native(30_002, named(30_002, 'r19003'))), [19_003]);
  assert.deepEqual(add(index, native(30_003, named(30_003, 'r18000'))), []);
});

test('under one key the 16 latest calls are looked at', () => {
  const index = new ClaimIndex(1_000);
  for (let trace = 1; trace <= 100; trace += 1) add(index, framework(trace, named(trace, 'same')));
  const met = add(index, native(101, named(101, 'same')));
  assert.deepEqual(
    met,
    Array.from({ length: 16 }, (_, place) => 85 + place),
  );
});

test('an index whose ring wraps again and again under few keys stays bounded and meets only calls of its key', () => {
  const index = new ClaimIndex(5);
  for (let trace = 1; trace <= 500; trace += 1) {
    const span = named(trace, `r${trace % 3}`);
    const met = add(index, trace % 2 === 0 ? native(trace, span) : framework(trace, span));
    for (const other of met) assert.equal(other % 3, trace % 3);
    assert.ok(met.length <= 16 && index.size <= 5);
  }
});
