import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createWarehouse } from '../../src/index.ts';
import { type RunningEngine, SILENT, startEngine } from '../running-engine.ts';

let running: RunningEngine;

before(async () => {
  running = await startEngine();
  await running.warehouse.command('CREATE DATABASE ledger');
  await running.warehouse.command('CREATE TABLE ledger.rows (id UInt64, text String) ENGINE = MergeTree ORDER BY id');
});

after(async () => {
  await running.close();
});

const INSERT = 'INSERT INTO ledger.rows FORMAT RowBinary';

test('RowBinary in several chunks arrives whole, whatever bytes the texts hold', async () => {
  const texts = ['', 'a\n\nb', "'; DROP TABLE ledger.rows", 'ü€😀', 'x'.repeat(10_000), '\0\t\\'];
  const bytes = Buffer.concat(texts.map((text, index) => row(index, text)));
  const { writtenRows } = await running.warehouse.insertBytes(INSERT, [bytes.subarray(0, 7), bytes.subarray(7)]);
  assert.equal(writtenRows, texts.length);
  const rows = await running.warehouse.queryRows('SELECT id, text FROM ledger.rows ORDER BY id');
  assert.deepEqual(
    rows,
    texts.map((text, index) => ({ id: String(index), text })),
  );
  await running.warehouse.command('TRUNCATE TABLE ledger.rows');
});

test('an insert through input() with ARRAY JOIN counts the rows that were written', async () => {
  const statement = `INSERT INTO ledger.rows SELECT id, text
    FROM input('id UInt64, texts Array(String)') ARRAY JOIN texts AS text FORMAT RowBinary`;
  const bytes = Buffer.concat([id(7), Buffer.from([2]), string('a'), string('b')]);
  assert.deepEqual(await running.warehouse.insertBytes(statement, bytes), { writtenRows: 2 });
  await running.warehouse.command('TRUNCATE TABLE ledger.rows');
});

test('content that the table refuses fails at once and says so', async () => {
  const started = performance.now();
  await assert.rejects(running.warehouse.insertBytes(INSERT, Buffer.from([1, 2, 3])), {
    code: 'SPL_WAREHOUSE_REFUSED',
    retryable: false,
  });
  assert.ok(performance.now() - started < 5_000);
  await assert.rejects(running.warehouse.insertBytes('INSERT INTO ledger.missing FORMAT RowBinary', row(1, 'a')), {
    code: 'SPL_WAREHOUSE_REFUSED',
    message: /UNKNOWN_TABLE/,
  });
});

test('an insert into over a hundred partitions is the content’s fault, though its code looks like load', async () => {
  await running.warehouse.command(
    'CREATE TABLE ledger.days (day Date) ENGINE = MergeTree PARTITION BY day ORDER BY day',
  );
  const bytes = Buffer.alloc(300);
  for (let day = 0; day < 150; day += 1) bytes.writeUInt16LE(20_000 + day, day * 2);
  await assert.rejects(running.warehouse.insertBytes('INSERT INTO ledger.days FORMAT RowBinary', bytes), {
    code: 'SPL_WAREHOUSE_REFUSED',
    message: /partitions/,
  });
});

test('memory that runs out is worth a retry', async () => {
  await assert.rejects(
    running.warehouse.queryRows(
      'SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000',
    ),
    { code: 'SPL_WAREHOUSE_UNAVAILABLE', retryable: true },
  );
});

test('while nothing listens an insert goes on until its deadline, then says that it may be tried again', async () => {
  const nowhere = createWarehouse({ url: 'http://127.0.0.1:9', username: 'writer', password: 'x', logger: SILENT });
  const started = performance.now();
  await assert.rejects(nowhere.insertBytes(INSERT, row(1, 'a'), { deadlineMs: 400 }), {
    code: 'SPL_WAREHOUSE_UNAVAILABLE',
    retryable: true,
  });
  const took = performance.now() - started;
  assert.ok(took > 100 && took < 5_000, `${took} ms`);
  await nowhere.close();
});

test('an abort ends the tries', async () => {
  const nowhere = createWarehouse({ url: 'http://127.0.0.1:9', logger: SILENT });
  const abort = new AbortController();
  const insert = nowhere.insertBytes(INSERT, row(1, 'a'), { deadlineMs: 60_000, signal: abort.signal });
  const outcome = assert.rejects(insert, { code: 'SPL_WAREHOUSE_ABORTED' });
  await delay(120);
  abort.abort();
  await outcome;
  await nowhere.close();
});

test('an insert that failed while the engine was down lands after its restart', async () => {
  const first = await startEngine();
  await first.warehouse.command('CREATE TABLE default.rows (id UInt64, text String) ENGINE = MergeTree ORDER BY id');
  const { port } = new URL(first.connection.url);
  await first.warehouse.close();
  await first.engine.stop();
  const users = (password: string) =>
    createWarehouse({ url: first.connection.url, username: 'writer', password, logger: SILENT });
  const early = users('not known yet');
  const waiting = early.insertBytes('INSERT INTO default.rows FORMAT RowBinary', row(1, 'a'), { deadlineMs: 300 });
  await assert.rejects(waiting, { code: 'SPL_WAREHOUSE_UNAVAILABLE' });
  await early.close();
  const second = await startEngine({ dataDir: first.dataDir, sqlAddress: { host: '127.0.0.1', port: Number(port) } });
  try {
    const summary = await second.warehouse.insertBytes('INSERT INTO default.rows FORMAT RowBinary', row(1, 'a'));
    assert.equal(summary.writtenRows, 1);
  } finally {
    await second.close();
  }
});

test('values are bound, and integers and decimals come back exact', async () => {
  const rows = await running.warehouse.queryRows(
    'SELECT {text:String} AS text, toUInt64(18446744073709551615) AS big, toDecimal128({cost:String}, 12) AS cost, {list:Array(UInt32)} AS list',
    { text: `'); DROP TABLE x; -- \n\\`, cost: '12345678901234.000000000001', list: [1, 2] },
  );
  assert.deepEqual(rows, [
    {
      text: `'); DROP TABLE x; -- \n\\`,
      big: '18446744073709551615',
      cost: '12345678901234.000000000001',
      list: [1, 2],
    },
  ]);
});

test('thirty inserts at once all land', async () => {
  const inserts = Array.from({ length: 30 }, (_, index) => running.warehouse.insertBytes(INSERT, row(index, 'p')));
  await Promise.all(inserts);
  assert.deepEqual(await running.warehouse.queryRows("SELECT count() AS n FROM ledger.rows WHERE text = 'p'"), [
    { n: '30' },
  ]);
});

function row(number: number, text: string): Buffer {
  return Buffer.concat([id(number), string(text)]);
}

function id(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
