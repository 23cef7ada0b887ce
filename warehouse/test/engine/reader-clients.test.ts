import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { createWarehouseReader } from '../../src/index.ts';
import { ask, type RunningEngine, startEngine } from '../running-engine.ts';

let running: RunningEngine;
let client: ClickHouseClient;

before(async () => {
  running = await startEngine();
  const { warehouse, connection } = running;
  await warehouse.command('CREATE DATABASE spanledger_store');
  await warehouse.command('CREATE DATABASE spanledger');
  await warehouse.command(
    'CREATE TABLE spanledger_store.charges (session_id String, tokens UInt64, effective_cost Decimal(38, 12)) ENGINE = MergeTree ORDER BY session_id',
  );
  await warehouse.command("INSERT INTO spanledger_store.charges VALUES ('s1', 18446744073709551615, 0.000000000001)");
  await warehouse.command(`CREATE OR REPLACE VIEW spanledger.charges (
      session_id String COMMENT 'The session; one conversation',
      tokens UInt64 COMMENT 'Tokens',
      effective_cost Decimal(38, 12) COMMENT 'What it cost'
    ) DEFINER = CURRENT_USER SQL SECURITY DEFINER
    AS SELECT session_id, tokens, effective_cost FROM spanledger_store.charges COMMENT 'One line of the ledger'`);
  client = createClient({
    url: connection.reader.url,
    database: 'spanledger',
    compression: { response: true, request: true },
    clickhouse_settings: { max_execution_time: 20, max_result_rows: '1000', date_time_output_format: 'iso' },
  });
});

after(async () => {
  await client.close();
  await running.close();
});

const EXACT = [{ session_id: 's1', tokens: '18446744073709551615', effective_cost: '0.000000000001' }];

test('the stock client, compressed and with settings of its own, reads exact numbers in its JSON formats', async () => {
  for (const format of ['JSONEachRow', 'JSON', 'JSONCompactEachRow', 'JSONObjectEachRow'] as const) {
    const answer = await client.query({
      query: 'SELECT * FROM charges WHERE session_id = {s:String}',
      query_params: { s: 's1' },
      format,
    });
    const text = await answer.text();
    assert.match(text, /"18446744073709551615"/, format);
    assert.match(text, /"0\.000000000001"/, format);
  }
  assert.equal((await client.ping()).success, true);
});

test('a parameter too long for a URL works', async () => {
  const rows = await client.query({
    query: 'SELECT length({long:String}) AS n',
    query_params: { long: 'x'.repeat(100_000) },
    format: 'JSONEachRow',
    use_multipart_params: true,
  });
  assert.deepEqual(await rows.json(), [{ n: '100000' }]);
});

test("our own reader needs no secret and gives bytes in any of ClickHouse's formats", async () => {
  const reader = createWarehouseReader(running.connection.reader);
  try {
    assert.deepEqual(await reader.queryRows('SELECT * FROM spanledger.charges'), EXACT);
    const csv = await reader.queryRaw('SELECT * FROM spanledger.charges', 'CSVWithNames');
    assert.equal(
      Buffer.concat(await csv.toArray()).toString(),
      '"session_id","tokens","effective_cost"\n"s1",18446744073709551615,0.000000000001\n',
    );
    const own = await reader.queryRaw('SELECT 1 AS a FORMAT TSVWithNames', 'CSV');
    assert.equal(Buffer.concat(await own.toArray()).toString(), 'a\n1\n');
    const parquet = Buffer.concat(
      await (await reader.queryRaw('SELECT * FROM spanledger.charges', 'Parquet')).toArray(),
    );
    assert.equal(parquet.subarray(0, 4).toString(), 'PAR1');
    await assert.rejects(
      reader.queryRaw("SELECT throwIf(number = 200000, 'late') FROM numbers(300000)", 'CSV'),
      /late/,
    );
  } finally {
    await reader.close();
  }
});

/** What drivers and BI tools ask before the first query, and settings that they send along. */
const TOOLS = [
  'SELECT version()',
  'SELECT timezone()',
  'SELECT displayName(), version(), revision(), timezone()',
  'SELECT name, value, readonly FROM system.settings',
  'SELECT name, engine FROM system.databases',
  "SELECT name, comment, engine FROM system.tables WHERE database = 'spanledger'",
  "SELECT name, type, comment FROM system.columns WHERE database = 'spanledger' AND table = 'charges'",
  'SELECT name FROM system.functions',
  'SELECT name FROM system.data_type_families',
  'SELECT name FROM system.table_functions',
  'SELECT * FROM information_schema.schemata',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM information_schema.columns',
  'SELECT * FROM INFORMATION_SCHEMA.TABLES',
  'SHOW TABLES FROM spanledger',
  'SHOW COLUMNS FROM spanledger.charges',
  'SHOW DATABASES',
  'DESCRIBE TABLE spanledger.charges',
  'SHOW CREATE TABLE spanledger.charges',
  "SHOW SETTINGS LIKE 'max_execution_time'",
  'USE spanledger',
  'SET join_use_nulls = 1',
  'EXPLAIN indexes = 1 SELECT * FROM spanledger.charges',
  'SELECT * FROM spanledger.charges LIMIT 1 FORMAT Native',
  'SELECT * FROM spanledger.charges FORMAT PrettyCompact',
  'SELECT * FROM spanledger.charges FORMAT RowBinaryWithNamesAndTypes',
  "SELECT 1 SETTINGS max_execution_time = 65, session_timezone = 'Europe/Berlin', join_use_nulls = 1, extremes = 1",
];

test('what drivers and BI tools send is answered', async () => {
  for (const sql of TOOLS) {
    const { status, text } = await ask(running.connection.reader.url, sql, {
      query:
        '?database=spanledger&default_format=JSONCompact&max_execution_time=65&wait_end_of_query=1&compress=0&enable_http_compression=1&session_id=bi',
      headers: { 'x-clickhouse-user': 'default', 'x-clickhouse-key': '' },
    });
    assert.equal(status, 200, `${sql}: ${text}`);
  }
});

test('comments of tables and columns reach the reader', async () => {
  const { text } = await ask(running.connection.reader.url, 'DESCRIBE TABLE spanledger.charges FORMAT TSV');
  assert.match(text, /^session_id\tString\t\t\tThe session; one conversation/);
  const table = await ask(running.connection.reader.url, "SELECT comment FROM system.tables WHERE name = 'charges'");
  assert.equal(table.text, 'One line of the ledger');
});
