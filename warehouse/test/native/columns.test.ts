import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  ArrayColumn,
  type BlockColumns,
  columnList,
  DecimalColumn,
  DictionaryColumn,
  NullableDecimalColumn,
  StringColumn,
  takeBlock,
  Uint64Column,
  UintColumn,
} from '../../src/index.ts';
import { type RunningEngine, startEngine } from '../running-engine.ts';

let running: RunningEngine;

before(async () => {
  running = await startEngine();
  await running.warehouse.command('CREATE DATABASE IF NOT EXISTS native_test');
});

after(() => running.close());

const COLUMN_TYPES = `row UInt32, text String, word LowCardinality(String), tiny UInt8, small UInt16, wide UInt32, state Enum8('low' = -3, 'zero' = 0, 'high' = 100),
  big UInt64, at DateTime64(9, 'UTC'), money Decimal(38, 12), maybe Nullable(Decimal(38, 12)),
  texts Array(String), words Array(LowCardinality(String)), amounts Array(Decimal(38, 9))`;

type Row = {
  text: string;
  word: string;
  tiny: number;
  small: number;
  wide: number;
  state: 'low' | 'zero' | 'high';
  big: bigint;
  at: bigint;
  money: bigint;
  maybe: bigint | undefined;
  texts: readonly string[];
  words: readonly string[];
  amounts: readonly bigint[];
};

const STATE_NUMBER = { low: -3, zero: 0, high: 100 } as const;
const EMPTY_ROW: Row = {
  text: '',
  word: '',
  tiny: 0,
  small: 0,
  wide: 0,
  state: 'zero',
  big: 0n,
  at: 0n,
  money: 0n,
  maybe: undefined,
  texts: [],
  words: [],
  amounts: [],
};

function everyColumn() {
  return {
    row: new UintColumn('UInt32', 4),
    text: new StringColumn(),
    word: new DictionaryColumn(),
    tiny: new UintColumn('UInt8', 1),
    small: new UintColumn('UInt16', 2),
    wide: new UintColumn('UInt32', 4),
    state: new UintColumn('Int8', 1),
    big: new Uint64Column('UInt64'),
    at: new Uint64Column("DateTime64(9, 'UTC')"),
    money: new DecimalColumn('Decimal(38, 12)'),
    maybe: new NullableDecimalColumn('Decimal(38, 12)'),
    texts: new ArrayColumn(new StringColumn()),
    words: new ArrayColumn(new DictionaryColumn()),
    amounts: new ArrayColumn(new DecimalColumn('Decimal(38, 9)')),
  };
}

function push(columns: ReturnType<typeof everyColumn>, number: number, row: Row): void {
  columns.row.push(number);
  columns.text.push(row.text);
  columns.word.push(row.word);
  columns.tiny.push(row.tiny);
  columns.small.push(row.small);
  columns.wide.push(row.wide);
  columns.state.push(STATE_NUMBER[row.state]);
  columns.big.push(row.big);
  columns.at.push(row.at);
  columns.money.push(row.money);
  columns.maybe.push(row.maybe);
  for (const text of row.texts) columns.texts.elements.push(text);
  columns.texts.endRow(row.texts.length);
  for (const word of row.words) columns.words.elements.push(word);
  columns.words.endRow(row.words.length);
  for (const amount of row.amounts) columns.amounts.elements.push(amount);
  columns.amounts.endRow(row.amounts.length);
}

async function insert(table: string, columns: BlockColumns, rowCount: number): Promise<void> {
  const statement = `INSERT INTO native_test.${table} (${columnList(columns)}) FORMAT Native`;
  await running.warehouse.insertBytes(statement, takeBlock(columns, rowCount), { deadlineMs: 0 });
}

/** Decimals as the integers that stand in the column, times as nanoseconds. */
async function readBack(table: string): Promise<Row[]> {
  const rows = await running.warehouse.queryRows<Record<string, string>>(
    `SELECT hex(t.text) AS text, hex(t.word) AS word, tiny, small, wide, toString(t.state) AS state, toString(t.big) AS big,
       toString(toUnixTimestamp64Nano(t.at)) AS at, toString(reinterpretAsInt128(t.money)) AS money,
       if(isNull(t.maybe), NULL, toString(reinterpretAsInt128(assumeNotNull(t.maybe)))) AS maybe,
       arrayMap(x -> hex(x), t.texts) AS texts, arrayMap(x -> hex(x), t.words) AS words,
       arrayMap(x -> toString(reinterpretAsInt128(x)), t.amounts) AS amounts
     FROM native_test.${table} AS t ORDER BY row`,
  );
  return rows.map((row) => {
    const { texts, words, amounts } = row as unknown as Record<'texts' | 'words' | 'amounts', string[]>;
    const maybe = row['maybe'] as string | null | undefined;
    return {
      text: unhex(row['text']),
      word: unhex(row['word']),
      tiny: Number(row['tiny']),
      small: Number(row['small']),
      wide: Number(row['wide']),
      state: row['state'] as Row['state'],
      big: BigInt(row['big'] ?? ''),
      at: BigInt(row['at'] ?? ''),
      money: BigInt(row['money'] ?? ''),
      maybe: maybe === null || maybe === undefined ? undefined : BigInt(maybe),
      texts: texts.map(unhex),
      words: words.map(unhex),
      amounts: amounts.map(BigInt),
    };
  });
}

function unhex(hex: string | undefined): string {
  return Buffer.from(hex ?? '', 'hex').toString();
}

async function emptyTable(table: string): Promise<void> {
  await running.warehouse.command(
    `CREATE OR REPLACE TABLE native_test.${table} (${COLUMN_TYPES}) ENGINE = MergeTree ORDER BY row`,
  );
}

async function roundTrip(table: string, rows: readonly Row[]): Promise<Row[]> {
  await emptyTable(table);
  const columns = everyColumn();
  for (const [number, row] of rows.entries()) push(columns, number, row);
  await insert(table, columns, rows.length);
  return readBack(table);
}

test('a row of every column type comes back as it was sent', async () => {
  const row: Row = {
    text: 'plain',
    word: 'gpt-4o-mini',
    tiny: 255,
    small: 65_535,
    wide: 4_294_967_295,
    state: 'low',
    big: 18_446_744_073_709_551_615n,
    at: 1_763_900_000_123_456_789n,
    money: 1_234_567_890_123n,
    maybe: 5n,
    texts: ['a', '', 'b'],
    words: ['input', 'output', 'input'],
    amounts: [1n, -1n, 1_000_000_000n],
  };
  assert.deepEqual(await roundTrip('every', [row, EMPTY_ROW, { ...row, state: 'high', maybe: undefined }]), [
    row,
    EMPTY_ROW,
    { ...row, state: 'high', maybe: undefined },
  ]);
});

test('a block without rows inserts nothing and is no error', async () => {
  assert.deepEqual(await roundTrip('nothing', []), []);
});

test('a block whose arrays are all empty is read, and rows after it keep their own elements', async () => {
  assert.deepEqual(await roundTrip('hollow', [EMPTY_ROW, EMPTY_ROW]), [EMPTY_ROW, EMPTY_ROW]);
  const filled = { ...EMPTY_ROW, words: ['x'], texts: ['y'], amounts: [7n] };
  assert.deepEqual(await roundTrip('hollow', [EMPTY_ROW, filled, EMPTY_ROW]), [EMPTY_ROW, filled, EMPTY_ROW]);
});

test('decimals keep their value on both sides of 2^63 and of zero, up to 38 digits', async () => {
  const edge = 2n ** 63n;
  const values = [
    0n,
    1n,
    -1n,
    edge - 1n,
    edge,
    edge + 1n,
    -edge,
    -edge - 1n,
    2n ** 64n,
    -(2n ** 64n),
    10n ** 38n - 1n,
    1n - 10n ** 38n,
  ];
  const rows = values.map((value): Row => ({ ...EMPTY_ROW, money: value, maybe: value, amounts: [value, -value] }));
  assert.deepEqual(await roundTrip('decimals', rows), rows);
});

test('strings keep their bytes around each length at which the writer changes its way, ASCII or not', async () => {
  const lengths = [0, 1, 46, 47, 48, 49, 127, 128, 129, 16_383, 16_384, 100_000];
  const texts = lengths.flatMap((length) => ['a'.repeat(length), 'é'.repeat(length), `${'a'.repeat(length)}\u{1f600}`]);
  const hostile = ["'; DROP TABLE x; --", 'line\nbreak\r\n\ttab', 'nul\0inside', '\u2028', '日本語'];
  const rows = [...texts, ...hostile].map((text): Row => ({ ...EMPTY_ROW, text, word: text, texts: [text, text] }));
  assert.deepEqual(await roundTrip('strings', rows), rows);
});

test('a string column takes bytes that are no text', async () => {
  await running.warehouse.command(
    'CREATE TABLE native_test.bytes (payload String) ENGINE = MergeTree ORDER BY tuple()',
  );
  const columns = { payload: new StringColumn() };
  columns.payload.pushBytes(Uint8Array.from([0, 255, 128, 10]));
  await insert('bytes', columns, 1);
  const [row] = await running.warehouse.queryRows<{ bytes: string }>(
    'SELECT hex(payload) AS bytes FROM native_test.bytes',
  );
  assert.equal(row?.bytes, '00FF800A');
});

for (const distinct of [0, 1, 254, 255, 256, 257, 65_534, 65_535, 65_536, 70_000]) {
  test(`a dictionary of ${distinct} words and the empty one finds each word again`, async () => {
    await running.warehouse.command(
      'CREATE OR REPLACE TABLE native_test.dictionary (row UInt32, word LowCardinality(String), words Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY row',
    );
    const columns = {
      row: new UintColumn('UInt32', 4),
      word: new DictionaryColumn(),
      words: new ArrayColumn(new DictionaryColumn()),
    };
    const wordOf = (row: number) => (distinct === 0 ? '' : `w${row % distinct}`);
    const rowCount = Math.max(3, distinct + 2);
    for (let row = 0; row < rowCount; row += 1) {
      columns.row.push(row);
      columns.word.push(wordOf(row));
      columns.words.elements.push(wordOf(row));
      columns.words.endRow(1);
    }
    await insert('dictionary', columns, rowCount);
    const expected = distinct === 0 ? "''" : `concat('w', toString(row % ${distinct}))`;
    const [seen] = await running.warehouse.queryRows<Record<string, string>>(
      `SELECT count() AS rows, countIf(word = ${expected}) AS right, countIf(words = [${expected}]) AS right_in_arrays, uniqExact(word) AS distinct_words FROM native_test.dictionary`,
    );
    const all = String(rowCount);
    assert.deepEqual(seen, {
      rows: all,
      right: all,
      right_in_arrays: all,
      distinct_words: String(Math.max(1, distinct)),
    });
  });
}

test('columns are empty after a block: the next block carries only its own rows and words', async () => {
  await emptyTable('reused');
  const columns = everyColumn();
  push(columns, 0, { ...EMPTY_ROW, word: 'first', words: ['first', 'x'], text: 'long'.repeat(10_000), maybe: 3n });
  await insert('reused', columns, 1);
  push(columns, 1, { ...EMPTY_ROW, word: 'second', words: ['second'] });
  await insert('reused', columns, 1);
  const rows = await readBack('reused');
  assert.deepEqual(rows[1], { ...EMPTY_ROW, word: 'second', words: ['second'] });
  assert.equal(rows.length, 2);
});

test('numbers up to 2^53 go into 64-bit columns without a bigint', async () => {
  const values = [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  await running.warehouse.command('CREATE TABLE native_test.numbers (value UInt64) ENGINE = MergeTree ORDER BY value');
  const columns = { value: new Uint64Column('UInt64') };
  for (const value of values) columns.value.pushNumber(value);
  await insert('numbers', columns, values.length);
  const rows = await running.warehouse.queryRows<{ value: string }>(
    'SELECT value FROM native_test.numbers ORDER BY value',
  );
  assert.deepEqual(
    rows.map((row) => row.value),
    values.map(String),
  );
});

test('a block cut short is refused, and nothing of it is stored', async () => {
  await emptyTable('refused');
  const columns = everyColumn();
  push(columns, 0, EMPTY_ROW);
  push(columns, 1, EMPTY_ROW);
  const bytes = takeBlock(columns, 2);
  const short = bytes.subarray(0, bytes.length - 1);
  const statement = `INSERT INTO native_test.refused (${columnList(columns)}) FORMAT Native`;
  await assert.rejects(running.warehouse.insertBytes(statement, short, { deadlineMs: 0 }), {
    code: 'SPL_WAREHOUSE_REFUSED',
  });
  assert.deepEqual(await readBack('refused'), []);
});

test('any rows come back as they were sent', async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom('', 'openai', 'a'.repeat(48)),
  );
  const decimal = fc.oneof(
    fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n }),
    fc.bigInt({ min: -(2n ** 63n) - 2n, max: 2n ** 63n + 2n }),
  );
  const anyRow: fc.Arbitrary<Row> = fc.record({
    text,
    word: text,
    tiny: fc.nat(255),
    small: fc.nat(65_535),
    wide: fc.nat(4_294_967_295),
    state: fc.constantFrom('low', 'zero', 'high'),
    big: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    at: fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }),
    money: decimal,
    maybe: fc.option(decimal, { nil: undefined }),
    texts: fc.array(text, { maxLength: 5 }),
    words: fc.array(text, { maxLength: 5 }),
    amounts: fc.array(decimal, { maxLength: 5 }),
  });
  const property = fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), async (rows) => {
    const known = rows.map(wellFormed);
    assert.deepEqual(await roundTrip('anything', known), known);
  });
  await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false });
});

/** What UTF-8 can hold of a text: lone surrogates become the replacement character. */
function wellFormed(row: Row): Row {
  const { text, word, texts, words } = row;
  const sound = (value: string) => Buffer.from(value).toString();
  return { ...row, text: sound(text), word: sound(word), texts: texts.map(sound), words: words.map(sound) };
}
