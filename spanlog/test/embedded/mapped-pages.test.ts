import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MIB, openLog, readAll, record, waitFor } from './harness.ts';

test('what consumers have read does not stay in the memory that the process is charged for', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { topic } = openLog(t);
  for (let index = 0; index < 64; index += 1) await topic.append([record(index % 4, Buffer.alloc(MIB, index))]);
  const beforeBytes = mappedFileBytes();
  const consumer = topic.consumer('attribution');
  await readAll(consumer, 64 * MIB);
  assert.ok(mappedFileBytes() > beforeBytes + 32 * MIB, 'reading maps the file');
  await waitFor(() => mappedFileBytes() < beforeBytes + 8 * MIB, 'the pages are given back');
  consumer.seek(1, 0);
  const [again] = await readAll(consumer, 64 * MIB);
  assert.ok(Buffer.alloc(MIB, 1).equals(again?.value ?? Buffer.of()), 'they can be read again');
});

function mappedFileBytes(): number {
  const [, kibibytes = '0'] = /^RssFile:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
