import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { WarehouseReader } from '@spanledger/warehouse';
import fc from 'fast-check';
import { emitRun, type RunTruth } from '../support/agent-runs/emit.ts';
import { anyRun } from '../support/agent-runs/plan.ts';
import { dealt, sendInBatches } from '../support/deliveries.ts';
import { readCostSums, readTenantRows } from '../support/ledger.ts';
import { requestOf } from '../support/otlp.ts';
import { startProduct } from '../support/product.ts';
import { seededRandom, shuffled } from '../support/seeded.ts';
import { sendJson } from '../support/send.ts';

const SEED = 20_261_124;
const RUNS = 120;
const ROUNDS = 6;
const RESTART_AFTER: ReadonlySet<number> = new Set([1, 4]);

/** Random agents of five frameworks, with instrumentations beneath and beside them, retries and lost spans. */
const runs = fc
  .sample(anyRun, { seed: SEED, numRuns: RUNS })
  .map((plan, index) => emitRun(plan, index + 1, Date.now() - 3_600_000))
  .filter(({ spans }) => spans.length > 0);
const spans = runs.flatMap((run) => run.spans);

const TENANTS = ['whole', 'shuffled and doubled', 'dripping'] as const;
const keys = TENANTS.map((tenant, index) => ({ id: `k${index}`, sha256: hash('sha256', secretOf(tenant)), tenant }));

test('random agents give the true ledger, whole, shuffled, doubled, and dripping through restarts and evictions', async (context) => {
  const product = await startProduct({ keys, cacheSpans: 1 });
  context.after(() => product.stop());
  const random = seededRandom(SEED);

  await sendInBatches(product, secretOf('whole'), spans, 200);
  const twice = shuffled([...spans, ...spans.filter(() => random() < 0.3)], random);
  await sendInBatches(product, secretOf('shuffled and doubled'), twice, 23);
  for (const [round, part] of dealt(shuffled(spans, random), ROUNDS).entries()) {
    await sendJson(product, requestOf(part), secretOf('dripping'));
    await product.attributed();
    if (RESTART_AFTER.has(round)) await product.restartAttribution();
  }
  await product.settle();

  assert.ok(product.attribution.stats().reloadedRows > 0);
  const expected = Object.fromEntries(runs.map(({ name, truth }) => [name, truth]));
  const reference = await readTenantRows(product.warehouse, 'whole');
  for (const tenant of TENANTS) {
    await context.test(tenant, async () => {
      assert.deepEqual(await readTruth(product.warehouse, tenant), expected);
      assert.deepEqual(await readTenantRows(product.warehouse, tenant), reference);
      const { charges, sessions, teams } = await readCostSums(product.warehouse, tenant);
      assert.notEqual(charges, '0');
      assert.deepEqual([sessions, teams], [charges, charges]);
    });
  }
});

/** What the published tables say of each run, in the words of its truth. */
async function readTruth(reader: WarehouseReader, tenant: string): Promise<Record<string, RunTruth>> {
  const [calls, meters, tools] = await Promise.all([
    reader.queryRows<{ service_name: string; calls: string; silent: string }>(
      `SELECT service_name, uniqExactIf((trace_id, span_id), meter != 'unknown') AS calls,
         uniqExactIf((trace_id, span_id), meter = 'unknown') AS silent
       FROM spanledger.charges WHERE tenant = {tenant:String} GROUP BY service_name`,
      { tenant },
    ),
    reader.queryRows<{ service_name: string; meter: string; quantity: string }>(
      `SELECT service_name, meter, toString(sum(consumed_quantity)) AS quantity FROM spanledger.charges
       WHERE tenant = {tenant:String} AND meter != 'unknown' GROUP BY service_name, meter`,
      { tenant },
    ),
    reader.queryRows<{ service_name: string; tools: string }>(
      `SELECT service_name, countIf(kind = 'tool_call') AS tools FROM spanledger.spans
       WHERE tenant = {tenant:String} GROUP BY service_name`,
      { tenant },
    ),
  ]);
  const callsOf = new Map(calls.map((row) => [row.service_name, row]));
  const usageOf = Map.groupBy(meters, (row) => row.service_name);
  return Object.fromEntries(
    tools.map(({ service_name: run, tools }): [string, RunTruth] => [
      run,
      {
        calls: Number(callsOf.get(run)?.calls ?? 0),
        callsWithoutUsage: Number(callsOf.get(run)?.silent ?? 0),
        toolCalls: Number(tools),
        usage: Object.fromEntries((usageOf.get(run) ?? []).map(({ meter, quantity }) => [meter, Number(quantity)])),
      },
    ]),
  );
}

function secretOf(tenant: string): string {
  return tenant.replaceAll(' ', '-');
}
