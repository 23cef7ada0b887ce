import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmbeddedLog } from '../../src/index.ts';
import { logOptions, MIB, NOW_MS, openLog, readAll, record, SPANS, temporaryDirectory, textOf } from './harness.ts';

test('appended records come back in the order of their partition, with all that was said of them', async (t) => {
  const { topic } = openLog(t);
  await topic.append([
    record(0, 'a', { kind: 'notice', keyId: '', receivedAtMs: NOW_MS + 1 }),
    record(3, 'b', { keyId: 'schlüssel' }),
    record(0, 'c'),
  ]);
  const consumer = topic.consumer('attribution');
  const batches = await consumer.poll({ maxBytes: MIB, maxWaitMs: 0 });
  assert.deepEqual(
    batches.map((batch) => [
      batch.partition,
      batch.records.map(({ value, ...rest }) => ({ ...rest, text: String(value) })),
    ]),
    [
      [
        0,
        [
          { partition: 0, offset: 0, kind: 'notice', keyId: '', receivedAtMs: NOW_MS + 1, text: 'a' },
          { partition: 0, offset: 1, kind: 'otlp', keyId: 'key-1', receivedAtMs: NOW_MS, text: 'c' },
        ],
      ],
      [3, [{ partition: 3, offset: 0, kind: 'otlp', keyId: 'schlüssel', receivedAtMs: NOW_MS, text: 'b' }]],
    ],
  );
});

test('concurrent appends get dense offsets in the order of their calls', async (t) => {
  const { topic } = openLog(t, { partitionCount: 2 });
  const texts = Array.from({ length: 500 }, (_, index) => `record ${index}`);
  await Promise.all(texts.map((text, index) => topic.append([record(index % 2, text)])));
  const records = await readAll(topic.consumer('attribution'));
  for (const partition of [0, 1]) {
    const own = records.filter((stored) => stored.partition === partition);
    assert.deepEqual(
      own.map(({ offset }) => offset),
      Array.from({ length: 250 }, (_, offset) => offset),
    );
    assert.deepEqual(
      own.map(textOf),
      texts.filter((_, index) => index % 2 === partition),
    );
  }
  assert.deepEqual(topic.range(0), { start: 0, end: 250 });
});

test('a value of 0 bytes, one of 20 MiB and one of 1 byte survive a reopen', async (t) => {
  const directory = temporaryDirectory(t);
  const values = [new Uint8Array(0), Buffer.alloc(20 * MIB, 'poison '), Buffer.of(7)];
  const first = openLog(t, { directory });
  for (const value of values) await first.topic.append([record(1, value)]);
  await first.log.stop();
  const { topic } = openLog(t, { directory });
  const records = await readAll(topic.consumer('attribution'));
  assert.deepEqual(
    records.map(({ value }) => value.byteLength),
    [0, 20 * MIB, 1],
  );
  assert.ok(records.every(({ value }, index) => Buffer.compare(value, values[index] ?? Buffer.of()) === 0));
});

test('an append of no records does nothing, and a record that makes no sense is refused before anything is written', async (t) => {
  const { topic } = openLog(t);
  await topic.append([]);
  const good = record(0, 'good');
  for (const bad of [
    record(4, 'x'),
    record(-1, 'x'),
    record(0, 'x', { receivedAtMs: Number.NaN }),
    record(0, 'x', { receivedAtMs: -1 }),
    record(0, 'x', { keyId: 'k'.repeat(256) }),
  ]) {
    await assert.rejects(topic.append([good, bad]), RangeError);
  }
  assert.deepEqual(topic.range(0), { start: 0, end: 0 });
  assert.throws(() => topic.range(4), RangeError);
});

test('append refuses at the bound of uncommitted bytes, before writing, and recovers when consumers commit', async (t) => {
  const { topic } = openLog(t, { partitionCount: 1, maxBacklogBytes: 10_000 });
  const half = record(0, Buffer.alloc(4_500));
  await topic.append([half]);
  await topic.append([half]);
  await assert.rejects(topic.append([half]), { code: 'SPL_LOG_FULL', retryable: true });
  assert.deepEqual(topic.range(0), { start: 0, end: 2 });

  const [slow, fast] = [topic.consumer('slow'), topic.consumer('fast')];
  await fast.commit(new Map([[0, 2]]));
  await assert.rejects(topic.append([half]), { code: 'SPL_LOG_FULL' }, 'one group alone does not free anything');
  await slow.commit(new Map([[0, 1]]));
  await topic.append([half]);
  const { backlogBytes, maxBacklogBytes, partitions } = topic.stats();
  assert.ok(backlogBytes > 9_000 && backlogBytes <= maxBacklogBytes);
  assert.equal(partitions[0]?.end, 3);
});

test('appends that are on their way to the disk count towards the bound', async (t) => {
  const { topic } = openLog(t, { maxBacklogBytes: 10_000 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => topic.append([record(0, Buffer.alloc(4_500))])),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
});

test('a single append larger than the bound passes when nothing else is uncommitted', async (t) => {
  const { topic } = openLog(t, { maxBacklogBytes: 1_000 });
  await topic.append([record(0, Buffer.alloc(5_000))]);
  await assert.rejects(topic.append([record(0, 'x')]), { code: 'SPL_LOG_FULL' });
});

test('appends that wait for the disk hold no more memory than allowed', async (t) => {
  const { topic } = openLog(t, { maxPendingBytes: 10_000 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => topic.append([record(0, Buffer.alloc(4_500))])),
  );
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'durable')),
    ['durable', 'durable', 'SPL_LOG_FULL', 'SPL_LOG_FULL', 'SPL_LOG_FULL'],
  );
  await topic.append([record(0, Buffer.alloc(4_500))]);
});

test('a topic keeps its id and its partition count; another count is refused', async (t) => {
  const directory = temporaryDirectory(t);
  const first = openLog(t, { directory, partitionCount: 4 });
  const { id } = first.topic;
  assert.match(id, /^[0-9a-f-]{36}$/);
  await first.log.stop();
  assert.throws(() => createEmbeddedLog(logOptions(directory, { partitionCount: 8 })), {
    code: 'SPL_LOG_PARTITIONS_CHANGED',
    message: /made with 4 partitions .* with 8/,
  });
  const second = openLog(t, { directory, partitionCount: 4 });
  assert.equal(second.topic.id, id);
  assert.equal(second.topic.name, SPANS);
});

test('topics of one log are apart from each other', async (t) => {
  const logs = 'spanledger.logs.v1';
  const directory = temporaryDirectory(t);
  const topics = { [SPANS]: { partitionCount: 2 }, [logs]: { partitionCount: 1 } };
  const log = createEmbeddedLog({ ...logOptions(directory), topics });
  t.after(() => log.stop());
  await Promise.all([log.topic(SPANS).append([record(0, 'span')]), log.topic(logs).append([record(0, 'log')])]);
  assert.deepEqual((await readAll(log.topic(logs).consumer('attribution'))).map(textOf), ['log']);
  assert.deepEqual((await readAll(log.topic(SPANS).consumer('attribution'))).map(textOf), ['span']);
  assert.throws(() => log.topic('spanledger.dead-letters.v1'), { code: 'SPL_LOG_UNKNOWN_TOPIC' });
});
