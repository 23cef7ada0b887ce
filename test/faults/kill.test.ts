import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { formatPicodollars } from '@spanledger/schemas';
import { createWarehouseReader, type WarehouseReader } from '@spanledger/warehouse';
import { type AgentRun, agentRun, costOf } from '../support/agent-load.ts';
import type { TraceRequest } from '../support/otlp.ts';
import { isAlive, type RunningProduct, runProduct } from '../support/running-product.ts';
import { seededRandom } from '../support/seeded.ts';
import { sendProtobuf } from '../support/send.ts';
import { until } from '../support/until.ts';

const SEED = Number(process.env['TEST_SEED'] ?? 20_261_123);
const KILLS = ['everything', 'process', 'everything', 'engine', 'everything'] as const;
const [MIN_LIFE_MS, MAX_LIFE_MS] = [200, 2_500];
const SENDERS = 4;
const RETRY_MS = 50;
const SETTLE_DEADLINE_MS = 40_000;
const TEAM = 'killed';

test(`kill -9 at random moments under load loses and doubles nothing (TEST_SEED=${SEED})`, async (context) => {
  // Given: senders that send each request again until it is acknowledged, as exporters do
  const random = seededRandom(SEED);
  const dataDir = await folderOf(context);
  let product = await runProduct(dataDir);
  context.after(() => product.kill('everything'));
  const load = startLoad(() => product);
  context.after(() => load.giveUp());
  // When: everything, or a part of it, is killed again and again
  for (const target of KILLS) {
    await pause(MIN_LIFE_MS + random() * (MAX_LIFE_MS - MIN_LIFE_MS));
    const { enginePid } = product;
    await product.kill(target);
    if (target === 'engine') await saysThatTheEngineEnded(product);
    await until('the engine has ended too', 10_000, () => !isAlive(enginePid));
    product = await runProduct(dataDir);
  }
  const runs = await load.stop();
  // Then: what was acknowledged is in the ledger once, and the rollups are the ledger
  await context.test('under load there were acknowledged and repeated requests', () => {
    context.diagnostic(`${runs.length} runs, ${load.failures()} requests sent again`);
    assert.ok(runs.length >= 2 * SENDERS, `${runs.length} runs`);
    assert.ok(load.failures() >= KILLS.length, `${load.failures()} failures`);
  });
  await until('all is attributed', SETTLE_DEADLINE_MS, () => isWorkedOff(product));
  const reader = createWarehouseReader({ url: `http://${product.addresses.sql}` });
  context.after(() => reader.close());
  await context.test('each acknowledged call is charged once, to the picodollar', () => checkCharges(reader, runs));
  await context.test('the second sight of a call is suppressed', () => checkSuppressed(reader, runs));
  await until('the rollups stand on the ledger', SETTLE_DEADLINE_MS, () => areSumsEqual(reader));
  await context.test('sessions, tool calls and teams add up', () => checkRollups(reader, runs));
  // And: it stops in order, and the same is there again at the next start
  assert.equal(await product.stop(), 0, product.errors());
  product = await runProduct(dataDir);
  const again = createWarehouseReader({ url: `http://${product.addresses.sql}` });
  context.after(() => again.close());
  await context.test('after an ordinary stop and start too', async () => {
    await checkCharges(again, runs);
    await checkRollups(again, runs);
  });
  assert.equal(await product.stop(), 0, product.errors());
  assert.equal(isAlive(product.enginePid), false);
});

async function folderOf(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-kill-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function saysThatTheEngineEnded(product: RunningProduct): Promise<void> {
  assert.equal(await product.exited, 1);
  assert.match(product.errors(), /The embedded ClickHouse engine was ended by signal SIGKILL/);
  assert.match(product.errors(), /What was acknowledged is on the span log; start again to go on/);
}

type Load = {
  /** Lets the runs that have begun be acknowledged to their end; resolves with all of them. */
  stop(): Promise<AgentRun[]>;
  /** Requests that were not answered with a success. */
  failures(): number;
  giveUp(): void;
};

function startLoad(product: () => RunningProduct): Load {
  const acknowledged: AgentRun[] = [];
  let isStopping = false;
  let last = 0;
  let failures = 0;
  const givenUp = new AbortController();

  async function sendUntilAcknowledged(request: TraceRequest): Promise<void> {
    while (!givenUp.signal.aborted) {
      try {
        const { otlpGrpc: grpc, otlpHttp: http } = product().addresses;
        return await sendProtobuf({ otlp: { grpc, http } }, request);
      } catch {
        failures += 1;
        await pause(RETRY_MS);
      }
    }
  }

  async function sendRuns(): Promise<void> {
    while (!isStopping && !givenUp.signal.aborted) {
      last += 1;
      const run = agentRun(last, TEAM);
      for (const request of run.requests) await sendUntilAcknowledged(request);
      acknowledged.push(run);
    }
  }

  const senders = Promise.all(Array.from({ length: SENDERS }, sendRuns));
  return {
    async stop() {
      isStopping = true;
      await senders;
      return acknowledged;
    },
    failures: () => failures,
    giveUp: () => givenUp.abort(),
  };
}

async function isWorkedOff({ addresses }: RunningProduct): Promise<boolean> {
  const metrics = await (await fetch(`http://${addresses.api}/metrics`)).text();
  const backlog = /^spanledger_log_backlog_bytes\{topic="spanledger\.spans\.v1"\} (\d+)$/m.exec(metrics)?.[1];
  assert.notEqual(backlog, undefined, metrics);
  return backlog === '0';
}

async function checkCharges(reader: WarehouseReader, runs: readonly AgentRun[]): Promise<void> {
  const rows = await reader.queryRows<{ trace_id: string; span_id: string; lines: string; cost: string; team: string }>(
    `SELECT trace_id, span_id, count() AS lines, toString(sum(effective_cost)) AS cost, any(team) AS team
     FROM spanledger.charges GROUP BY trace_id, span_id ORDER BY trace_id, span_id`,
  );
  const expected = runs
    .flatMap(({ calls }) => calls)
    .map((call) => {
      const { traceId: trace_id, spanId: span_id } = call;
      return { trace_id, span_id, lines: '2', cost: formatPicodollars(costOf(call)), team: TEAM };
    });
  const key = (row: { trace_id: string; span_id: string }) => row.trace_id + row.span_id;
  expected.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const known = new Map(rows.map((row) => [key(row), row]));
  const wrong = expected.filter((row) => JSON.stringify(known.get(key(row))) !== JSON.stringify(row)).slice(0, 3);
  assert.deepEqual(
    wrong.map((row) => known.get(key(row))),
    wrong,
  );
  assert.equal(rows.length, expected.length);
}

async function checkSuppressed(reader: WarehouseReader, runs: readonly AgentRun[]): Promise<void> {
  const rows = await reader.queryRows<{ trace_id: string; kept_trace_id: string }>(
    'SELECT trace_id, kept_trace_id FROM spanledger.suppressed_calls',
  );
  assert.equal(rows.length, runs.length);
  assert.deepEqual(
    new Set(rows.map(({ kept_trace_id: trace }) => trace)),
    new Set(runs.map(({ calls }) => calls[0]?.traceId)),
  );
}

async function checkRollups(reader: WarehouseReader, runs: readonly AgentRun[]): Promise<void> {
  const costs = new Map(runs.map((run) => [run.session, formatPicodollars(sumOf([run]))]));
  const sessions = await reader.queryRows<{ session_id: string; effective_cost: string }>(
    'SELECT session_id, effective_cost FROM spanledger.session_costs',
  );
  const owned = sessions.filter(({ session_id: id }) => costs.has(id));
  const wrong = owned.filter(({ session_id: id, effective_cost: cost }) => costs.get(id) !== cost).slice(0, 3);
  assert.deepEqual(wrong, []);
  assert.equal(owned.length, runs.length);
  const tools = await reader.queryRows<{ calls: string; cost: string }>(
    'SELECT count() AS calls, toString(sum(total_cost)) AS cost FROM spanledger.tool_call_costs',
  );
  const teams = await reader.queryRows(
    'SELECT team, toString(sum(effective_cost)) AS cost FROM spanledger.team_costs GROUP BY team',
  );
  const cost = formatPicodollars(sumOf(runs));
  assert.deepEqual(tools, [{ calls: String(runs.length), cost }]);
  assert.deepEqual(teams, [{ team: TEAM, cost }]);
}

async function areSumsEqual(reader: WarehouseReader): Promise<boolean> {
  const sum = (column: string, table: string) => `(SELECT sum(${column}) FROM spanledger.${table})`;
  const [row] = await reader.queryRows<{ equal: number }>(
    `SELECT ${sum('effective_cost', 'charges')} AS ledger, ledger = ${sum('effective_cost', 'team_costs')}
       AND ledger = ${sum('effective_cost', 'session_costs')} AND ledger = ${sum('total_cost', 'tool_call_costs')}
       AND (SELECT count() FROM spanledger.spans) = ${sum('spans', 'session_costs')} AS equal`,
  );
  return row?.equal === 1;
}

function sumOf(runs: readonly AgentRun[]): bigint {
  return runs.flatMap(({ calls }) => calls).reduce((sum, call) => sum + costOf(call), 0n);
}
