/**
 * Spans per CPU-second through the embedded log, in appends as ingest makes them of a request of 512 spans:
 * 4 records of about 90 KB each. First appends alone, then polls alone, then both with commits and retention.
 * Usage: node spanlog/test/bench/append.ts [seconds] [appends in flight]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@spanledger/schemas';
import pino from 'pino';
import { createEmbeddedLog, type LogConsumer, type LogTopic } from '../../src/index.ts';

const SPANS_PER_APPEND = 512;
const BYTES_PER_SPAN = 700;
const PARTITION_COUNT = 4;
const POLL_BYTES = 4 * 2 ** 20;
const KEPT_BYTES = 128 * 2 ** 20;
const [seconds = 3, inFlight = 8] = process.argv.slice(2).map(Number);
const payload = Buffer.alloc((SPANS_PER_APPEND * BYTES_PER_SPAN) / PARTITION_COUNT, 'spanledger ');

await withLog(Number.MAX_SAFE_INTEGER, async (topic) => {
  const consumer = topic.consumer('bench');
  await measure('append', () => appendFor(topic));
  await measure('poll', () => pollAll(consumer, false));
});
await withLog(KEPT_BYTES, async (topic) => {
  const consumer = topic.consumer('bench');
  await measure('append + poll + commit + retention', async () => {
    let appending = true;
    const reading = (async () => {
      while (appending) await pollAll(consumer, true);
    })();
    const latenciesMs = await appendFor(topic);
    appending = false;
    await reading;
    return latenciesMs;
  });
});

async function withLog(keptBytes: number, work: (topic: LogTopic) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'spanlog-bench-'));
  const log = createEmbeddedLog({
    directory,
    topics: { [TOPICS.spans]: { partitionCount: PARTITION_COUNT } },
    retention: { maxBytes: keptBytes, maxAgeMs: Number.MAX_SAFE_INTEGER },
    maxBacklogBytes: 2 ** 40,
    clock: Date.now,
    logger: pino({ level: 'silent' }),
  });
  await work(log.topic(TOPICS.spans));
  const fileBytes = statSync(join(directory, 'data.mdb')).size;
  console.log(`  file ${mebibytes(fileBytes)}, rss ${mebibytes(process.memoryUsage.rss())}`);
  await log.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** Latencies of the appends, in milliseconds. */
async function appendFor(topic: LogTopic): Promise<number[]> {
  const latenciesMs: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  const sender = async () => {
    while (performance.now() < endMs) {
      const receivedAtMs = Date.now();
      const startMs = performance.now();
      await topic.append(
        Array.from({ length: PARTITION_COUNT }, (_, partition) => {
          return { partition, keyId: 'key-1', receivedAtMs, kind: 'otlp' as const, value: payload };
        }),
      );
      latenciesMs.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  return latenciesMs;
}

/** Reads what is there; the time per append's worth of records, in milliseconds. */
async function pollAll(consumer: LogConsumer, commits: boolean): Promise<number[]> {
  const times: number[] = [];
  while (true) {
    const startMs = performance.now();
    const batches = await consumer.poll({ maxBytes: POLL_BYTES, maxWaitMs: 5 });
    if (batches.length === 0) return times;
    const count = batches.reduce((sum, batch) => sum + batch.records.length, 0) / PARTITION_COUNT;
    times.push(...Array.from({ length: count }, () => (performance.now() - startMs) / count));
    if (!commits) continue;
    await consumer.commit(
      new Map(batches.map(({ partition, records }) => [partition, (records.at(-1)?.offset ?? 0) + 1])),
    );
  }
}

async function measure(label: string, work: () => Promise<number[]>): Promise<void> {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const times = (await work()).toSorted((a, b) => a - b);
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const wallSeconds = (performance.now() - startMs) / 1000;
  const quantile = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  const perCpuSecond = Math.round((times.length * SPANS_PER_APPEND) / cpuSeconds);
  const perSecond = Math.round(times.length / wallSeconds);
  console.log(
    `${label}: ${perCpuSecond} spans per CPU-second, ${perSecond} requests of ${SPANS_PER_APPEND} spans per second, ` +
      `CPU ${(cpuSeconds / wallSeconds).toFixed(2)}, p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`,
  );
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
