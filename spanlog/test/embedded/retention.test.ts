import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitAll, MIB, NOW_MS, openLog, readAll, record, temporaryDirectory, textOf, waitFor } from './harness.ts';

const FOREVER = Number.MAX_SAFE_INTEGER;

test('what lies beyond the bound of bytes is deleted, oldest first, but only when every group has committed it', async (t) => {
  const { topic } = openLog(t, {
    partitionCount: 1,
    retention: { maxBytes: 5_000, maxAgeMs: FOREVER },
    retentionIntervalMs: 1,
  });
  const [one, two] = [topic.consumer('one'), topic.consumer('two')];
  await topic.append(Array.from({ length: 10 }, (_, index) => record(0, Buffer.alloc(936, index))));
  await one.commit(new Map([[0, 10]]));
  await two.commit(new Map([[0, 3]]));
  two.seek(0, 3);
  await waitFor(() => topic.range(0).start === 3, 'what both have committed is gone');
  assert.equal((await readAll(two)).length, 7);
  await two.commit(new Map([[0, 10]]));
  await waitFor(() => topic.range(0).start === 5, '5,000 bytes are kept');
  await topic.append([record(0, 'more')]);
  await commitAll(topic, two);
  await waitFor(() => topic.stats().partitions[0]?.bytes === 4_068, 'the bound holds again');
  assert.deepEqual(topic.range(0), { start: 6, end: 11 });
});

test('what is older than the bound of age is deleted in all partitions, and what is younger kept', async (t) => {
  let nowMs = NOW_MS;
  const { topic } = openLog(t, {
    partitionCount: 2,
    retention: { maxBytes: FOREVER, maxAgeMs: 1_000 },
    retentionIntervalMs: 1,
    clock: () => nowMs,
  });
  const consumer = topic.consumer('attribution');
  for (const partition of [0, 1]) {
    await topic.append([record(partition, 'old'), record(partition, 'young', { receivedAtMs: NOW_MS + 500 })]);
  }
  await commitAll(topic, consumer);
  nowMs = NOW_MS + 1_001;
  await waitFor(() => [0, 1].every((partition) => topic.range(partition).start === 1), 'the old ones are gone');
  nowMs = NOW_MS + 1_501;
  await waitFor(() => [0, 1].every((partition) => topic.range(partition).start === 2), 'the partitions are empty');
});

test('without a group nothing is ever deleted', async (t) => {
  const { topic } = openLog(t, { retention: { maxBytes: 0, maxAgeMs: 0 }, retentionIntervalMs: 1 });
  await topic.append([record(0, 'kept')]);
  const other = openLog(t, { retention: { maxBytes: 0, maxAgeMs: 0 }, retentionIntervalMs: 1 });
  await other.topic.append([record(0, 'deleted')]);
  await commitAll(other.topic, other.topic.consumer('attribution'));
  await waitFor(() => other.topic.range(0).start === 1, 'a sweep of a log with a group');
  assert.deepEqual(topic.range(0), { start: 0, end: 1 });
});

test('offsets go on where they were when a partition was emptied and the log reopened', async (t) => {
  const directory = temporaryDirectory(t);
  const options = {
    directory,
    partitionCount: 1,
    retention: { maxBytes: 0, maxAgeMs: FOREVER },
    retentionIntervalMs: 1,
  };
  const first = openLog(t, options);
  await first.topic.append(['a', 'b'].map((text) => record(0, text)));
  await commitAll(first.topic, first.topic.consumer('attribution'));
  await waitFor(() => first.topic.range(0).start === 2, 'the partition is empty');
  await first.log.stop();

  const { topic } = openLog(t, { directory, partitionCount: 1 });
  assert.deepEqual(topic.range(0), { start: 2, end: 2 });
  assert.equal(topic.stats().backlogBytes, 0);
  await topic.append([record(0, 'c')]);
  const [next] = await readAll(topic.consumer('attribution'));
  assert.equal(next && `${next.offset} ${textOf(next)}`, '2 c');
});

test('20,000 appends through a small log leave the file and the memory small', async (t) => {
  const { topic, directory } = openLog(t, {
    retention: { maxBytes: 4 * MIB, maxAgeMs: FOREVER },
    retentionIntervalMs: 5,
    maxBacklogBytes: 8 * MIB,
  });
  const consumer = topic.consumer('attribution');
  const file = join(directory, 'data.mdb');
  const heap: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < 400; round += 1) {
    const appends = Array.from({ length: 50 }, (_, index) => {
      return topic.append([record(index % 4, Buffer.alloc(500 + ((round * 50 + index) % 97) * 100))]);
    });
    await Promise.all(appends);
    await readAll(consumer, 16 * MIB);
    await commitAll(topic, consumer);
    if (round % 100 !== 99) continue;
    heap.push(process.memoryUsage().heapUsed + process.memoryUsage().external);
    sizes.push(statSync(file).size);
  }
  assert.equal(
    [0, 1, 2, 3].reduce((sum, partition) => sum + topic.range(partition).end, 0),
    20_000,
  );
  const [firstSize = 0, , , lastSize = 0] = sizes;
  assert.ok(lastSize < 48 * MIB && lastSize <= firstSize * 1.5, `about 100 MiB went through, file sizes: ${sizes}`);
  const [firstHeap = 0, , , lastHeap = 0] = heap;
  assert.ok(lastHeap < firstHeap + 32 * MIB, `heap and buffers: ${heap}`);
});
