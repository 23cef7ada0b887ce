import type { LogTopic } from '@spanledger/spanlog';
import type { Logger } from 'pino';
import { type DeadLetter, deadLetterRecord } from './dead-letter.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import { patiently } from './patiently.ts';
import type { AttributionStats } from './stats.ts';

/** Puts dead letters where they wait for a replay (the topic) and where they are seen (the table); returns when both have them. */
export type Bury = (dead: readonly DeadLetter[], signal: AbortSignal) => Promise<void>;

export function createBury(options: {
  readonly deadLetters: LogTopic;
  readonly writer: LedgerWriter;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly stats: AttributionStats;
}): Bury {
  const { deadLetters, writer, clock, logger, stats } = options;
  return async (dead, signal) => {
    if (dead.length === 0) return;
    const nowMs = clock();
    await patiently(() => appendDead(deadLetters, dead, nowMs), signal);
    await writer.writeDeadLetters(dead, nowMs, signal);
    stats.deadLetters += dead.length;
    for (const { reason, detail, traceId } of dead.slice(0, 3)) {
      logger.warn({ reason, detail, traceId, count: dead.length }, 'dead letter');
    }
  };
}

/** One record per record of the log, however many of its spans are dead. */
async function appendDead(topic: LogTopic, dead: readonly DeadLetter[], nowMs: number): Promise<void> {
  const seen = new Set<string>();
  const first = dead.filter(({ record }) => {
    const id = `${record.partition}:${record.offset}`;
    return !seen.has(id) && seen.add(id);
  });
  await topic.append(first.map((letter) => deadLetterRecord(letter, nowMs, topic.partitionCount)));
}
