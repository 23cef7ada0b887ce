import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import type { DiskSpace } from '../../src/embedded/disk-space.ts';
import type { Store } from '../../src/embedded/store.ts';
import { type Change, createWriter } from '../../src/embedded/writer.ts';
import { commitAll, MIB, openLog, readAll, record, textOf, waitFor } from './harness.ts';

const ROOMY: DiskSpace = { check: () => {}, isShortOf: () => false };

test('a write that the disk did not take fails the log for good', async () => {
  const eio = Object.assign(new Error('Input/output error'), { code: constants.errno.EIO });
  const writer = writerOn(() => Promise.reject(rejection(eio)));
  const outcomes: string[] = [];
  await assert.rejects(writer.submit(change(outcomes)), { code: 'SPL_LOG_FAILED', retryable: false, cause: eio });
  await assert.rejects(writer.submit(change(outcomes)), { code: 'SPL_LOG_FAILED' });
  assert.deepEqual(outcomes, ['write', 'discard']);
  assert.equal(writer.pendingBytes(), 0);
  await writer.drained();
});

test('a disk that does not answer fails the log after the deadline', async () => {
  const writer = writerOn(() => new Promise(() => {}), 20);
  await assert.rejects(writer.submit(change([])), { code: 'SPL_LOG_FAILED', message: /no answer .* 20 ms/ });
});

test('a write that finds no space is refused and the next one tried again', async () => {
  const enospc = Object.assign(new Error('No space left on device'), { code: constants.errno.ENOSPC });
  let attempts = 0;
  const writer = writerOn(() => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(rejection(enospc)) : Promise.resolve();
  });
  const outcomes: string[] = [];
  await assert.rejects(writer.submit(change(outcomes)), { code: 'SPL_LOG_DISK_FULL', retryable: true });
  await writer.submit(change(outcomes));
  assert.deepEqual(outcomes, ['write', 'discard', 'write', 'publish']);
});

test('what is submitted during a flush shares the next one', async () => {
  const flushes: (() => void)[] = [];
  const writer = writerOn(() => new Promise<void>((resolve) => flushes.push(resolve)));
  const first = writer.submit(change([]));
  await waitFor(() => flushes.length === 1, 'the first flush');
  const others = Array.from({ length: 10 }, () => writer.submit(change([])));
  flushes[0]?.();
  await first;
  await waitFor(() => flushes.length === 2, 'the second flush');
  flushes[1]?.();
  await Promise.all(others);
  assert.equal(flushes.length, 2);
});

test('a log on a disk that is really full refuses, keeps what it acknowledged and recovers when there is space', async (t) => {
  const directory = smallFileSystem(t, 32);
  if (directory === undefined) return t.diagnostic('NOT RUN: this machine does not let us mount a small file system');
  const { topic, log } = openLog(t, {
    directory,
    partitionCount: 1,
    retention: { maxBytes: 0, maxAgeMs: 0 },
    retentionIntervalMs: 5,
  });
  const consumer = topic.consumer('attribution');
  let acknowledged = 0;
  const fill = async () => {
    while (true) await topic.append([record(0, Buffer.alloc(MIB, acknowledged))]).then(() => (acknowledged += 1));
  };
  await assert.rejects(fill(), { code: 'SPL_LOG_DISK_FULL', retryable: true });
  assert.ok(acknowledged > 20, `${acknowledged} MiB of 32`);
  assert.deepEqual(topic.range(0), { start: 0, end: acknowledged });
  const records = await readAll(consumer);
  assert.ok(records.every(({ value }, index) => value.byteLength === MIB && value[0] === index));

  await commitAll(topic, consumer);
  await waitFor(() => topic.range(0).start === acknowledged, 'retention on a full disk');
  await topic.append([record(0, 'after')]);
  assert.deepEqual((await readAll(consumer)).map(textOf), ['after']);
  await log.stop();
});

function writerOn(commit: () => Promise<void>, commitDeadlineMs = 5_000) {
  const batch = (write: () => void) => {
    write();
    return commit();
  };
  const logger = pino({ level: 'silent' });
  return createWriter({ store: { batch } as unknown as Store, diskSpace: ROOMY, commitDeadlineMs, logger });
}

/** As lmdb rejects: a general error that promises the specific one. */
function rejection(reason: Error): Error {
  const commitError = Promise.reject(reason);
  commitError.catch(() => {});
  return Object.assign(new Error('Commit failed (see commitError for details)'), { commitError });
}

function change(outcomes: string[]): Change {
  return {
    bytes: 1,
    write: () => outcomes.push('write'),
    publish: () => outcomes.push('publish'),
    discard: () => outcomes.push('discard'),
  };
}

/** A folder on a file system of its own, where one may be made. */
function smallFileSystem(t: TestContext, mebibytes: number): string | undefined {
  const mountPoint = mkdtempSync(join(tmpdir(), 'spanlog-'));
  const remove = () => rmSync(mountPoint, { recursive: true, force: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', mountPoint], { stdio: 'ignore' });
  } catch {
    remove();
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', mountPoint]);
    remove();
  });
  return join(mountPoint, 'log');
}
