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
  const let_through: string[] = [];
  for (const line of HOSTILE_SQL) {
    const sql = line.replaceAll('$FILE', file);
    const { status, text } = await ask(url, sql);
    if (status === 200) let_through.push(`${sql}\n  → ${text.slice(0, 200)}`);
    assert.ok(!text.replaceAll(sql, '').includes('leaked\n'), sql);
  }
  assert.deepEqual(let_through, []);
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

test('whoever asks is the reader, whatever user is named and however', async () => {
  const basic = `Basic ${Buffer.from('writer:').toString('base64')}`;
  const attempts = [
    { query: '?user=default' },
    { query: '?user=writer&password=' },
    { query: `?user=writer&password=${running.connection.password}` },
    { headers: { 'x-clickhouse-user': 'writer', 'x-clickhouse-key': running.connection.password } },
    { headers: { authorization: basic } },
    { headers: { 'x-spanledger-secret': 'guess' } },
    { headers: { 'x-spanledger-secret': '' } },
  ];
  for (const attempt of attempts) {
    const { status, text } = await ask(url, 'SELECT currentUser()', attempt);
    assert.ok(text === 'reader' || status === 401 || status === 403, `${JSON.stringify(attempt)}: ${status} ${text}`);
  }
});

test('the secret alone, without the password, lets nobody in as the writer', async () => {
  const headers = running.connection.httpHeaders;
  const { status } = await ask(url, 'SELECT currentUser()', { query: '?user=writer', headers });
  assert.notEqual(status, 200);
});

test('the secret opens the default user to nobody either', async () => {
  const { text } = await ask(url, 'SELECT currentUser()', {
    query: '?user=default',
    headers: running.connection.httpHeaders,
  });
  assert.notEqual(text, 'default');
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
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127a0a0b1', '']) {
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
  const { secret } = { secret: Object.values(running.connection.httpHeaders)[0] ?? 'missing' };
  for (const table of ['settings', 'functions', 'databases', 'tables', 'columns', 'completions']) {
    const { text } = await ask(url, `SELECT * FROM system.${table}`);
    assert.ok(!text.includes(secret) && !text.includes(running.connection.password), table);
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
