import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LogTopic, StoredRecord } from '../../src/index.ts';
import { openLog, readAll, temporaryDirectory } from './harness.ts';

const KILLS = 6;
const CHILD = fileURLToPath(new URL('crash-child.ts', import.meta.url));

test('after kill -9 at any moment everything acknowledged is there, whole, in dense order', async (t) => {
  const directory = temporaryDirectory(t);
  const acknowledged = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const id of await appendUntilKilled(directory)) acknowledged.add(id);
    const { log, topic } = openLog(t, { directory });
    const records = await readAll(topic.consumer(`check-${kill}`));
    verify(topic, records);
    const kept = new Set(records.map(({ keyId }) => keyId));
    assert.equal(kept.size, records.length, 'nothing is there twice');
    const lost = [...acknowledged].filter((id) => !kept.has(id));
    assert.deepEqual(lost, [], `after kill ${kill + 1}`);
    await log.stop();
  }
  assert.ok(acknowledged.size > 100, `${acknowledged.size} records acknowledged`);
});

/** Ids that the child had acknowledged before it was killed, at a random moment of its work. */
async function appendUntilKilled(directory: string): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  await delay(randomInt(0, 400));
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

function verify(topic: LogTopic, records: readonly StoredRecord[]): void {
  const nextOffsets = [0, 0, 0, 0];
  for (const { partition, offset, keyId, value } of records) {
    assert.equal(offset, nextOffsets[partition], `offsets of partition ${partition} are dense`);
    assert.equal(partition, Number(keyId) % 4);
    assert.ok(createHash('md5').update(value.subarray(16)).digest().equals(value.subarray(0, 16)), `${keyId} is torn`);
    nextOffsets[partition] = offset + 1;
  }
  assert.deepEqual(
    nextOffsets,
    [0, 1, 2, 3].map((partition) => topic.range(partition).end),
  );
}
