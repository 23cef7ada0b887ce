import { setTimeout as pause } from 'node:timers/promises';
import { type BenchHouse, buildBenchHouse } from './bench-house.ts';
import { cpuSecondsOf } from './machine.ts';
import { prefillLedger } from './prefill.ts';
import { figure, heading, median, thousands, times } from './report.ts';

type Layout = { readonly table: string; readonly select: string; readonly sum: string };
type Figures = Record<'insertMicros' | 'mergeMicros' | 'bytes' | 'sumMs' | 'sessionMs' | 'hourMs', number>;

/** About the spans of one batch of attribution. */
const SPANS_PER_INSERT = 10_000;
const READ_RUNS = 7;
const MERGE_POLL_MS = 50;

/** The ledger with one row per span beside one row per charge: same facts, same engine. */
export async function benchLayout({ charges }: { readonly charges: number }): Promise<void> {
  heading(
    'layout',
    `One row per span with its charges as arrays (ours) against one row per charge: the same ${thousands(charges)} charges, inserted as
Native in batches of ${thousands(SPANS_PER_INSERT)} spans, then merged into one part a day. CPU is the engine's. The second layout holds model
calls only: the table of all spans, which it needs beside it, is not counted. Reads with FINAL, median of ${READ_RUNS}.`,
  );
  const house = await buildBenchHouse();
  try {
    await prefillLedger(house.warehouse, charges);
    await house.warehouse.command(ONE_ROW_PER_SPAN);
    await house.warehouse.command(ONE_ROW_PER_CHARGE);
    const [bySpan, byCharge] = [await measure(house, BY_SPAN, charges), await measure(house, BY_CHARGE, charges)];
    for (const [key, label] of LABELS) {
      figure(
        label,
        `${bySpan[key].toFixed(1)} against ${byCharge[key].toFixed(1)}: ${times(byCharge[key] / bySpan[key])}`,
      );
    }
  } finally {
    await house.stop();
  }
}

const LABELS: readonly (readonly [keyof Figures, string])[] = [
  ['insertMicros', 'insert, µs of CPU a charge'],
  ['mergeMicros', 'merges into one part a day, µs of CPU a charge'],
  ['bytes', 'on disk, bytes a charge'],
  ['sumMs', 'sum of all by team, ms'],
  ['sessionMs', 'charges of one session, ms'],
  ['hourMs', 'charges of one hour by team, ms'],
];

const ONE_ROW_PER_SPAN = 'CREATE TABLE spanledger_store.bench_spans AS spanledger_store.ledger_rows';

const FACTS = `tenant, trace_id, span_id, posting, charge_period_start, charge_period_end, session_id, step_span_id, tool_call_span_id,
  tool_call_path, tool_name, user_id, owner, emitter, call, response_id, reported_cost`;
const ORIGIN = 'revision, is_deleted, log_partition, log_offset';
const LINES = 'lines AS charge, quantities AS consumed_quantity, list_costs AS list_cost';

const ONE_ROW_PER_CHARGE = `CREATE TABLE spanledger_store.bench_charges
(
  tenant LowCardinality(String), trace_id String CODEC(ZSTD(1)), span_id String CODEC(ZSTD(1)), posting UInt32,
  charge_period_start DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)), charge_period_end DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
  session_id String CODEC(ZSTD(1)), step_span_id String CODEC(ZSTD(1)), tool_call_span_id String CODEC(ZSTD(1)),
  tool_call_path Array(String) CODEC(ZSTD(1)), tool_name LowCardinality(String), user_id String CODEC(ZSTD(1)),
  owner LowCardinality(String), emitter LowCardinality(String), call LowCardinality(String), response_id String CODEC(ZSTD(1)),
  reported_cost Nullable(Decimal(38, 12)), line UInt16, charge LowCardinality(String), consumed_quantity Decimal(38, 9) CODEC(ZSTD(1)),
  list_cost Decimal(38, 12) CODEC(ZSTD(1)), revision UInt64 CODEC(Delta, ZSTD(1)), is_deleted UInt8,
  log_partition UInt16, log_offset UInt64 CODEC(Delta, ZSTD(1)),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX session_id_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision, is_deleted) PARTITION BY toDate(charge_period_start)
ORDER BY (toStartOfMinute(charge_period_start), tenant, trace_id, span_id, charge, line, posting)
SETTINGS index_granularity = 8192, merge_selector_base = 10, min_bytes_for_wide_part = 16777216, vertical_merge_algorithm_min_rows_to_activate = 16384,
  fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1`;

/** `prefillLedger` numbers the spans of one insert through in `log_offset`. */
const OF_BATCH = 'FROM spanledger_store.ledger_rows WHERE log_offset >= {from:UInt64} AND log_offset < {to:UInt64}';

const BY_SPAN: Layout = {
  table: 'spanledger_store.bench_spans',
  select: `SELECT * ${OF_BATCH}`,
  sum: 'sum(own_cost)',
};
const BY_CHARGE: Layout = {
  table: 'spanledger_store.bench_charges',
  select: `SELECT ${FACTS}, toUInt16(0) AS line, charge, consumed_quantity, list_cost, ${ORIGIN} ${OF_BATCH.replace('WHERE', `ARRAY JOIN ${LINES} WHERE`)}`,
  sum: 'sum(list_cost)',
};

async function measure(house: BenchHouse, layout: Layout, charges: number): Promise<Figures> {
  const { warehouse, enginePid } = house;
  const { table } = layout;
  await warehouse.command(`SYSTEM STOP MERGES ${table}`);
  const insertSeconds = await insertAll(house, layout);
  await warehouse.command(`SYSTEM START MERGES ${table}`);
  const beforeMerges = cpuSecondsOf(enginePid);
  await mergeAll(house, table);
  const mergeSeconds = cpuSecondsOf(enginePid) - beforeMerges;
  return {
    insertMicros: (insertSeconds / charges) * 1e6,
    mergeMicros: (mergeSeconds / charges) * 1e6,
    bytes: (await bytesOf(house, table)) / charges,
    sumMs: await read(house, `SELECT owner, ${layout.sum} FROM ${table} FINAL GROUP BY owner`),
    sessionMs: await read(house, `SELECT * FROM ${table} FINAL WHERE session_id = 'earlier-777'`),
    hourMs: await read(house, `SELECT owner, ${layout.sum} FROM ${table} FINAL ${LAST_FULL_HOUR} GROUP BY owner`),
  };
}

const LAST_FULL_HOUR = `WHERE charge_period_start >= toStartOfHour(now('UTC')) - INTERVAL 2 HOUR AND charge_period_start < toStartOfHour(now('UTC')) - INTERVAL 1 HOUR`;

async function insertAll({ warehouse, enginePid }: BenchHouse, { table, select }: Layout): Promise<number> {
  const [last] = await warehouse.queryRows<{ spans: string }>(
    'SELECT max(log_offset) + 1 AS spans FROM spanledger_store.ledger_rows',
  );
  let seconds = 0;
  for (let from = 0; from < Number(last?.spans); from += SPANS_PER_INSERT) {
    const answer = await warehouse.queryRaw(select, 'Native', { parameters: { from, to: from + SPANS_PER_INSERT } });
    const block = Buffer.concat(await answer.toArray());
    const before = cpuSecondsOf(enginePid);
    await warehouse.insertBytes(`INSERT INTO ${table} SETTINGS optimize_on_insert = 0 FORMAT Native`, block);
    seconds += cpuSecondsOf(enginePid) - before;
  }
  return seconds;
}

async function mergeAll({ warehouse }: BenchHouse, table: string): Promise<void> {
  const [, name] = table.split('.');
  await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
  let running: string | undefined;
  do {
    await pause(MERGE_POLL_MS);
    const [merges] = await warehouse.queryRows<{ running: string }>(
      'SELECT count() AS running FROM system.merges WHERE table = {name:String}',
      { name },
    );
    running = merges?.running;
  } while (running !== '0');
}

async function bytesOf({ warehouse }: BenchHouse, table: string): Promise<number> {
  const [, name] = table.split('.');
  const [size] = await warehouse.queryRows<{ bytes: string }>(
    'SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = {name:String}',
    { name },
  );
  return Number(size?.bytes);
}

async function read({ warehouse }: BenchHouse, sql: string): Promise<number> {
  const durations: number[] = [];
  for (let run = 0; run < READ_RUNS; run += 1) {
    const began = performance.now();
    const rows = await warehouse.queryRows(sql);
    durations.push(performance.now() - began);
    if (rows.length === 0) throw new Error(`This found nothing, so its time says nothing: ${sql}`);
  }
  return median(durations);
}
