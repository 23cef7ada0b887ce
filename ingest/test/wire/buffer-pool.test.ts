import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBufferPool } from '../../src/wire/buffer-pool.ts';

test('a released buffer is used again, one that was not is never', () => {
  const pool = createBufferPool();
  const first = pool.take(100_000);
  const second = pool.take(100_000);
  assert.notEqual(first.bytes.buffer, second.bytes.buffer);
  first.release();
  const third = pool.take(90_000);
  assert.equal(third.bytes.buffer, first.bytes.buffer);
  assert.equal(third.bytes.length, 90_000);
  assert.notEqual(pool.take(90_000).bytes.buffer, second.bytes.buffer);
});

test('releasing twice does not lend one buffer to two', () => {
  const pool = createBufferPool();
  const first = pool.take(10);
  first.release();
  first.release();
  assert.notEqual(pool.take(10).bytes.buffer, pool.take(10).bytes.buffer);
});

test('what is kept has a bound', () => {
  const pool = createBufferPool();
  const taken = Array.from({ length: 20 }, () => pool.take(4 * 1024 * 1024));
  for (const { release } of taken) release();
  const buffers = new Set(taken.map(({ bytes }) => bytes.buffer));
  const reused = Array.from({ length: 20 }, () => pool.take(4 * 1024 * 1024)).filter(({ bytes }) =>
    buffers.has(bytes.buffer),
  );
  assert.equal(reused.length, 8);
});
