import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitAll, MIB, NOW_MS, openLog, readAll, record, temporaryDirectory, textOf, waitFor } from './harness.ts';

test('a waiting poll wakes up when something is appended, long before its time is over', async (t) => {
  const { topic } = openLog(t);
  const consumer = topic.consumer('attribution');
  const startMs = performance.now();
  const polled = consumer.poll({ maxBytes: MIB, maxWaitMs: 30_000 });
  await topic.append([record(2, 'late')]);
  const [batch] = await polled;
  assert.equal(batch?.partition, 2);
  assert.ok(performance.now() - startMs < 5_000);
});

test('a poll ends empty after its time, and at once when its signal aborts', async (t) => {
  const { topic } = openLog(t);
  const consumer = topic.consumer('attribution');
  assert.deepEqual(await consumer.poll({ maxBytes: MIB, maxWaitMs: 20 }), []);
  const controller = new AbortController();
  const polled = consumer.poll({ maxBytes: MIB, maxWaitMs: 30_000, signal: controller.signal });
  controller.abort();
  assert.deepEqual(await polled, []);
  assert.deepEqual(await consumer.poll({ maxBytes: MIB, maxWaitMs: 30_000, signal: AbortSignal.abort() }), []);
});

test('polls stay near their bound, leave no partition behind and repeat nothing', async (t) => {
  const { topic } = openLog(t);
  const values = Array.from({ length: 200 }, (_, index) => record(index % 4, Buffer.alloc(1_000, index)));
  await topic.append(values);
  const consumer = topic.consumer('attribution');
  const first = await consumer.poll({ maxBytes: 10_000, maxWaitMs: 0 });
  const firstBytes = first.flatMap(({ records }) => records).reduce((sum, { value }) => sum + value.byteLength, 0);
  assert.ok(firstBytes >= 10_000 && firstBytes <= 11_000, `${firstBytes} bytes`);
  assert.equal(first.length, 4);
  const rest = await readAll(consumer, 10_000);
  assert.equal(first.flatMap(({ records }) => records).length + rest.length, 200);
});

test('a poll returns one record however large, and what it returned stays valid after later polls', async (t) => {
  const { topic } = openLog(t, { partitionCount: 1, retention: { maxBytes: 0, maxAgeMs: 0 }, retentionIntervalMs: 1 });
  const consumer = topic.consumer('attribution');
  await topic.append([record(0, Buffer.alloc(100_000, 'a')), record(0, Buffer.alloc(100_000, 'b'))]);
  const [first] = await consumer.poll({ maxBytes: 1, maxWaitMs: 0 });
  assert.equal(first?.records.length, 1);
  await commitAll(topic, consumer);
  await waitFor(() => topic.range(0).start === 2, 'retention');
  for (let round = 0; round < 20; round += 1) await topic.append([record(0, Buffer.alloc(100_000, 'c'))]);
  await assert.rejects(consumer.poll({ maxBytes: MIB, maxWaitMs: 0 }), { code: 'SPL_LOG_OFFSET_OUT_OF_RANGE' });
  consumer.seek(0, topic.range(0).start);
  await readAll(consumer);
  assert.ok(Buffer.alloc(100_000, 'a').equals(first?.records[0]?.value ?? Buffer.of()));
});

test('committed positions are durable, only move forward and never lie outside of the partition', async (t) => {
  const directory = temporaryDirectory(t);
  const first = openLog(t, { directory, partitionCount: 2 });
  await first.topic.append(Array.from({ length: 10 }, (_, index) => record(0, `record ${index}`)));
  const consumer = first.topic.consumer('attribution');
  await consumer.commit(new Map([[0, 7]]));
  await consumer.commit(new Map([[0, 3]]));
  assert.equal(consumer.committed(0), 7);
  assert.equal(consumer.committed(1), 0);
  for (const offset of [11, -1, 1.5]) {
    await assert.rejects(consumer.commit(new Map([[0, offset]])), { code: 'SPL_LOG_OFFSET_OUT_OF_RANGE' });
  }
  await first.log.stop();

  const { topic } = openLog(t, { directory, partitionCount: 2 });
  const reopened = topic.consumer('attribution');
  assert.equal(reopened.committed(0), 7);
  assert.deepEqual((await readAll(reopened)).map(textOf), ['record 7', 'record 8', 'record 9']);
});

test('seek goes back for a replay, without touching what is committed', async (t) => {
  const { topic } = openLog(t, { partitionCount: 1 });
  await topic.append(['a', 'b', 'c'].map((text) => record(0, text)));
  const consumer = topic.consumer('attribution');
  await readAll(consumer);
  await commitAll(topic, consumer);
  consumer.seek(0, 1);
  assert.deepEqual((await readAll(consumer)).map(textOf), ['b', 'c']);
  assert.equal(consumer.committed(0), 3);
  assert.throws(() => consumer.seek(0, 4), { code: 'SPL_LOG_OFFSET_OUT_OF_RANGE' });
});

test('lag counts what is not committed, and since when', async (t) => {
  const { topic } = openLog(t, { partitionCount: 2 });
  const consumer = topic.consumer('attribution');
  assert.deepEqual(consumer.lag(), { records: 0, bytes: 0, oldestReceivedAtMs: undefined });
  await topic.append([
    record(0, Buffer.alloc(1_000), { receivedAtMs: NOW_MS }),
    record(0, Buffer.alloc(1_000), { receivedAtMs: NOW_MS + 20 }),
    record(1, Buffer.alloc(1_000), { receivedAtMs: NOW_MS + 10 }),
  ]);
  assert.equal(consumer.lag().records, 3);
  assert.equal(consumer.lag().oldestReceivedAtMs, NOW_MS);
  await consumer.commit(new Map([[0, 1]]));
  assert.equal(consumer.lag().oldestReceivedAtMs, NOW_MS + 10);
  assert.ok(consumer.lag().bytes >= 2_000 && consumer.lag().bytes < 2_500);
});

test('groups read independently of each other', async (t) => {
  const { topic } = openLog(t, { partitionCount: 1 });
  await topic.append(['a', 'b'].map((text) => record(0, text)));
  const [one, two] = [topic.consumer('one'), topic.consumer('two')];
  await readAll(one);
  await commitAll(topic, one);
  assert.deepEqual((await readAll(two)).map(textOf), ['a', 'b']);
  assert.equal(two.committed(0), 0);
});

test('a second member of a group is refused until the first one is closed', async (t) => {
  const { topic } = openLog(t);
  await topic.append([record(0, 'a')]);
  const first = topic.consumer('attribution');
  assert.deepEqual(first.assigned(), [0, 1, 2, 3]);
  assert.throws(() => topic.consumer('attribution'), { code: 'SPL_LOG_GROUP_TAKEN' });
  await readAll(first);
  const waiting = first.poll({ maxBytes: MIB, maxWaitMs: 30_000 });
  await first.close();
  await first.close();
  assert.deepEqual(await waiting, []);
  assert.deepEqual(first.assigned(), []);
  await assert.rejects(first.poll({ maxBytes: MIB, maxWaitMs: 0 }), { code: 'SPL_LOG_CONSUMER_CLOSED' });
  const second = topic.consumer('attribution');
  assert.deepEqual((await readAll(second)).map(textOf), ['a'], 'what was not committed is read again');
});
