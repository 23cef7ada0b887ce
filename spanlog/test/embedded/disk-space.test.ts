import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDiskSpace } from '../../src/embedded/disk-space.ts';
import { MIB, NOW_MS, openLog, record, temporaryDirectory } from './harness.ts';

test('an append that would eat into the reserve is refused, and taken again when there is space', () => {
  let freeBytes = 100 * MIB;
  let nowMs = NOW_MS;
  const diskSpace = createDiskSpace({
    directory: '/data',
    reserveBytes: 90 * MIB,
    clock: () => nowMs,
    read: () => ({ freeBytes, totalBytes: 1_000 * MIB }),
  });
  diskSpace.check(6 * MIB);
  assert.throws(() => diskSpace.check(6 * MIB), { code: 'SPL_LOG_DISK_FULL', retryable: true, message: /\/data/ });
  freeBytes = 200 * MIB;
  nowMs += 101;
  diskSpace.check(6 * MIB);
});

test('the reserve is 256 MiB, or 1 % of a disk on which that is less', () => {
  for (const [totalBytes, reserveBytes] of [
    [10_000 * MIB, 100 * MIB],
    [1_000_000 * MIB, 256 * MIB],
  ] as const) {
    const check = (freeBytes: number) => {
      const read = () => ({ freeBytes, totalBytes });
      createDiskSpace({ directory: '/data', reserveBytes: undefined, clock: () => NOW_MS, read }).check(1);
    };
    check(reserveBytes + 1);
    assert.throws(() => check(reserveBytes), { code: 'SPL_LOG_DISK_FULL' });
  }
});

test('a log whose real disk has less than the reserve refuses appends', async (t) => {
  const { topic } = openLog(t, { directory: temporaryDirectory(t), diskReserveBytes: Number.MAX_SAFE_INTEGER });
  await assert.rejects(topic.append([record(0, 'x')]), { code: 'SPL_LOG_DISK_FULL' });
  assert.equal(topic.stats().backlogBytes, 0);
  assert.equal(topic.range(0).end, 0);
});
