import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';

export type LogRelay = {
  /** The last lines, oldest first. */
  tail(): string;
};

const TAIL_LINES = 20;
const LINE_LENGTH = 1_000;
const LINES_PER_MINUTE = 200;

/** Passes the engine's lines (warnings and worse) to our logger, so many a minute, and keeps the last ones for errors. */
export function relayLog(stream: Readable, logger: Logger, clock: () => number): LogRelay {
  const tail: string[] = [];
  let minute = 0;
  let count = 0;
  createInterface({ input: stream }).on('line', (text) => {
    const line = text.slice(0, LINE_LENGTH);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();

    const now = Math.floor(clock() / 60_000);
    if (now !== minute) {
      if (count > LINES_PER_MINUTE) logger.warn({ lines: count - LINES_PER_MINUTE }, 'engine log lines left out');
      minute = now;
      count = 0;
    }
    count += 1;
    if (count <= LINES_PER_MINUTE) logger.warn({ engine: line }, 'engine');
  });
  return { tail: () => tail.join('\n') };
}
