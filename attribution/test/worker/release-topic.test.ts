import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog } from '@spanledger/spanlog';
import { releaseTopic } from '../../src/worker/release-topic.ts';
import { SILENT } from '../support/ledger.ts';
import { EPOCH_MS } from '../support/made-spans.ts';

const DEADLINE_MS = 10_000;

test('a topic that nothing reads is released up to its end and never holds the log back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spanledger-release-'));
  const log = createEmbeddedLog({
    directory,
    topics: { [TOPICS.deadLetters]: { partitionCount: 2 } },
    retention: { maxBytes: 2 ** 24, maxAgeMs: 3_600_000 },
    maxBacklogBytes: 2 ** 24,
    clock: Date.now,
    logger: SILENT,
  });
  const topic = log.topic(TOPICS.deadLetters);
  const release = releaseTopic(topic, 'attribution');
  const record = { keyId: '', receivedAtMs: EPOCH_MS, kind: 'otlp', value: new Uint8Array(100) } as const;
  await topic.append([0, 0, 1].map((partition) => ({ ...record, partition })));
  const deadline = Date.now() + DEADLINE_MS;
  while (topic.stats().backlogBytes > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
  assert.equal(topic.stats().backlogBytes, 0);
  await release.stop();
  const consumer = topic.consumer('attribution');
  assert.deepEqual([consumer.committed(0), consumer.committed(1)], [2, 1]);
  await consumer.close();
  await log.stop();
  await rm(directory, { recursive: true });
});
