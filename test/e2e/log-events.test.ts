import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { type ChargeLine, readCostSums, readTenantLedger } from '../support/ledger.ts';
import { type LogEvent, type LogsRequest, loneSpans, requestOf } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type RecordedSet, readRecordedSets, type Usage } from '../support/recorded-sets.ts';
import { sendJson, sendLogs } from '../support/send.ts';

/** A part of what a run sends; every delivery is some order of them. */
type Step = (product: Product, secret: string) => Promise<void>;

const sets = readRecordedSets(Date.now() - 60_000).filter(({ logs }) => logs.length > 0);
/** Its log events repeat requests without a word of what was used: nothing is ever charged for them. */
const SILENT_LOGS = '23-otel-openai-js-with-logs';
const requests = sets.flatMap((set) => set.requests);
const logs = sets.flatMap((set) => set.logs);

const spans: Step = async (product, secret) => {
  for (const request of requests) await sendJson(product, request, secret);
};
const reversedSpans: Step = async (product, secret) => {
  for (const lone of requests.flatMap(loneSpans).toReversed()) await sendJson(product, requestOf([lone]), secret);
};
const events: Step = sending(logs);
/** Each log record in a request of its own, the last first. */
const loneEvents: Step = sending(logs.flatMap(loneRecords).toReversed());
/** As an emitter writes them that runs outside of any span. */
const strayEvents: Step = sending(
  logs.map((request) => changed(request, ({ traceId: _, spanId: __, ...rest }) => rest)),
);

const DELIVERIES: Readonly<Record<string, readonly Step[]>> = {
  'spans only': [spans],
  'log records only': [events],
  'log records without traces only': [strayEvents],
  'spans, then log records': [spans, events],
  'log records, then spans': [events, spans],
  'spans one by one and reversed, log records one by one': [loneEvents, reversedSpans],
  'everything twice': [events, spans, loneEvents, reversedSpans],
  'spans, then log records that name no trace': [spans, strayEvents],
  'log records that name no trace, then spans': [strayEvents, spans],
};
const keys = Object.keys(DELIVERIES).map((name, index) => ({
  id: `k${index}`,
  sha256: hash('sha256', secretOf(name)),
  tenant: name,
}));

test('log events that carry usage are charged once, whichever way spans and log records come', async (context) => {
  const product = await startProduct({ keys });
  context.after(() => product.stop());
  for (const [name, steps] of Object.entries(DELIVERIES)) {
    for (const step of steps) await step(product, secretOf(name));
  }
  await product.settle();
  for (const name of Object.keys(DELIVERIES)) await context.test(name, () => checkTenant(product, name));
  assert.deepEqual(await product.warehouse.queryRows('SELECT reason, detail FROM spanledger.dead_letters'), []);
});

test('with a restart between any two parts, and no trace kept in memory, the charges are the same', async (context) => {
  const product = await startProduct({ keys, cacheSpans: 1 });
  context.after(() => product.stop());
  for (let round = 0; round < 4; round += 1) {
    for (const [name, steps] of Object.entries(DELIVERIES)) await steps[round]?.(product, secretOf(name));
    await product.attributed();
    await product.restartAttribution();
  }
  await product.settle();
  for (const name of Object.keys(DELIVERIES)) await context.test(name, () => checkTenant(product, name));
});

async function checkTenant({ warehouse }: Product, tenant: string): Promise<void> {
  const { charges, suppressed } = await readTenantLedger(warehouse, tenant);
  const hasSpans = tenant.includes('spans') || tenant === 'everything twice';
  const hasEvents = tenant !== 'spans only';
  assert.deepEqual(usagesIn(charges), trueUsages(hasSpans, hasEvents));
  const recorded = new Set(requests.flatMap(loneSpans).map(({ span }) => span.spanId));
  const carriers = new Set(charges.map(({ span_id }) => span_id));
  assert.ok(
    [...carriers].every((span) => recorded.has(span) === hasSpans),
    'the span carries the charge where there is one',
  );
  const seenTwice = callsOf(({ name }) => name !== SILENT_LOGS).length;
  assert.equal(suppressed.length, hasSpans && hasEvents ? seenTwice : 0);
  assert.ok(suppressed.every(({ kept_span_id, span_id }) => carriers.has(kept_span_id) && !carriers.has(span_id)));
  const sums = await readCostSums(warehouse, tenant);
  assert.deepEqual([sums.sessions, sums.teams], [sums.charges, sums.charges]);
  // Claude Code's own sum for both requests; it knows of a web search of $0.01 that neither signal tells.
  const reported = await reportedCosts(warehouse, tenant);
  assert.deepEqual(reported, hasEvents ? ['0.001605', '0.01459'] : []);
}

async function reportedCosts(warehouse: Product['warehouse'], tenant: string): Promise<string[]> {
  const rows = await warehouse.queryRows<{ reported: string }>(
    `SELECT DISTINCT toString(reported_cost) AS reported FROM spanledger.charges
     WHERE tenant = {tenant:String} AND reported_cost IS NOT NULL ORDER BY reported`,
    { tenant },
  );
  return rows.map(({ reported }) => reported);
}

/** What was used in each call, by meter; sorted. */
function usagesIn(charges: readonly ChargeLine[]): string[] {
  const calls = Map.groupBy(charges, ({ trace_id, span_id }) => `${trace_id}/${span_id}`);
  return [...calls.values()].map((lines) => textOf(usageOf(lines))).sort();
}

function usageOf(lines: readonly ChargeLine[]): Usage {
  return Object.fromEntries(lines.map(({ meter, consumed_quantity }) => [meter, Number(consumed_quantity)]));
}

/** Neither signal tells of the web search; only log events tell how long a cache entry lives. */
function trueUsages(hasSpans: boolean, knowsLifetimes: boolean): string[] {
  return callsOf(({ name }) => hasSpans || name !== SILENT_LOGS)
    .map(({ usage = {} }) => {
      const { web_search: _, cache_write_5m = 0, cache_write_1h = 0, ...rest } = usage as Record<string, number>;
      if (cache_write_5m + cache_write_1h === 0) return textOf(rest);
      return textOf(
        knowsLifetimes
          ? { ...rest, cache_write_5m, cache_write_1h }
          : { ...rest, cache_write: cache_write_5m + cache_write_1h },
      );
    })
    .sort();
}

function callsOf(which: (set: RecordedSet) => boolean): RecordedSet['calls'] {
  return sets.filter(which).flatMap((set) => set.calls);
}

function textOf(usage: Usage): string {
  return JSON.stringify(Object.entries(usage).sort());
}

function sending(batches: readonly LogsRequest[]): Step {
  return async (product, secret) => {
    for (const batch of batches) await sendLogs(product, batch, secret);
  };
}

function loneRecords({ resourceLogs }: LogsRequest): LogsRequest[] {
  return resourceLogs.flatMap((group) =>
    group.scopeLogs.flatMap((scope) =>
      scope.logRecords.map((record) => ({
        resourceLogs: [{ ...group, scopeLogs: [{ ...scope, logRecords: [record] }] }],
      })),
    ),
  );
}

function changed({ resourceLogs }: LogsRequest, change: (record: LogEvent) => LogEvent): LogsRequest {
  return {
    resourceLogs: resourceLogs.map((group) => ({
      ...group,
      scopeLogs: group.scopeLogs.map((scope) => ({ ...scope, logRecords: scope.logRecords.map(change) })),
    })),
  };
}

function secretOf(delivery: string): string {
  return delivery.replaceAll(' ', '-');
}
