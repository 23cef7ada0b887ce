import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { TraceDirectory } from '../../src/trace/trace-directory.ts';
import { traceId } from '../support/made-spans.ts';

const MINUTE = 29_000_000;

function directory(maxTraces = 1 << 20): TraceDirectory {
  return new TraceDirectory({ maxTraces, complete: true });
}

test('a trace that was never added is not found', () => {
  assert.equal(directory().find('default', traceId(1)), undefined);
});

test('the minutes of a trace widen in both directions and never shrink', () => {
  const known = directory();
  for (const minute of [MINUTE, MINUTE + 5, MINUTE - 7, MINUTE + 1]) known.add('default', traceId(1), minute);
  assert.deepEqual(known.find('default', traceId(1)), { first: MINUTE - 7, last: MINUTE + 5 });
  assert.equal(known.size, 1);
});

test('a trace id of another tenant is another trace', () => {
  const known = directory();
  known.add('one', traceId(1), MINUTE);
  known.add('two', traceId(1), MINUTE + 9);
  assert.deepEqual(known.find('one', traceId(1)), { first: MINUTE, last: MINUTE });
  assert.deepEqual(known.find('two', traceId(1)), { first: MINUTE + 9, last: MINUTE + 9 });
  assert.equal(known.find('three', traceId(1)), undefined);
});

test('200,000 random traces are all found with their own minutes while the table grows, and no other is', () => {
  const known = directory();
  const ids = Array.from({ length: 200_000 }, () => randomBytes(16).toString('hex'));
  for (const [index, id] of ids.entries()) known.add('default', id, MINUTE + (index % 10_000));
  assert.equal(known.size, ids.length);
  const wrong = ids.filter((id, index) => known.find('default', id)?.first !== MINUTE + (index % 10_000));
  assert.deepEqual(wrong, []);
  const strangers = Array.from({ length: 100_000 }, () => randomBytes(16).toString('hex'));
  assert.deepEqual(
    strangers.filter((id) => known.find('default', id) !== undefined),
    [],
  );
});

test('traces whose ids merely count up do not collide either', () => {
  const known = directory();
  for (let number = 0; number < 200_000; number += 1) known.add('default', traceId(number), MINUTE);
  assert.equal(known.size, 200_000);
});

test('two generations are kept: what came in either of them is found, and absence still proves that a trace is new', () => {
  const known = directory(100);
  for (let number = 0; number < 199; number += 1) known.add('default', traceId(number), MINUTE);
  assert.equal(known.complete, true);
  for (const number of [0, 99, 100, 198]) assert.notEqual(known.find('default', traceId(number)), undefined);
});

test('when the older generation is forgotten the directory says that absence proves nothing any more', () => {
  const known = directory(100);
  for (let number = 0; number < 200; number += 1) known.add('default', traceId(number), MINUTE);
  assert.equal(known.complete, false);
  assert.equal(known.find('default', traceId(0)), undefined);
  assert.notEqual(known.find('default', traceId(199)), undefined);
  assert.ok(known.size <= 200);
});

test('a trace that goes on in the newer generation keeps the minutes of the older one, also after that is forgotten', () => {
  const known = directory(100);
  for (const minute of [MINUTE, MINUTE + 5]) known.add('default', traceId(1_000), minute);
  for (let number = 0; number < 99; number += 1) known.add('default', traceId(number), MINUTE);
  known.add('default', traceId(1_000), MINUTE + 60);
  assert.deepEqual(known.find('default', traceId(1_000)), { first: MINUTE, last: MINUTE + 60 });
  for (let number = 2_000; number < 2_099; number += 1) known.add('default', traceId(number), MINUTE);
  assert.equal(known.complete, false);
  assert.deepEqual(known.find('default', traceId(1_000)), { first: MINUTE, last: MINUTE + 60 });
});
