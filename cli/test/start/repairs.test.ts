import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRepairs } from '../../src/start/repairs.ts';

const part = {
  database: 'spanledger_store',
  table: 'ledger_rows',
  partition: '2026-11-23',
  part: 'p_1_1_0',
  reason: 'broken-on-start',
};

test('a broken part asks for a replay until one was finished, another one asks again', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-repairs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  assert.equal(openRepairs(folder, []).isNeeded, false);
  assert.equal(openRepairs(folder, [part]).isNeeded, true);
  const repairs = openRepairs(folder, [part]);
  assert.equal(repairs.isNeeded, true);
  repairs.done();
  assert.equal(openRepairs(folder, [part]).isNeeded, false);
  assert.equal(openRepairs(folder, [part, { ...part, part: 'p_2_2_0' }]).isNeeded, true);
});
