import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Warehouse } from '@spanledger/warehouse';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import { createRollupBuilder } from '../../src/rollups/rollup-builder.ts';
import { rollupDifference } from '../../src/rollups/rollup-difference.ts';
import { createLedgerWriter } from '../../src/worker/ledger-writer.ts';
import { createReceipts, type Receipts } from '../../src/worker/receipts.ts';
import { SILENT, startLedger, type TestLedger } from '../support/ledger.ts';
import { EPOCH_MS, type MadeSpan, made, origin, RESOLVE, traceOf } from '../support/made-spans.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TODAY = '2026-11-20';
const YESTERDAY = '2026-11-19';
const TABLES = ['ledger_rows', 'receipts', 'rollup_state', 'team_hours', 'session_hours', 'tool_calls'];

let ledger: TestLedger;
let receipts: Receipts;

before(async () => {
  ledger = await startLedger();
});

after(() => ledger.close());

beforeEach(async () => {
  for (const table of TABLES) await ledger.warehouse.command(`TRUNCATE TABLE spanledger_store.${table}`);
  receipts = createReceipts(ledger.warehouse, () => EPOCH_MS);
});

function builder(warehouse: Warehouse = ledger.warehouse) {
  const differences: bigint[] = [];
  const onDifference = (picodollars: bigint) => differences.push(picodollars);
  let built = 0;
  const onBuilt = () => {
    built += 1;
  };
  const one = createRollupBuilder({ warehouse, clock: () => EPOCH_MS, logger: SILENT, onBuilt, onDifference });
  return { buildNow: one.buildNow, run: one.run, poke: one.poke, differences, built: () => built };
}

function hourOf(ms: number): number {
  return Math.floor((EPOCH_MS + ms) / HOUR_MS);
}

async function mark(hours: readonly number[], phase: 'before' | 'after' = 'after'): Promise<void> {
  await receipts.write(phase, [{ partition: 0, firstOffset: 0, nextOffset: 1, rowCount: 1, hours }]);
}

/** Writes the spans of one trace to the ledger and marks the hours of their start. */
async function write(trace: number, spans: readonly MadeSpan[], revision = 1n): Promise<void> {
  const resolved = traceOf(
    spans.map((span) => ({ ...span, trace })),
    trace,
  );
  resolveTrace(resolved, RESOLVE);
  await ledger.write([resolved], revision);
  await mark(spans.map(({ start = 0 }) => hourOf(start)));
}

/** Takes the row of a span out of the ledger, as when it is sent again with another start. */
async function remove(span: MadeSpan): Promise<void> {
  const { node } = traceOf([]).add(made(span), origin());
  const startNs = node.span.identity.startNs;
  const elsewhere = { ...node, startMinute: 0 };
  const deletion = { tenant: 'default', node: elsewhere, startNs, revision: 9n };
  await createLedgerWriter(ledger.warehouse).write([], [deletion], new AbortController().signal);
  await mark([hourOf(span.start ?? 0)]);
}

/** A session of two traces over three hours and two days, with tools, teams, an unpriced call, one without usage, a twin. */
async function writeBusyDays(): Promise<void> {
  const search = { sessionId: 's1', team: 'search', project: 'p' };
  await write(1, [
    { id: 1, role: 'agent', own: { ...search, agentName: 'lead', userId: 'ann' }, end: 9_000 },
    { id: 2, parent: 1, role: 'tool_call', toolName: 'research', start: 100 },
    { id: 3, parent: 2, role: 'tool_call', toolName: 'fetch', start: 200 },
    { id: 4, parent: 3, tokens: { input: 1000, cache_read: 50, output: 20 }, start: 300 },
    { id: 5, parent: 2, tokens: { input: 77 }, start: HOUR_MS },
    { id: 6, parent: 1, tokens: { input: 5 }, call: { requestModel: 'no-such-model', responseModel: '' }, start: 500 },
    { id: 7, parent: 1, start: 600 },
    { id: 8, parent: 4, scope: 'native', rank: 20, tokens: { input: 1050, output: 20 }, start: 310, end: 1200 },
  ]);
  await write(2, [
    { id: 1, role: 'step', own: search, start: -DAY_MS },
    { id: 2, parent: 1, tokens: { input: 31, output: 7 }, start: -DAY_MS, status: 2 },
  ]);
  await write(3, [{ id: 1, tokens: { input: 400 }, own: { team: 'chat' }, start: 2 * HOUR_MS }]);
}

/** Every rollup beside the same figures counted from the ledger itself. */
const COMPARISONS = {
  'hour x team x meter': [
    `SELECT hour, tenant, team, project, agent_name, environment, provider, model, meter, consumed_quantity, list_cost, contracted_cost, calls, unpriced_calls, assumed_cost
     FROM spanledger_store.team_hours`,
    `SELECT toStartOfHour(charge_period_start) AS hour, tenant, team, project, agent_name, environment, provider,
       if(response_model = '', request_model, response_model) AS model, meter, sum(c.consumed_quantity) AS consumed_quantity, sum(c.list_cost) AS list_cost,
       sum(c.contracted_cost) AS contracted_cost, count() AS calls, countIf(price_status = 'unpriced') AS unpriced_calls, sumIf(c.contracted_cost, price_status = 'assumed') AS assumed_cost
     FROM spanledger.charges AS c GROUP BY ALL`,
  ],
  'money by session': [
    'SELECT session_id, effective_cost, model_calls, tool_calls, steps, agents, spans, errors, unpriced_calls, no_usage_calls, suppressed_spans FROM spanledger.session_costs',
    `SELECT session_id, sum(own_cost) AS effective_cost, countIf(notEmpty(lines) AND role IN ('model_request', 'agent')) AS model_calls, countIf(role = 'tool_call') AS tool_calls,
       countIf(role = 'step') AS steps, countIf(role = 'agent') AS agents, count() AS spans, countIf(status_code = 'error') AS errors,
       countIf(has(arrayMap(s -> splitByChar('\\x1F', s)[2], lines), 'unpriced')) AS unpriced_calls,
       countIf(has(arrayMap(s -> splitByChar('\\x1F', s)[2], lines), 'no_usage')) AS no_usage_calls, countIf(suppressed != '') AS suppressed_spans
     FROM spanledger_store.ledger_rows FINAL GROUP BY session_id`,
  ],
  'tool calls': [
    'SELECT trace_id, span_id, tool_name, own_cost, total_cost, total_tokens, model_calls, tool_calls FROM spanledger.tool_call_costs',
    `SELECT trace_id, span_id, tool_name, own_cost, total_cost, total_tokens, total_model_calls AS model_calls, total_tool_calls AS tool_calls
     FROM spanledger_store.ledger_rows FINAL WHERE role = 'tool_call'`,
  ],
  'money by day': [
    'SELECT toDate(charge_period_start) AS day, sum(effective_cost) AS cost FROM spanledger.team_costs GROUP BY day',
    `SELECT toDate(charge_period_start) AS day, sum(own_cost) AS cost FROM spanledger_store.ledger_rows FINAL GROUP BY day HAVING sum(length(lines)) > 0`,
  ],
} as const;

async function assertRollupsEqualLedger(): Promise<void> {
  for (const [name, [rollup, truth]] of Object.entries(COMPARISONS)) {
    const [built, expected] = await Promise.all(
      [rollup, truth].map(async (sql) => {
        const rows = await ledger.warehouse.queryRows<object>(sql);
        return rows.map((row) => JSON.stringify(row)).sort();
      }),
    );
    assert.deepEqual(built, expected, name);
  }
  for (const day of [TODAY, YESTERDAY]) assert.equal(await rollupDifference(ledger.warehouse, day), 0n);
}

const hoursOf = (table: string) =>
  ledger.figure(
    `SELECT arrayStringConcat(arraySort(groupUniqArray(toString(hour))), ' ') AS figure FROM spanledger_store.${table}`,
  );

test('built rollups equal the ledger, by hour, day, session, team and tool call', async () => {
  await writeBusyDays();
  assert.notEqual(await rollupDifference(ledger.warehouse, TODAY), 0n, 'not yet built');
  const { buildNow } = builder();
  await buildNow();
  await assertRollupsEqualLedger();
  assert.equal(await ledger.figure('SELECT sum(effective_cost) > 0 AS figure FROM spanledger.session_costs'), '1');
});

test('an hour that changes is recomputed, and the other hours of its day stay as they were', async () => {
  await writeBusyDays();
  const { buildNow } = builder();
  await buildNow();
  await write(3, [{ id: 1, tokens: { input: 9000 }, own: { team: 'moved' }, start: 2 * HOUR_MS }], 2n);
  await buildNow();
  await assertRollupsEqualLedger();
  assert.equal(
    await ledger.figure("SELECT sum(consumed_quantity) AS figure FROM spanledger.team_costs WHERE team = 'moved'"),
    '9000',
  );
  assert.equal(await ledger.figure("SELECT count() AS figure FROM spanledger.team_costs WHERE team = 'chat'"), '0');
});

test('an hour that has become empty leaves the rollups', async () => {
  await writeBusyDays();
  const { buildNow } = builder();
  await buildNow();
  assert.match(await hoursOf('team_hours'), /2026-11-20 14:00:00/);
  await remove({ id: 1, trace: 3, start: 2 * HOUR_MS });
  await buildNow();
  assert.doesNotMatch(await hoursOf('team_hours'), /2026-11-20 14:00:00/);
  await assertRollupsEqualLedger();
});

test('a day that has become empty leaves the rollups', async () => {
  await writeBusyDays();
  const { buildNow } = builder();
  await buildNow();
  for (const id of [1, 2]) await remove({ id, trace: 2, start: -DAY_MS });
  await buildNow();
  for (const table of ['team_hours', 'session_hours']) assert.doesNotMatch(await hoursOf(table), /2026-11-19/);
  await assertRollupsEqualLedger();
});

test('without marks nothing is built; marks without hours are cleared and build nothing', async () => {
  const { buildNow, built } = builder();
  await buildNow();
  assert.equal(built(), 0);
  await mark([]);
  await buildNow();
  assert.equal(
    await ledger.figure(
      'SELECT max(built_through) = (SELECT max(sequence) FROM spanledger_store.receipts) AS figure FROM spanledger_store.rollup_state',
    ),
    '1',
  );
  assert.equal(await hoursOf('team_hours'), '');
});

test('what lands while rollups are computed is not missed: its marks are kept for the next building', async () => {
  await writeBusyDays();
  let landed = false;
  const interfering: Warehouse = {
    ...ledger.warehouse,
    command: async (sql, parameters) => {
      if (!landed && sql.includes('rollup_state')) {
        landed = true;
        await write(4, [{ id: 1, tokens: { input: 123 }, start: 3 * HOUR_MS, own: { team: 'late' } }]);
      }
      return ledger.warehouse.command(sql, parameters);
    },
  };
  await builder(interfering).buildNow();
  assert.equal(landed, true);
  await assertRollupsEqualLedger();
  assert.equal(
    await ledger.figure("SELECT sum(consumed_quantity) AS figure FROM spanledger.team_costs WHERE team = 'late'"),
    '123',
  );
});

test('a mark that stands before its rows is built as well, and again when the rows are there', async () => {
  await mark([hourOf(0)], 'before');
  const { buildNow } = builder();
  await buildNow();
  assert.equal(await hoursOf('team_hours'), '');
  await write(5, [{ id: 1, tokens: { input: 10 } }]);
  await buildNow();
  await assertRollupsEqualLedger();
});

test('a building that failed is done again: the marks are still there', async () => {
  await writeBusyDays();
  let fail = true;
  const failing: Warehouse = {
    ...ledger.warehouse,
    command: async (sql, parameters) => {
      if (fail && sql.includes('session_hours')) throw new Error('the engine went away');
      return ledger.warehouse.command(sql, parameters);
    },
  };
  const { buildNow } = builder(failing);
  await assert.rejects(buildNow(), /went away/);
  fail = false;
  await buildNow();
  await assertRollupsEqualLedger();
});

test('running, a builder follows pokes, compares what it built with the ledger, and ends when it is told to', async () => {
  const { run, poke, differences } = builder();
  const stop = new AbortController();
  const running = run(stop.signal);
  await write(6, [{ id: 1, tokens: { input: 10 } }]);
  const deadline = Date.now() + 10_000;
  while (differences.length === 0 && Date.now() < deadline) {
    poke();
    await new Promise((done) => setTimeout(done, 20));
  }
  stop.abort();
  await running;
  assert.deepEqual(differences, [0n]);
  await assertRollupsEqualLedger();
});
