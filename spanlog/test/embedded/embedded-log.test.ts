import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { open } from 'lmdb';
import { FORMAT_KEY } from '../../src/embedded/keys.ts';
import { createEmbeddedLog } from '../../src/index.ts';
import { logOptions, MIB, openLog, readAll, record, temporaryDirectory, textOf } from './harness.ts';

test('stop lets what was appended become durable, may be called twice, and refuses what comes later', async (t) => {
  const directory = temporaryDirectory(t);
  const { log, topic } = openLog(t, { directory });
  const consumer = topic.consumer('attribution');
  const waiting = consumer.poll({ maxBytes: MIB, maxWaitMs: 30_000 });
  const appended = topic.append([record(0, 'last')]);
  await Promise.all([log.stop(), log.stop(), appended]);
  assert.ok((await waiting).length <= 1);
  await assert.rejects(topic.append([record(0, 'later')]), { code: 'SPL_LOG_STOPPED', retryable: true });
  await assert.rejects(consumer.poll({ maxBytes: MIB, maxWaitMs: 0 }), { code: 'SPL_LOG_STOPPED' });
  await assert.rejects(consumer.commit(new Map([[0, 1]])), { code: 'SPL_LOG_STOPPED' });
  assert.throws(() => topic.consumer('another'), { code: 'SPL_LOG_STOPPED' });

  const reopened = openLog(t, { directory });
  assert.deepEqual((await readAll(reopened.topic.consumer('attribution'))).map(textOf), ['last']);
});

test('a second open of the same directory in the process is refused until the first is stopped', async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = openLog(t, { directory });
  assert.throws(() => createEmbeddedLog(logOptions(directory)), { code: 'SPL_LOG_DIRECTORY_TAKEN' });
  await log.stop();
  openLog(t, { directory });
});

test('a log of a newer format is refused', async (t) => {
  const directory = temporaryDirectory(t);
  await openLog(t, { directory }).log.stop();
  const store = open({ path: directory, noSubdir: false, encoding: 'binary', keyEncoding: 'binary' });
  await store.put(FORMAT_KEY, Buffer.from('2'));
  await store.close();
  assert.throws(() => createEmbeddedLog(logOptions(directory)), {
    code: 'SPL_LOG_FORMAT',
    message: /format 2, expected 1/,
  });
});

test('files that are no log are refused with the path', (t) => {
  const directory = join(temporaryDirectory(t), 'log');
  mkdirSync(directory);
  writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(100_000, 'not a log'));
  assert.throws(
    () => createEmbeddedLog(logOptions(directory)),
    (error: Error) => {
      return 'code' in error && error.code === 'SPL_LOG_OPEN_FAILED' && error.message.includes(directory);
    },
  );
});
