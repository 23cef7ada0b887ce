/** Appends records of random sizes with their own digest until it is killed; prints what was acknowledged. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createEmbeddedLog } from '../../src/index.ts';
import { logOptions, SPANS } from './harness.ts';

const [directory = ''] = process.argv.slice(2);
const log = createEmbeddedLog(logOptions(directory));
const topic = log.topic(SPANS);
let next = Math.max(...[0, 1, 2, 3].map((partition) => topic.range(partition).end)) * 1_000_000;

async function append(): Promise<void> {
  while (true) {
    const ids = Array.from({ length: randomInt(1, 6) }, () => next++);
    await topic.append(
      ids.map((id) => ({
        partition: id % 4,
        keyId: String(id),
        receivedAtMs: Date.now(),
        kind: 'otlp',
        value: payload(),
      })),
    );
    writeSync(1, ids.map((id) => `${id}\n`).join(''));
  }
}

function payload(): Buffer {
  const body = randomBytes(randomInt(0, 10) === 0 ? randomInt(0, 1_000_000) : randomInt(0, 30_000));
  return Buffer.concat([createHash('md5').update(body).digest(), body]);
}

await Promise.all(Array.from({ length: 6 }, append));
