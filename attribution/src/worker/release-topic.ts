import type { LogTopic } from '@spanledger/spanlog';

/** How often a topic that nothing is made of is released up to its end. */
const INTERVAL_MS = 1_000;

/**
 * Commits a topic to its end again and again, so that retention alone decides how long its records stay and they never
 * fill the log: dead letters, which wait for a replay.
 */
export function releaseTopic(topic: LogTopic, group: string): { stop(): Promise<void> } {
  const consumer = topic.consumer(group);
  let working = Promise.resolve();

  async function release(): Promise<void> {
    const ends = new Map<number, number>();
    for (const partition of consumer.assigned()) {
      const { end } = topic.range(partition);
      if (end > consumer.committed(partition)) ends.set(partition, end);
    }
    if (ends.size > 0) await consumer.commit(ends);
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
