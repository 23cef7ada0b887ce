import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createClosers } from '../../src/start/closers.ts';

const SILENT = pino({ level: 'silent' });

test('the latest is closed first, one that fails keeps no other from closing, and twice is once', async () => {
  const closed: string[] = [];
  const closers = createClosers(SILENT);
  closers.add('first', async () => void closed.push('first'));
  closers.add('second', () => Promise.reject(new Error('stuck')));
  closers.add('third', async () => void closed.push('third'));
  await Promise.all([closers.closeAll(), closers.closeAll()]);
  assert.deepEqual(closed, ['third', 'first']);
});
