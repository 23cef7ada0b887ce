import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceCache } from '../../src/trace/trace-cache.ts';
import { made, origin } from '../support/made-spans.ts';

const NONE_PINNED = () => false;

/** A cache that was given traces 1 to `count`, each of two spans that wait for their parent, oldest first. */
function filled(maxSpans: number, count: number): TraceCache {
  const cache = new TraceCache(maxSpans);
  for (let number = 1; number <= count; number += 1) {
    const trace = cache.take('default', `t${number}`);
    for (const id of [1, 2]) trace.add(made({ id, parent: 9 }), origin());
    cache.grew(2);
  }
  return cache;
}

function held(cache: TraceCache, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((number) => cache.has('default', `t${number}`));
}

test('up to its bound a cache keeps everything; one span more and the oldest trace goes', () => {
  const cache = filled(6, 3);
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 3), [1, 2, 3]);
  cache.take('default', 't3').add(made({ id: 3 }), origin());
  cache.grew(1);
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 3), [2, 3]);
  assert.equal(cache.spanCount, 5);
});

test('a trace that is taken again is the most recent one', () => {
  const cache = filled(4, 3);
  const first = cache.take('default', 't1');
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 3), [1, 3]);
  assert.equal(cache.take('default', 't1'), first);
});

test('pinned traces stay, even where the bound is passed because of them', () => {
  const cache = filled(2, 4);
  const pinned = new Set([cache.take('default', 't1'), cache.take('default', 't2')]);
  cache.trim((trace) => pinned.has(trace));
  assert.deepEqual(held(cache, 4), [1, 2]);
  assert.equal(cache.spanCount, 4);
});

test('two tenants with one trace id have two traces', () => {
  const cache = new TraceCache(10);
  const ours = cache.take('default', 'abc');
  assert.notEqual(cache.take('other', 'abc'), ours);
  assert.notEqual(cache.take('other', 'abc'), cache.take('oth', 'erabc'));
  assert.equal(cache.take('default', 'abc'), ours);
  assert.equal(cache.traceCount, 3);
});

/** The cache of `filled`, after the root of each trace in `whole` came and everything was written. */
function settled(maxSpans: number, count: number, whole: readonly number[]): TraceCache {
  const cache = filled(maxSpans, count);
  for (const number of whole) {
    const trace = cache.take('default', `t${number}`);
    trace.add(made({ id: 9 }), origin());
    cache.grew(1);
  }
  for (let number = 1; number <= count; number += 1) {
    const trace = cache.peek('default', `t${number}`);
    if (trace !== undefined) cache.wrote(trace);
  }
  return cache;
}

test('of whole traces that are written only a tenth of the bound is kept; those that wait for spans have the rest', () => {
  const cache = settled(60, 20, [1, 2, 3, 4]);
  assert.equal(cache.spanCount, 44);
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 4), [3, 4]);
  assert.deepEqual([cache.spanCount, cache.traceCount], [38, 18]);
});

test('traces that wait for spans may fill the bound but for what whole ones hold of it', () => {
  const cache = settled(30, 20, [20]);
  cache.trim(NONE_PINNED);
  assert.equal(cache.has('default', 't20'), true);
  assert.equal(cache.spanCount, 29);
});

test('a whole trace that gets another span waits again', () => {
  const cache = settled(30, 2, [1, 2]);
  cache.take('default', 't1');
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 2), [1, 2]);
  assert.equal(cache.spanCount, 6);
});

test('looking at a trace does not make it more recent', () => {
  const cache = filled(4, 3);
  assert.notEqual(cache.peek('default', 't1'), undefined);
  assert.equal(cache.peek('default', 'unknown'), undefined);
  cache.trim(NONE_PINNED);
  assert.deepEqual(held(cache, 3), [2, 3]);
});
