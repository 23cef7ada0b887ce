import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, type RunningEngine, startEngine } from '../running-engine.ts';
import { HOSTILE_SQL } from './hostile-sql.ts';

let running: RunningEngine;
let url: string;
let file: string;

before(async () => {
  running = await startEngine();
  url = running.connection.reader.url;
  file = join(running.dataDir, 'private.txt');
  writeFileSync(file, 'leaked\n');
  const { warehouse } = running;
  await warehouse.command('CREATE DATABASE spanledger_store');
  await warehouse.command('CREATE DATABASE spanledger');
  await warehouse.command(
    'CREATE TABLE spanledger_store.charges (session_id String, cost UInt64) ENGINE = MergeTree ORDER BY session_id',
  );
  await warehouse.command("INSERT INTO spanledger_store.charges VALUES ('s1', 7)");
  await warehouse.command(
    'CREATE VIEW spanledger.charges DEFINER = CURRENT_USER SQL SECURITY DEFINER AS SELECT * FROM spanledger_store.charges',
  );
});

after(async () => {
  await running.close();
});

test('a reader is refused whatever changes data, reads files or addresses, or leaves limits', async () => {
  const letThrough: string[] = [];
  for (const line of HOSTILE_SQL) {
    const sql = line.replaceAll('$FILE', file);
    const { status, text } = await ask(url, sql);
    if (status === 200) letThrough.push(`${sql}\n  → ${text.slice(0, 200)}`);
    assert.ok(!text.replaceAll(sql, '').includes('leaked\n'), sql);
  }
  assert.deepEqual(letThrough, []);
  assert.equal(existsSync(`${file}.out`) || existsSync(`${file}.csv`), false);
  assert.deepEqual(await running.warehouse.queryRows('SELECT * FROM spanledger_store.charges'), [
    { session_id: 's1', cost: '7' },
  ]);
});

test('the same statements are refused in the query parameter of a GET and within a session', async () => {
  for (const line of HOSTILE_SQL) {
    const sql = line.replaceAll('$FILE', file);
    const got = await fetch(`${url}/?query=${encodeURIComponent(sql)}`);
    await got.text();
    assert.notEqual(got.status, 200, sql);
  }
  const session = '?session_id=hostile';
  for (const sql of ["SET profile = 'default'", 'SET readonly = 0', "SET profile = 'writer'"])
    await ask(url, sql, { query: session });
  for (const sql of [
    'SELECT 1 SETTINGS max_execution_time = 100000',
    `SELECT file('${file}')`,
    'DROP TABLE spanledger.charges',
  ]) {
    assert.notEqual((await ask(url, sql, { query: session })).status, 200, sql);
  }
});

test('settings in the URL are bound as those in the query', async () => {
  const parameters = [
    'max_execution_time=100000',
    'max_execution_time=0',
    'max_memory_usage=0',
    'readonly=0',
    'profile=writer',
    'add_http_cors_header=1',
    'use_skip_indexes_if_final_exact_mode=0',
    'format_template_row=/etc/passwd',
    'enable_analyzer=0',
    'role=writer',
  ];
  for (const parameter of parameters) {
    const { status, headers } = await ask(url, 'SELECT 1', { query: `?${parameter}` });
    assert.notEqual(status, 200, parameter);
    assert.equal(headers.get('access-control-allow-origin'), null, parameter);
  }
});

test('whoever asks is a reader, however a user is named; nobody is the writer without its password', async () => {
  const basic = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });
  const asked = "SELECT currentUser() || toString(getSetting('readonly'))";
  const readers = [
    {},
    { query: '?user=default' },
    { query: '?user=reader&password=any' },
    { headers: basic('default', '') },
  ];
  for (const attempt of [...readers, { headers: { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': 'any' } }]) {
    const { status, text } = await ask(url, asked, attempt);
    assert.match(`${status} ${text}`, /^200 (default|reader)1$/, JSON.stringify(attempt));
  }
  const strangers = [
    { query: '?user=writer' },
    { query: '?user=writer&password=' },
    { query: '?user=writer&password=writer' },
    { query: '?user=admin' },
    { headers: basic('writer', '') },
    { headers: basic('writer', 'guess') },
    { headers: { 'x-clickhouse-user': 'writer', 'x-clickhouse-key': '' } },
    { headers: { authorization: 'never' }, query: '?user=writer' },
    { headers: { 'x-clickhouse-user': 'writer', 'x-clickhouse-ssl-certificate-auth': 'on' } },
  ];
  for (const attempt of strangers) {
    const { status, text } = await ask(url, asked, attempt);
    assert.notEqual(status, 200, `${JSON.stringify(attempt)}: ${text}`);
  }
});

test('a limit of readers does not end the engine, which runs as the default user', async () => {
  const short = await startEngine({ limits: { readerSeconds: 1, readerMaxSeconds: 1 } });
  try {
    const slow = await ask(short.connection.reader.url, 'SELECT count() FROM numbers(1000000000000)');
    assert.match(slow.text, /TIMEOUT_EXCEEDED/);
    await ask(short.connection.reader.url, 'SELECT count() FROM numbers(1000000000000)');
    assert.deepEqual(await short.warehouse.queryRows('SELECT 1 AS one'), [{ one: 1 }]);
  } finally {
    await short.close();
  }
});

test("a web page's request is refused and carries no permission to read the answer", async () => {
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: url },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { status, allow } = await raw(method, '/?query=SELECT%201&add_http_cors_header=1', headers);
      assert.equal(allow, undefined, `${method} ${JSON.stringify(headers)}`);
      assert.equal(status, 403, `${method} ${JSON.stringify(headers)}`);
    }
  }
});

test('a foreign Host, as after DNS rebinding, is refused; the names of loopback are served', async () => {
  const { port } = new URL(url);
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127a0a0b1']) {
    for (const path of ['/?query=SELECT%201', '/ping'])
      assert.equal((await raw('GET', path, { host })).status, 403, host);
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
    assert.equal((await raw('GET', '/?query=SELECT%201', { host })).status, 200, host);
  }
});

test('the stored database is invisible, and what is visible tells no secret', async () => {
  assert.equal((await ask(url, 'SHOW DATABASES')).text.split('\n').includes('spanledger_store'), false);
  assert.equal((await ask(url, "SELECT count() FROM system.tables WHERE database = 'spanledger_store'")).text, '0');
  assert.equal((await ask(url, "SELECT count() FROM system.columns WHERE database = 'spanledger_store'")).text, '0');
  assert.equal((await ask(url, 'EXISTS spanledger_store.charges')).text === '1', false);
  for (const table of ['settings', 'functions', 'databases', 'tables', 'columns', 'completions']) {
    const { text } = await ask(url, `SELECT * FROM system.${table}`);
    assert.ok(!text.includes(running.connection.password), table);
  }
});

test('a query that runs too long or takes too much memory is stopped, and the writer goes on', async () => {
  const slow = await ask(url, 'SELECT count() FROM numbers(1000000000000) SETTINGS max_execution_time = 1');
  assert.match(slow.text, /TIMEOUT_EXCEEDED/);
  const big = await ask(url, 'SELECT groupArray(number) FROM numbers(1000000000)', {
    query: '?max_memory_usage=50000000',
  });
  assert.match(big.text, /MEMORY_LIMIT_EXCEEDED/);
  assert.deepEqual(await running.warehouse.queryRows('SELECT 1 AS one'), [{ one: 1 }]);
});

/** Node's fetch sets Host itself and may refuse Origin; a plain request sends what it is told. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; allow: string | undefined }> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; allow: string | undefined }>();
  const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
    response.resume();
    resolve({ status: response.statusCode ?? 0, allow: response.headers['access-control-allow-origin'] });
  });
  sent.once('error', reject).end();
  return promise;
}
