import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { TOPICS } from '@spanledger/schemas';
import pino from 'pino';
import { createEmbeddedLog, type EmbeddedLogOptions } from '../../src/embedded/embedded-log.ts';
import type { LogConsumer, LogRecord, LogTopic, StoredRecord } from '../../src/index.ts';

export const MIB = 2 ** 20;
export const SPANS = TOPICS.spans;
export const NOW_MS = Date.UTC(2026, 10, 23);
const UNBOUNDED = { maxBytes: Number.MAX_SAFE_INTEGER, maxAgeMs: Number.MAX_SAFE_INTEGER };

export type OpenOptions = Partial<Omit<EmbeddedLogOptions, 'directory' | 'topics'>> & { partitionCount?: number };

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'spanlog-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Options with everything unbounded that the test does not bound; the clock is the real one unless given. */
export function logOptions(directory: string, options: OpenOptions = {}): EmbeddedLogOptions {
  const { partitionCount = 4, ...others } = options;
  return {
    directory,
    topics: { [SPANS]: { partitionCount } },
    retention: UNBOUNDED,
    maxBacklogBytes: Number.MAX_SAFE_INTEGER,
    diskReserveBytes: 0,
    clock: Date.now,
    logger: pino({ level: 'silent' }),
    ...others,
  };
}

/** A log in a directory of its own, stopped and removed after the test. */
export function openLog(t: TestContext, options: OpenOptions & { directory?: string } = {}) {
  const { directory = temporaryDirectory(t), ...others } = options;
  const log = createEmbeddedLog(logOptions(directory, others));
  t.after(() => log.stop());
  return { directory, log, topic: log.topic(SPANS) };
}

export function record(partition: number, value: string | Uint8Array, others: Partial<LogRecord> = {}): LogRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { partition, keyId: 'key-1', receivedAtMs: NOW_MS, kind: 'otlp', value: bytes, ...others };
}

export function textOf({ value }: StoredRecord): string {
  return Buffer.from(value).toString();
}

/** Polls until nothing is left; records in the order in which they came. */
export async function readAll(consumer: LogConsumer, maxBytes = MIB): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  while (true) {
    const batches = await consumer.poll({ maxBytes, maxWaitMs: 0 });
    if (batches.length === 0) return records;
    records.push(...batches.flatMap((batch) => batch.records));
  }
}

export async function commitAll(topic: LogTopic, consumer: LogConsumer): Promise<void> {
  await consumer.commit(new Map(consumer.assigned().map((partition) => [partition, topic.range(partition).end])));
}

export async function waitFor(condition: () => boolean, what: string, deadlineMs = 10_000): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    await turn();
  }
}
