import type { LogTopic } from '@spanledger/spanlog';

/** How often a topic that nothing is made of yet is released up to its end. */
const INTERVAL_MS = 1_000;

/**
 * Commits a topic to its end again and again, so that retention alone decides how long its records stay and they never
 * fill the log: telemetry that attribution does not use yet (log records), and dead letters, which wait for a replay.
 */
export function releaseTopic(
  topic: LogTopic,
  group: string,
  onReleased: (records: number) => void,
): { stop(): Promise<void> } {
  const consumer = topic.consumer(group);
  let working = Promise.resolve();

  async function release(): Promise<void> {
    const ends = new Map<number, number>();
    let count = 0;
    for (const partition of consumer.assigned()) {
      const { end } = topic.range(partition);
      const committed = consumer.committed(partition);
      if (end <= committed) continue;
      ends.set(partition, end);
      count += end - committed;
    }
    if (count === 0) return;
    await consumer.commit(ends);
    onReleased(count);
  }

  const timer = setInterval(() => {
    working = working.then(release).catch(() => undefined);
  }, INTERVAL_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await working;
      await consumer.close();
    },
  };
}
