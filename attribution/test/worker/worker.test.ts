import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog, type LogConsumer, type LogRecord, type SpanLog } from '@spanledger/spanlog';
import { Attributor } from '../../src/worker/attributor.ts';
import { createBury } from '../../src/worker/bury.ts';
import { createKeyRing } from '../../src/worker/keys.ts';
import { createLedgerWriter, type LedgerWriter } from '../../src/worker/ledger-writer.ts';
import { createReceipts } from '../../src/worker/receipts.ts';
import { rewindToReceipts } from '../../src/worker/restore.ts';
import { emptyStats } from '../../src/worker/stats.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { SILENT, startLedger, type TestLedger } from '../support/ledger.ts';
import { EPOCH_MS, rater } from '../support/made-spans.ts';
import { PARTITIONS, partitionOf, record, type SentSpan } from '../support/records.ts';

const DEADLINE_MS = 20_000;
/** Runs on from the tests' epoch, so that retention and look-back never depend on the day of the test. */
const clock = () => EPOCH_MS + Math.floor(performance.now());

let ledger: TestLedger;
let directory: string;
let log: SpanLog;

before(async () => {
  ledger = await startLedger();
  directory = await mkdtemp(join(tmpdir(), 'spanledger-worker-'));
  log = createEmbeddedLog({
    directory,
    topics: { [TOPICS.spans]: { partitionCount: PARTITIONS }, [TOPICS.deadLetters]: { partitionCount: 1 } },
    retention: { maxBytes: 2 ** 26, maxAgeMs: 3_600_000 },
    maxBacklogBytes: 2 ** 26,
    clock,
    logger: SILENT,
  });
});

after(async () => {
  await log.stop();
  await ledger.close();
  await rm(directory, { recursive: true });
});

/** A worker that reads the log until what is on it now is committed. */
async function workOff(writer: LedgerWriter = createLedgerWriter(ledger.warehouse)): Promise<LogConsumer> {
  const consumer = log.topic(TOPICS.spans).consumer('test');
  const stats = emptyStats();
  const options = { reader: ledger.warehouse, rater, keys: createKeyRing([]), partitionCount: PARTITIONS, clock };
  const attributor = new Attributor({ ...options, lookbackDays: 30, cacheSpans: 1000, twinCalls: 100, stats });
  const receipts = createReceipts(ledger.warehouse, clock);
  const deadLetters = log.topic(TOPICS.deadLetters);
  const bury = createBury({ deadLetters, writer, clock, logger: SILENT, stats });
  const shared = { log, consumer, attributor, writer, receipts, bury, clock, stats };
  const worker = createWorker({ ...shared, batchBytes: 2 ** 20, onWritten: () => {}, onCaughtUp: () => {} });
  const stop = new AbortController();
  const running = worker.run(stop.signal);
  const deadline = Date.now() + DEADLINE_MS;
  while (consumer.lag().records > 0 && Date.now() < deadline) {
    await Promise.race([running, new Promise((done) => setTimeout(done, 20))]);
  }
  assert.equal(consumer.lag().records, 0);
  stop.abort();
  await running;
  return consumer;
}

function startOfLog(partition: number): number {
  return log.topic(TOPICS.spans).range(partition).start;
}

function send(...spans: readonly SentSpan[]): Promise<void> {
  return append(record(spans));
}

async function append({ partition, keyId, kind, value }: LogRecord): Promise<void> {
  await log.topic(TOPICS.spans).append([{ partition, keyId, kind, value, receivedAtMs: EPOCH_MS }]);
}

type ReceiptRow = { phase: string; log_partition: number; first: string; next: string; rows: string; hours: string[] };

function receiptsOf(partition: number): Promise<ReceiptRow[]> {
  return ledger.warehouse.queryRows<ReceiptRow>(
    `SELECT phase, log_partition, first_offset AS first, next_offset AS next, row_count AS rows, arrayMap(h -> toString(h), receipts.hours) AS hours
     FROM spanledger_store.receipts WHERE log_partition = {partition:UInt16} ORDER BY sequence`,
    { partition },
  );
}

const chat = (id: number, trace: number, more: Partial<SentSpan> = {}): SentSpan => ({
  id,
  trace,
  tokens: { input: 10, output: 5 },
  ...more,
});
const HOUR_MS = 3_600_000;
const HOUR = '2026-11-20 12:00:00';

test('a receipt with the hours stands before the rows are written, another after them, and then offsets are committed', async () => {
  const real = createLedgerWriter(ledger.warehouse);
  const partition = partitionOf(1);
  const seen: { phases: string[]; committed: number }[] = [];
  await send(chat(1, 1));
  const watching: LedgerWriter = {
    ...real,
    write: async (rows, deletions, signal) => {
      seen.push({ phases: (await receiptsOf(partition)).map(({ phase }) => phase), committed: rows.length });
      return real.write(rows, deletions, signal);
    },
  };
  const consumer = await workOff(watching);
  assert.deepEqual(seen, [{ phases: ['before'], committed: 1 }]);
  const receipt = { log_partition: partition, first: '0', next: '1', rows: '1', hours: [HOUR] };
  assert.deepEqual(await receiptsOf(partition), [
    { phase: 'before', ...receipt },
    { phase: 'after', ...receipt },
  ]);
  assert.equal(consumer.committed(partition), 1);
  await consumer.close();
});

test('records that change nothing, or are dead, are receipted too: a restart finds the ledger where the log is', async () => {
  const partition = partitionOf(1);
  await send(chat(1, 1));
  const consumer = await workOff();
  assert.equal((await receiptsOf(partition)).at(-1)?.next, '2');
  await append({ ...record([chat(2, 1)]), value: Buffer.from('no request') });
  await consumer.close();
  const again = await workOff();
  assert.equal(again.committed(partition), 3);
  await rewindToReceipts(again, ledger.warehouse, { startOf: startOfLog, brokenParts: false, logger: SILENT });
  assert.deepEqual(await again.poll({ maxBytes: 1000, maxWaitMs: 0 }), [], 'nothing is read again');
  await again.close();
});

test('dead letters are on their topic with the whole record, and in their table with the reason', async () => {
  const { value } = record([chat(3, 1)]);
  await append({ ...record([chat(3, 1)]), keyId: 'gone' });
  await (await workOff()).close();
  const [row] = await ledger.warehouse.queryRows<{ reason: string; payload: string; detail: string }>(
    `SELECT reason, payload_base64 AS payload, detail FROM spanledger.dead_letters WHERE ingest_key_id = 'gone'`,
  );
  assert.deepEqual([row?.reason, row?.payload], ['unknown_ingest_key', Buffer.from(value).toString('base64')]);
  const dead = log.topic(TOPICS.deadLetters).consumer('test');
  const records = (await dead.poll({ maxBytes: 2 ** 20, maxWaitMs: 1000 })).flatMap((batch) => batch.records);
  const last = Buffer.from(records.at(-1)?.value ?? []);
  const line = last.indexOf('\n');
  assert.equal(JSON.parse(last.subarray(0, line).toString()).reason, 'unknown_ingest_key');
  assert.deepEqual(last.subarray(line + 1), Buffer.from(value));
  await dead.close();
});

test('where the ledger has less than was committed, reading starts again from there', async () => {
  const partition = partitionOf(1);
  const consumer = log.topic(TOPICS.spans).consumer('test');
  const committed = consumer.committed(partition);
  await ledger.warehouse.command('TRUNCATE TABLE spanledger_store.receipts');
  await ledger.warehouse.command('TRUNCATE TABLE spanledger_store.ledger_rows');
  await rewindToReceipts(consumer, ledger.warehouse, { startOf: startOfLog, brokenParts: false, logger: SILENT });
  const batches = await consumer.poll({ maxBytes: 2 ** 20, maxWaitMs: 1000 });
  assert.equal(batches.find((batch) => batch.partition === partition)?.records.length, committed);
  await consumer.close();
});

test('the sequence of receipts goes on growing over a restart with a clock that was set back', async () => {
  const receipt = { partition: 99, firstOffset: 0, nextOffset: 1, rowCount: 1, hours: [1, 2] };
  for (const now of [() => EPOCH_MS, () => EPOCH_MS - HOUR_MS, () => EPOCH_MS]) {
    await createReceipts(ledger.warehouse, now).write('after', [receipt, receipt]);
  }
  const rows = await ledger.warehouse.queryRows<{ sequence: string; at: string }>(
    'SELECT sequence, toUnixTimestamp64Milli(written_at) AS at FROM spanledger_store.receipts WHERE log_partition = 99 ORDER BY sequence',
  );
  assert.equal(new Set(rows.map(({ sequence }) => sequence)).size, 6);
  assert.deepEqual(
    rows.map(({ at }) => Number(at) - EPOCH_MS),
    [0, 0, -HOUR_MS, -HOUR_MS, 0, 0],
  );
});
