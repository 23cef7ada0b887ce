import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { migrate } from '../../src/index.ts';
import { type RunningEngine, startEngine } from '../running-engine.ts';

let running: RunningEngine;
let directory: string;

const NOW = Date.UTC(2026, 10, 23, 12);
let now: number;
const FIRST = `-- The ledger; every line of it.
CREATE TABLE IF NOT EXISTS spanledger_store.lines (id UInt64, note String DEFAULT ';') ENGINE = MergeTree ORDER BY id;
INSERT INTO spanledger_store.lines (id) VALUES (1);
`;
const SECOND = `CREATE OR REPLACE VIEW spanledger.lines (id UInt64 COMMENT 'Number; unique')
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS SELECT id FROM spanledger_store.lines`;

before(async () => {
  running = await startEngine();
});

after(async () => {
  await running.close();
});

beforeEach(async (context) => {
  now = NOW;
  directory = mkdtempSync(join(tmpdir(), 'spanledger-migrations-'));
  if ('after' in context)
    (context as { after(action: () => void): void }).after(() => rmSync(directory, { recursive: true }));
  for (const database of ['spanledger', 'spanledger_store'])
    await running.warehouse.command(`DROP DATABASE IF EXISTS ${database}`);
  write('0001_lines.sql', FIRST);
});

test('migrations run once each, in order, and are recorded', async () => {
  assert.deepEqual(await apply(), { applied: ['0001_lines.sql'], published: [], version: 1 });
  write('0002_view.sql', SECOND);
  assert.deepEqual(await apply(), { applied: ['0002_view.sql'], published: [], version: 2 });
  assert.deepEqual(await apply(), { applied: [], published: [], version: 2 });

  assert.deepEqual(await running.warehouse.queryRows('SELECT * FROM spanledger.lines'), [{ id: '1' }]);
  const recorded = await running.warehouse.queryRows(
    'SELECT version, name, length(sha256) AS hex, toString(applied_at) AS at FROM spanledger_store.migrations ORDER BY version',
  );
  assert.deepEqual(recorded, [
    { version: 1, name: 'lines', hex: '64', at: '2026-11-23 12:00:00.001' },
    { version: 2, name: 'view', hex: '64', at: '2026-11-23 12:00:00.003' },
  ]);
});

test('a file edited after it was applied is refused, and nothing else is applied', async () => {
  await apply();
  write('0001_lines.sql', `${FIRST}\n-- harmless?`);
  write('0002_view.sql', SECOND);
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_CHANGED', message: /0001_lines\.sql.*new migration/ });
  assert.deepEqual(await running.warehouse.queryRows('SELECT count() AS n FROM spanledger_store.migrations'), [
    { n: '1' },
  ]);
});

test('an older product refuses the data of a newer one', async () => {
  write('0002_view.sql', SECOND);
  await apply();
  rmSync(join(directory, '0002_view.sql'));
  await assert.rejects(apply(), {
    code: 'SPL_MIGRATION_NEWER_DATA',
    message: /migration 2 \(view\).*up to 1.*newer product/,
  });
});

test('a refused statement is named, and its migration runs again next time', async () => {
  write('0002_wrong.sql', `${SECOND};\nCREATE TABLE nonsense;`);
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_FAILED', message: /Statement 2 of 2 in 0002_wrong\.sql/ });
  rmSync(join(directory, '0002_wrong.sql'));
  write('0002_right.sql', SECOND);
  assert.deepEqual(await apply(), { applied: ['0002_right.sql'], published: [], version: 2 });
});

test('gaps, doubles, odd names and empty files are refused before anything runs', async () => {
  for (const file of ['0003_gap.sql', '0001_double.sql', '2_short.sql', '0002-dash.sql']) {
    write(file, 'SELECT 1');
    await assert.rejects(apply(), { code: 'SPL_MIGRATION_INVALID' }, file);
    rmSync(join(directory, file));
  }
  write('0002_empty.sql', '-- nothing;');
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_INVALID', message: /0002_empty\.sql has no statement/ });
});

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
}

function apply() {
  return migrate({ warehouse: running.warehouse, directory, clock: () => (now += 1) });
}

test('a retired migration runs nothing, and folders that applied an earlier text of it accept it', async () => {
  write('0002_view.sql', SECOND);
  await apply();
  const earlier = createHash('sha256').update(SECOND).digest('hex');
  write('0002_view.sql', `-- Retired.\n-- replaces ${earlier}\n`);
  assert.deepEqual(await apply(), { applied: [], published: [], version: 2 });
  write('0002_view.sql', `-- Retired.\n-- replaces ${'0'.repeat(64)}\n`);
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_CHANGED' });
});

test('a published table is defined anew when its text changes, and only then', async () => {
  mkdirSync(join(directory, 'published'));
  write('published/lines.sql', SECOND);
  assert.deepEqual((await apply()).published, ['lines']);
  assert.deepEqual((await apply()).published, []);
  write('published/lines.sql', SECOND.replace('SELECT id', 'SELECT id + 1 AS id'));
  assert.deepEqual((await apply()).published, ['lines']);
  assert.deepEqual(await running.warehouse.queryRows('SELECT * FROM spanledger.lines'), [{ id: '2' }]);
  // back to an older product
  write('published/lines.sql', SECOND);
  assert.deepEqual((await apply()).published, ['lines']);
});

test('a definition that fails is named, one of two statements is refused', async () => {
  mkdirSync(join(directory, 'published'));
  write('published/lines.sql', SECOND.replace('AS SELECT id', 'AS nonsense'));
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_FAILED', message: /published table lines failed/ });
  write('published/lines.sql', `${SECOND};${SECOND};`);
  await assert.rejects(apply(), { code: 'SPL_MIGRATION_INVALID', message: /found lines\.sql/ });
});
