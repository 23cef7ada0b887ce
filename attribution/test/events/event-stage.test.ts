import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TOPICS } from '@spanledger/schemas';
import {
  createEmbeddedLog,
  type LogConsumer,
  type LogTopic,
  type SpanLog,
  type StoredRecord,
} from '@spanledger/spanlog';
import { createEventStage } from '../../src/events/event-stage.ts';
import type { DeadLetter } from '../../src/worker/dead-letter.ts';
import { createKeyRing } from '../../src/worker/keys.ts';
import { emptyStats } from '../../src/worker/stats.ts';
import { recordedLogs } from '../support/events.ts';
import { newDecoder } from '../support/fixtures.ts';
import { SILENT } from '../support/ledger.ts';
import { EPOCH_MS } from '../support/made-spans.ts';
import { PARTITIONS } from '../support/records.ts';

const DEADLINE_MS = 10_000;
const MAX_BACKLOG_BYTES = 100_000;
const CLAUDE_CODE = recordedLogs('84-claude-agent-sdk-0.2.187.logs.1.json');

async function openLog(context: TestContext): Promise<SpanLog> {
  const directory = await mkdtemp(join(tmpdir(), 'spanledger-events-'));
  const log = createEmbeddedLog({
    directory,
    topics: { [TOPICS.logs]: { partitionCount: 2 }, [TOPICS.spans]: { partitionCount: PARTITIONS } },
    retention: { maxBytes: 2 ** 24, maxAgeMs: 3_600_000 },
    maxBacklogBytes: MAX_BACKLOG_BYTES,
    clock: Date.now,
    logger: SILENT,
  });
  context.after(async () => {
    await log.stop();
    await rm(directory, { recursive: true });
  });
  return log;
}

/** A stage over a log, and what it buried and counted. */
function stageOn(context: TestContext, log: SpanLog, spans: LogTopic = log.topic(TOPICS.spans)) {
  const consumer = log.topic(TOPICS.logs).consumer('attribution');
  const dead: DeadLetter[] = [];
  const stats = emptyStats();
  const bury = async (letters: readonly DeadLetter[]) => {
    dead.push(...letters);
  };
  const keys = createKeyRing([{ id: 'k1', tenant: 'acme' }]);
  const stage = createEventStage({ consumer, spans, keys, bury, batchBytes: 2 ** 20, stats });
  const stop = new AbortController();
  const running = stage.run(stop.signal);
  context.after(() => stop.abort());
  return {
    ...{ consumer, dead, stats, running },
    async workOff() {
      await until(running, () => consumer.lag().records === 0);
      await this.stop();
    },
    async stop() {
      stop.abort();
      await running;
      await consumer.close();
    },
  };
}

async function until(running: Promise<void>, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it takes too long');
    await Promise.race([running, new Promise((done) => setTimeout(done, 10))]);
  }
}

async function append(log: SpanLog, ...values: readonly { value: Uint8Array; keyId?: string }[]): Promise<void> {
  const records = values.map(({ value, keyId = '' }, index) => ({
    ...{ partition: index % 2, keyId, receivedAtMs: EPOCH_MS + index, kind: 'otlp' as const, value },
  }));
  await log.topic(TOPICS.logs).append(records);
}

async function spansOn(log: SpanLog): Promise<StoredRecord[]> {
  const consumer = log.topic(TOPICS.spans).consumer('test');
  const batches = await consumer.poll({ maxBytes: 2 ** 24, maxWaitMs: 0 });
  await consumer.close();
  return batches.flatMap(({ records }) => records);
}

function spanIds(records: readonly StoredRecord[]): string[] {
  const decoder = newDecoder();
  return records.flatMap(({ value }) => decoder.decode(value).map(({ identity }) => identity.spanId));
}

test('usage events become spans with the key and the time of their reception, all else is counted', async (context) => {
  const log = await openLog(context);
  await append(log, { value: CLAUDE_CODE, keyId: 'k1' });
  const stage = stageOn(context, log);
  await stage.workOff();
  const [record, ...more] = await spansOn(log);
  assert.deepEqual([record?.keyId, record?.receivedAtMs, more.length], ['k1', EPOCH_MS, 0]);
  assert.equal(spanIds(record === undefined ? [] : [record]).length, 2);
  const { logRecords, eventSpans, unusedLogRecords } = stage.stats;
  assert.deepEqual([logRecords, eventSpans, unusedLogRecords], [10, 2, 8]);
});

test('what cannot be read, or came with a key that nobody knows, is a dead letter of the topic of logs', async (context) => {
  const log = await openLog(context);
  await append(
    log,
    { value: Buffer.from('no request') },
    { value: CLAUDE_CODE, keyId: 'gone' },
    { value: CLAUDE_CODE },
  );
  const stage = stageOn(context, log);
  await stage.workOff();
  assert.deepEqual(stage.dead.map(({ reason, topic, payload }) => [reason, topic, payload.length]).sort(), [
    ['malformed', TOPICS.logs, 10],
    ['unknown_ingest_key', TOPICS.logs, CLAUDE_CODE.length],
  ]);
  assert.equal(spanIds(await spansOn(log)).length, 2, 'the rest is read');
});

test('a full log delays log records and loses none', async (context) => {
  const log = await openLog(context);
  const spans = log.topic(TOPICS.spans);
  const reader = spans.consumer('attribution');
  const filler = { partition: 0, keyId: '', receivedAtMs: EPOCH_MS, kind: 'otlp' as const };
  await spans.append([{ ...filler, value: new Uint8Array(MAX_BACKLOG_BYTES) }]);
  await append(log, { value: CLAUDE_CODE });
  const refusals: unknown[] = [];
  const watched: LogTopic = {
    ...spans,
    append: (records) => spans.append(records).catch((error: unknown) => Promise.reject(refusals.push(error) && error)),
  };
  const stage = stageOn(context, log, watched);
  await until(stage.running, () => refusals.length > 0);
  assert.equal(stage.consumer.lag().records, 1, 'not committed');
  await releaseAll(spans, reader);
  await stage.workOff();
  assert.equal(spanIds((await spansOn(log)).filter(({ value }) => value.length < MAX_BACKLOG_BYTES)).length, 2);
  await reader.close();
});

test('a stage that ends before it can commit leaves the records to the next one, which makes the same spans', async (context) => {
  const log = await openLog(context);
  const spans = log.topic(TOPICS.spans);
  await append(log, { value: CLAUDE_CODE });
  let appended: readonly { value: Uint8Array }[] = [];
  const failing = stageOn(context, log, {
    ...spans,
    append: async (records) => {
      appended = records;
      await spans.append(records);
      throw Object.assign(new Error('the process ends before it can commit'), { code: 'gone' });
    },
  });
  await assert.rejects(failing.workOff(), /before it can commit/);
  await failing.consumer.close();
  const again = stageOn(context, log);
  await again.workOff();
  const written = await spansOn(log);
  assert.equal(written.length, 2);
  assert.deepEqual(
    written.map(({ value }) => Buffer.from(value)),
    [appended, appended].flat().map(({ value }) => value),
  );
});

async function releaseAll(topic: LogTopic, consumer: LogConsumer): Promise<void> {
  await consumer.commit(new Map(consumer.assigned().map((partition) => [partition, topic.range(partition).end])));
}
