import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { openDataFolder, readRunningProcess } from '../../src/index.ts';

let parent: string;
let path: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'spanledger-'));
  path = join(parent, 'data');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

test('a new folder is private and carries its format', async () => {
  const folder = await openDataFolder({ path, createdBy: 'spanledger 0.1.0', clock: () => Date.UTC(2026, 10, 23) });
  const format = { format: 1, createdBy: 'spanledger 0.1.0', createdAt: '2026-11-23T00:00:00.000Z' };
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.deepEqual(folder.format, format);
  assert.deepEqual(JSON.parse(readFileSync(join(path, 'format.json'), 'utf8')), format);
  folder.release();
  folder.release();
  const again = await openDataFolder({ path, createdBy: 'another' });
  assert.deepEqual(again.format, format);
  again.release();
});

test('a second process is refused and told who holds the folder', async () => {
  const holder = await startHolder();
  try {
    await assert.rejects(openDataFolder({ path }), {
      code: 'SPL_DATA_FOLDER_IN_USE',
      message: new RegExp(`process ${holder.pid}\\b.*SPANLEDGER_DATA_DIR`),
    });
  } finally {
    await end(holder);
  }
});

test('after kill -9 of the holder the folder is free and its addresses are not believed', async () => {
  const holder = await startHolder();
  assert.deepEqual(readRunningProcess(path), { pid: holder.pid, addresses: { api: '127.0.0.1:8080' } });
  await end(holder);
  assert.ok(existsSync(join(path, 'run.json')));
  assert.equal(readRunningProcess(path), undefined);
  const folder = await openDataFolder({ path });
  assert.equal(existsSync(join(path, 'run.json')), false);
  folder.release();
});

test('of many that start at once, one gets the folder', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => openDataFolder({ path })));
  const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  assert.equal(winners.length, 1);
  winners[0]?.value.release();
});

test('the running process is found by its addresses until it releases the folder', async () => {
  assert.equal(readRunningProcess(path), undefined);
  const folder = await openDataFolder({ path });
  assert.equal(readRunningProcess(path), undefined);
  folder.publish({ otlpGrpc: '127.0.0.1:4317', sql: '127.0.0.1:8123' });
  assert.deepEqual(readRunningProcess(path), {
    pid: process.pid,
    addresses: { otlpGrpc: '127.0.0.1:4317', sql: '127.0.0.1:8123' },
  });
  folder.release();
  assert.equal(readRunningProcess(path), undefined);
});

test('a newer format, a damaged one and a folder of something else are refused and left as they are', async () => {
  (await openDataFolder({ path })).release();
  const file = join(path, 'format.json');
  writeFileSync(file, '{"format": 2, "createdBy": "spanledger 9.9", "createdAt": "2030-01-01"}');
  await assert.rejects(openDataFolder({ path }), {
    code: 'SPL_DATA_FOLDER_NEWER',
    message: /format 2 .*spanledger 9\.9.*up to format 1/,
  });
  writeFileSync(file, '{"form');
  await assert.rejects(openDataFolder({ path }), { code: 'SPL_DATA_FOLDER_UNUSABLE' });
  assert.equal(readFileSync(file, 'utf8'), '{"form');

  rmSync(file);
  writeFileSync(join(path, 'thesis.tex'), '');
  await assert.rejects(openDataFolder({ path }), { code: 'SPL_DATA_FOLDER_FOREIGN', message: /thesis\.tex/ });
  assert.equal(existsSync(file), false);
});

test('a path that cannot be a folder is named', async () => {
  writeFileSync(join(parent, 'file'), '');
  await assert.rejects(openDataFolder({ path: join(parent, 'file', 'data') }), {
    code: 'SPL_DATA_FOLDER_UNUSABLE',
    message: /file\/data/,
  });
});

/** Another process that holds the folder until it is killed. */
async function startHolder(): Promise<ChildProcess> {
  const index = new URL('../../src/index.ts', import.meta.url).href;
  const program = `
    import { openDataFolder } from ${JSON.stringify(index)};
    const folder = await openDataFolder({ path: ${JSON.stringify(path)} });
    folder.publish({ api: '127.0.0.1:8080' });
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: holder.stdout }), 'line');
  return holder;
}

async function end(holder: ChildProcess): Promise<void> {
  const exited = once(holder, 'exit');
  holder.kill('SIGKILL');
  await exited;
}
