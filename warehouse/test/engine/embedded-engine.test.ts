import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createEmbeddedEngine } from '../../src/index.ts';
import { eventually, isProcessAlive, SILENT, startEngine, temporaryFolder } from '../running-engine.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

test('the engine starts, is small at rest, answers in UTC, and stops in order', async () => {
  const { connection, warehouse, engine, close } = await startEngine();
  try {
    const rows = await warehouse.queryRows(
      'SELECT timezone() AS zone, toString(toDateTime(0)) AS epoch, currentUser() AS user',
    );
    assert.deepEqual(rows, [{ zone: 'UTC', epoch: '1970-01-01 00:00:00', user: 'writer' }]);
    assert.match(connection.version, /^26\./);
    assert.deepEqual(connection.brokenParts, []);
    assert.ok(residentMib(connection.pid) < 350, `${residentMib(connection.pid)} MiB at rest`);
  } finally {
    await close();
  }
  const exit = await engine.exited;
  assert.deepEqual({ expected: exit.expected, code: exit.code }, { expected: true, code: 0 });
  assert.equal(isProcessAlive(connection.pid), false);
});

test('secrets are private files and differ from start to start', async () => {
  const first = await startEngine();
  await first.warehouse.close();
  await first.engine.stop();
  const second = await startEngine({ dataDir: first.dataDir });
  try {
    assert.notEqual(first.connection.password, second.connection.password);
    for (const file of ['config.xml', 'users.xml']) {
      assert.equal(statSync(join(first.dataDir, 'engine', file)).mode & 0o777, 0o600);
    }
  } finally {
    await second.close();
  }
});

test('every table is synced to disk by default', async () => {
  const { warehouse, close } = await startEngine();
  try {
    const names = [
      'fsync_after_insert',
      'fsync_part_directory',
      'min_rows_to_fsync_after_merge',
      'min_compressed_bytes_to_fsync_after_merge',
    ];
    const rows = await warehouse.queryRows<{ name: string; value: string }>(
      'SELECT name, value FROM system.merge_tree_settings WHERE has({names:Array(String)}, name)',
      { names },
    );
    assert.deepEqual(
      new Map(rows.map(({ name, value }) => [name, value])),
      new Map(names.toSorted().map((name) => [name, '1'])),
    );
  } finally {
    await close();
  }
});

test('kill -9 of the engine after acknowledged inserts: `exited` says so, and a restart has every row', async () => {
  const first = await startEngine();
  await first.warehouse.command('CREATE DATABASE kept');
  await first.warehouse.command('CREATE TABLE kept.rows (id UInt64) ENGINE = MergeTree ORDER BY id');
  for (let batch = 0; batch < 5; batch += 1) {
    await first.warehouse.command(`INSERT INTO kept.rows SELECT number FROM numbers(${batch * 20_000}, 20000)`);
  }
  process.kill(first.connection.pid, 'SIGKILL');
  const exit = await first.engine.exited;
  assert.equal(exit.expected, false);
  assert.match(exit.reason, /SIGKILL/);
  await first.warehouse.close();

  const second = await startEngine({ dataDir: first.dataDir });
  try {
    assert.deepEqual(await second.warehouse.queryRows('SELECT count() AS n, uniqExact(id) AS ids FROM kept.rows'), [
      { n: '100000', ids: '100000' },
    ]);
  } finally {
    await second.close();
  }
});

test('kill -9 of the parent ends the engine, and the next start waits for that', async () => {
  const dataDir = temporaryFolder();
  const index = new URL('../../src/index.ts', import.meta.url).href;
  const program = `
    import { pino } from 'pino';
    import { createEmbeddedEngine } from ${JSON.stringify(index)};
    const options = { dataDir: ${JSON.stringify(dataDir)}, sqlAddress: ${JSON.stringify(LOOPBACK)}, logger: pino({ level: 'silent' }) };
    const { pid } = await createEmbeddedEngine(options).start();
    console.log(pid);
    setInterval(() => {}, 1000);`;
  const cwd = new URL('..', import.meta.url);
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const enginePid = Number(line);
  assert.ok(isProcessAlive(enginePid));
  parent.kill('SIGKILL');
  const next = await startEngine({ dataDir });
  try {
    await eventually('the orphaned engine has ended', () => !isProcessAlive(enginePid));
  } finally {
    await next.close();
  }
});

test('a taken port is named, with the setting and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => other.once('listening', done));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dataDir = temporaryFolder();
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: { host: '127.0.0.1', port }, logger: SILENT });
  await assert.rejects(engine.start(), (error: Error & { code: string }) => {
    assert.equal(error.code, 'SPL_SQL_ADDRESS_TAKEN');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}.*SPANLEDGER_SQL_ADDRESS`));
    return true;
  });
  await engine.stop();
  other.close();
  rmSync(dataDir, { recursive: true });
});

test('an address that other machines reach has to be asked for', async () => {
  const dataDir = temporaryFolder();
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: { host: '0.0.0.0', port: 0 }, logger: SILENT });
  await assert.rejects(engine.start(), { code: 'SPL_SQL_ADDRESS_OPEN', message: /sql\.insecure/ });
  rmSync(dataDir, { recursive: true });
});

test('data that a newer engine wrote is left alone', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'engine-version.json'), '{"version":"99.1.2-stable.1"}');
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: LOOPBACK, logger: SILENT });
  await assert.rejects(engine.start(), { code: 'SPL_ENGINE_DATA_NEWER', message: /99\.1\.2.*newer product/ });
  assert.deepEqual(readdirSync(dataDir), ['engine-version.json']);
  rmSync(dataDir, { recursive: true });
});

test("a start that fails gives the engine's own last words", async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'clickhouse', 'metadata'), { recursive: true });
  writeFileSync(join(dataDir, 'clickhouse', 'metadata', 'spanledger.sql'), 'this is no SQL');
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: LOOPBACK, logger: SILENT });
  try {
    await assert.rejects(engine.start(), {
      code: 'SPL_ENGINE_START_FAILED',
      message: /exit code.*last words:[\s\S]*Syntax error/,
    });
  } finally {
    await engine.stop();
    rmSync(dataDir, { recursive: true });
  }
});

test('a part damaged on disk is reported by the next start', async () => {
  const first = await startEngine();
  await first.warehouse.command('CREATE DATABASE kept');
  await first.warehouse.command(
    'CREATE TABLE kept.rows (day Date, id UInt64) ENGINE = MergeTree PARTITION BY day ORDER BY id',
  );
  await first.warehouse.command("INSERT INTO kept.rows SELECT '2026-11-20', number FROM numbers(1000)");
  await first.warehouse.command("INSERT INTO kept.rows SELECT '2026-11-21', number FROM numbers(1000)");
  const [part] = await first.warehouse.queryRows<{ path: string }>(
    "SELECT path FROM system.parts WHERE database = 'kept' AND table = 'rows' AND partition_id = '20261120' AND active",
  );
  await first.warehouse.close();
  await first.engine.stop();
  truncateSync(join(part?.path ?? '', 'columns.txt'), 0);
  truncateSync(join(part?.path ?? '', 'checksums.txt'), 0);

  const second = await startEngine({ dataDir: first.dataDir });
  try {
    const [broken, ...others] = second.connection.brokenParts;
    assert.equal(others.length, 0);
    assert.equal(broken?.database, 'kept');
    assert.equal(broken?.table, 'rows');
    assert.match(`${broken?.partition} ${broken?.part}`, /20261120/);
    assert.match(broken?.reason ?? '', /broken/);
  } finally {
    await second.close();
  }
});

function residentMib(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
