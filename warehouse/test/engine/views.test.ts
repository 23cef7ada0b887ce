import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, type RunningEngine, startEngine } from '../running-engine.ts';

/** What prunes in the published views: the shape that the migrations rely on. */
let running: RunningEngine;

const KEY = 'toStartOfMinute(charge_period_start), tenant, trace_id, span_id, posting';
const VIEW = 'DEFINER = CURRENT_USER SQL SECURITY DEFINER';
const TEN_MINUTES = "charge_period_start >= '2026-11-20 10:00:00' AND charge_period_start < '2026-11-20 10:10:00'";

before(async () => {
  running = await startEngine();
  const { warehouse } = running;
  for (const name of ['spanledger_store', 'spanledger']) await warehouse.command(`CREATE DATABASE ${name}`);
  await warehouse.command(`CREATE TABLE spanledger_store.calls (
      charge_period_start DateTime64(9, 'UTC'), tenant LowCardinality(String), session_id String, trace_id String,
      span_id String, posting UInt32, meters Array(LowCardinality(String)), costs Array(Decimal(38, 12)),
      revision UInt64, deleted UInt8, INDEX session session_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree(revision, deleted)
    PARTITION BY toDate(charge_period_start) ORDER BY (${KEY})`);
  await warehouse.command(`INSERT INTO spanledger_store.calls
    SELECT toDateTime64('2026-11-20 00:00:00', 9, 'UTC') + toIntervalMillisecond(number * 864), 'default',
      's' || toString(intDiv(number, 40)), lower(hex(MD5(toString(intDiv(number, 8))))), leftPad(toString(number), 16, '0'), 0,
      ['input', 'output'], [1.5, 2.5], 1, 0
    FROM numbers(200000)`);
  await warehouse.command(`CREATE VIEW spanledger.plain (
      day Date COMMENT 'UTC day', charge_period_start DateTime64(9, 'UTC') COMMENT 'Start', session_id String COMMENT 'Session'
    ) ${VIEW} AS SELECT toDate(charge_period_start) AS day, charge_period_start, session_id FROM spanledger_store.calls FINAL
    SETTINGS do_not_merge_across_partitions_select_final = 1`);
  await warehouse.command(`CREATE VIEW spanledger.unset ${VIEW}
    AS SELECT toDate(charge_period_start) AS day, charge_period_start, session_id FROM spanledger_store.calls FINAL`);
  await warehouse.command(`CREATE VIEW spanledger.joined ${VIEW}
    AS SELECT toDate(charge_period_start) AS day, charge_period_start, session_id, meter, cost FROM spanledger_store.calls FINAL
    ARRAY JOIN meters AS meter, costs AS cost SETTINGS do_not_merge_across_partitions_select_final = 1`);
  await warehouse.command(`CREATE VIEW spanledger.running ${VIEW}
    AS SELECT charge_period_start, tenant, session_id, sum(arraySum(costs)) OVER (PARTITION BY tenant, session_id ORDER BY charge_period_start, span_id) AS cost
    FROM spanledger_store.calls FINAL`);
});

after(async () => {
  await running.close();
});

const WHOLE = 1;
const SOME = 0.6;
const FEW = 0.25;

const CASES = [
  { view: 'plain', where: TEN_MINUTES, share: FEW },
  { view: 'joined', where: TEN_MINUTES, share: FEW },
  { view: 'plain', where: "session_id = 's77'", share: FEW },
  { view: 'joined', where: "session_id = 's77'", share: FEW },
  { view: 'running', where: "session_id = 's77'", share: FEW },
  { view: 'plain', where: "day = '2026-11-20'", share: SOME },
  { view: 'joined', where: "day = '2026-11-20'", share: SOME },
  { view: 'plain', where: "toDate(charge_period_start) = '2026-11-20'", share: SOME },
];

for (const { view, where, share } of CASES) {
  test(`${view}: ${where} reads at most ${share} of the table`, async () => {
    assert.ok((await shareRead(view, where)) <= share, String(await shareRead(view, where)));
  });
}

test('without the setting a day does not prune, and time never does below a running sum', async () => {
  assert.equal(await shareRead('unset', "day = '2026-11-20'"), WHOLE);
  assert.equal(await shareRead('running', TEN_MINUTES), WHOLE);
});

test('a running sum through the view is right for one session and for a range of time', async () => {
  const sql = "SELECT toString(max(cost)) FROM spanledger.running WHERE session_id = 's77'";
  assert.equal((await ask(running.connection.reader.url, sql)).text, '160');
});

/** Granules read, as the reader's EXPLAIN says, of all. */
async function shareRead(view: string, where: string): Promise<number> {
  const { text } = await ask(
    running.connection.reader.url,
    `EXPLAIN indexes = 1 SELECT * FROM spanledger.${view} WHERE ${where}`,
  );
  const steps = [...text.matchAll(/Granules: (\d+)\/(\d+)/g)].map(
    (match) => [Number(match[1]), Number(match[2])] as const,
  );
  const all = steps[0]?.[1] ?? 0;
  assert.ok(all > 10, text);
  // FINAL reads more after a skip index: granules whose keys overlap. The summary line above the steps counts them.
  const read = Number(/Granules: (\d+)\s/.exec(text)?.[1] ?? steps.at(-1)?.[0]);
  return read / all;
}
