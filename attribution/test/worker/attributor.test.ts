import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { StoredRecord } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';
import { Attributor } from '../../src/worker/attributor.ts';
import { createKeyRing } from '../../src/worker/keys.ts';
import { createLedgerWriter } from '../../src/worker/ledger-writer.ts';
import { emptyStats } from '../../src/worker/stats.ts';
import { startLedger, type TestLedger } from '../support/ledger.ts';
import { EPOCH_MS, rater, spanId, traceId } from '../support/made-spans.ts';
import { PARTITIONS, partitionOf, record, type SentSpan } from '../support/records.ts';

let ledger: TestLedger;

before(async () => {
  ledger = await startLedger();
});

after(() => ledger.close());

/** An attributor of an empty ledger, with a clock that tests set. */
function newAttributor(options: { cacheSpans?: number; reader?: WarehouseReader } = {}) {
  const clock = { nowMs: EPOCH_MS };
  const stats = emptyStats();
  const attributor = new Attributor({
    reader: options.reader ?? ledger.warehouse,
    rater,
    keys: createKeyRing([]),
    partitionCount: PARTITIONS,
    clock: () => clock.nowMs,
    lookbackDays: 30,
    cacheSpans: options.cacheSpans ?? 100_000,
    twinCalls: 1000,
    stats,
  });
  return { attributor, clock, stats };
}

const writeLedger = async (changes: Awaited<ReturnType<Attributor['attribute']>>) => {
  const refused = await createLedgerWriter(ledger.warehouse).write(
    changes.rows,
    changes.deletions,
    new AbortController().signal,
  );
  assert.deepEqual(refused, []);
};

/** Attributes the records, writes what they change, and returns the ids of the spans written. */
async function process(attributor: Attributor, records: readonly StoredRecord[]) {
  const byPartition = Map.groupBy(records, ({ partition }) => partition);
  const changes = await attributor.attribute([...byPartition].map(([partition, of]) => ({ partition, records: of })));
  await writeLedger(changes);
  attributor.written(changes.rows);
  return {
    ...changes,
    ids: changes.rows.map(({ node }) => Number.parseInt(node.span.identity.spanId, 16)).sort((a, b) => a - b),
  };
}

const chat = (id: number, trace: number, more: Partial<SentSpan> = {}): SentSpan => ({
  id,
  trace,
  tokens: { input: 10, output: 5 },
  ...more,
});

/** FINAL rows of a trace: span ids and minutes. */
function rowsOf(trace: number) {
  return ledger.warehouse.queryRows<{ span_id: string; start: string; cost: string }>(
    `SELECT span_id, toString(charge_period_start) AS start, toString(own_cost) AS cost FROM spanledger_store.ledger_rows FINAL
     WHERE trace_id = {trace:String} ORDER BY span_id`,
    { trace: traceId(trace) },
  );
}

test('a span that is sent again changes nothing, in memory and after a restart', async () => {
  const { attributor, stats } = newAttributor();
  assert.deepEqual((await process(attributor, [record([chat(1, 1)])])).ids, [1]);
  assert.deepEqual((await process(attributor, [record([chat(1, 1)], { offset: 1 })])).ids, []);
  assert.equal(stats.repeatedSpans, 1);
  const restarted = newAttributor();
  assert.deepEqual((await process(restarted.attributor, [record([chat(1, 1)], { offset: 2 })])).ids, []);
  assert.equal(restarted.stats.reloadedRows, 1);
});

test('a late parent is joined to children that only the ledger still has', async () => {
  const child = chat(2, 2, { parent: 1 });
  await process(newAttributor().attributor, [record([child])]);
  const parent: SentSpan = { id: 1, trace: 2, attributes: { 'spanledger.team': 'search' } };
  const { rows } = await process(newAttributor().attributor, [record([parent], { offset: 5 })]);
  assert.deepEqual(
    rows.map(({ node }) => node.resolved?.lineage.team),
    ['search', 'search'],
  );
});

test('a sent-again span with another start leaves exactly one row, also when it moves back within one batch', async () => {
  const { attributor } = newAttributor();
  const [here, there] = [0, 120_000];
  const version = (offset: number, start: number, end: number) => record([chat(1, 3, { start, end })], { offset });
  await process(attributor, [version(1, here, 130_000)]);
  assert.equal((await rowsOf(3)).length, 1);
  await process(attributor, [version(2, there, 130_001)]);
  const moved = await rowsOf(3);
  assert.equal(moved.length, 1);
  assert.match(moved[0]?.start ?? '', /12:02:00/);
  await process(attributor, [version(3, here, 130_002), version(4, there, 130_003)]);
  assert.match((await rowsOf(3))[0]?.start ?? '', /12:02:00/);
  assert.equal((await rowsOf(3)).length, 1);
});

test('two versions in one record that move a span away and back leave its row', async () => {
  const { attributor } = newAttributor();
  await process(attributor, [record([chat(1, 4, { start: 0, end: 130_000 })], { offset: 1 })]);
  const away = chat(1, 4, { start: 120_000, end: 130_001 });
  const back = chat(1, 4, { start: 0, end: 130_002 });
  await process(attributor, [record([away, back], { offset: 2 })]);
  assert.deepEqual(
    (await rowsOf(4)).map(({ start }) => start.slice(11, 19)),
    ['12:00:00'],
  );
});

test('150 spans of 150 different days are written in one batch, and 101 of them moved in one', async () => {
  const { attributor } = newAttributor();
  const dayMs = 86_400_000;
  const spans = (count: number, shift: number) =>
    Array.from({ length: count }, (_, day) => chat(day + 1, 5, { start: -day * dayMs - shift, end: 1000 + shift }));
  await process(attributor, [record(spans(150, 0), { offset: 1 })]);
  assert.equal((await rowsOf(5)).length, 150);
  await process(attributor, [record(spans(101, 3_600_000), { offset: 2 })]);
  const rows = await rowsOf(5);
  assert.equal(rows.length, 150);
  assert.equal(rows.filter(({ start }) => start.slice(11, 13) === '11').length, 101);
});

test('a span with a status code that nobody knows is written, and the published table can still be read', async () => {
  await process(newAttributor().attributor, [record([chat(1, 6, { status: 99 }), chat(2, 6, { status: 2 })])]);
  const rows = await ledger.warehouse.queryRows<{ status: string }>(
    `SELECT status FROM spanledger.spans WHERE trace_id = '${traceId(6)}' ORDER BY span_id`,
  );
  assert.deepEqual(
    rows.map(({ status }) => status),
    ['unset', 'error'],
  );
});

/** 1,200 spans of one trace in one record, then one span more in a record of its own. */
async function grownTrace(trace: number) {
  const part = newAttributor();
  const many = Array.from({ length: 1200 }, (_, index) => chat(index + 1, trace, { parent: 5000 }));
  await process(part.attributor, [record(many, { offset: 10 })]);
  part.clock.nowMs += 1;
  const late = await process(part.attributor, [record([chat(2000, trace, { parent: 5000 })], { offset: 11 })]);
  return { ...part, late };
}

test('a large trace waits with a few spans more, and the offset of the first of them is not committed', async () => {
  const { attributor, late, clock } = await grownTrace(7);
  const partition = partitionOf(7);
  assert.deepEqual([late.ids, attributor.hasDeferred], [[], true]);
  assert.equal(attributor.committable(partition, 99), 11);
  assert.equal(attributor.committable(partition, 11), 11);
  assert.equal(attributor.committable((partition + 1) % PARTITIONS, 99), 99);
  clock.nowMs += 498;
  assert.deepEqual((await attributor.resolveDeferred(false)).rows, [], '499 ms after it was resolved');
  clock.nowMs += 1;
  const changes = await attributor.resolveDeferred(false);
  assert.deepEqual(
    changes.rows.map(({ node }) => node.span.identity.spanId),
    [spanId(2000)],
  );
  assert.deepEqual([attributor.hasDeferred, attributor.committable(partition, 99)], [false, 99]);
});

test('a large trace that grew by an eighth is resolved at once; what waits is resolved before a stop', async () => {
  const { attributor } = await grownTrace(8);
  const eighth = Array.from({ length: 171 }, (_, index) => chat(3000 + index, 8));
  const { ids } = await process(attributor, [record(eighth, { offset: 12 })]);
  assert.equal(ids.length, 172);
  assert.equal(attributor.hasDeferred, false);
  const stopping = await grownTrace(9);
  assert.equal((await stopping.attributor.resolveDeferred(true)).rows.length, 1);
});

test('a trace of 50,000 spans sent leaf first in 500 records is rewritten a bounded number of times', async () => {
  const unread = {
    queryRows: () => Promise.reject(new Error('nothing is known of this trace')),
  } as unknown as WarehouseReader;
  const { attributor, clock } = newAttributor({ reader: unread });
  attributor.directory.complete = true;
  const written = new Map<string, number>();
  const teamOf = new Map<string, string | undefined>();
  const take = (changes: { rows: Parameters<Attributor['written']>[0] }) => {
    for (const { node } of changes.rows) {
      const id = node.span.identity.spanId;
      written.set(id, (written.get(id) ?? 0) + 1);
      teamOf.set(id, node.resolved?.lineage.team);
    }
    attributor.written(changes.rows);
  };
  for (let offset = 0; offset < 500; offset += 1) {
    const spans = Array.from({ length: 100 }, (_, index): SentSpan => {
      const id = 50_000 - (offset * 100 + index);
      if (id === 1) return { id, trace: 10, attributes: { 'spanledger.team': 'search' } };
      const parent = id % 10 === 1 ? id - 2 : id - 1;
      return id % 10 === 0 ? chat(id, 10, { parent }) : { id, trace: 10, parent };
    });
    clock.nowMs += 5;
    take(await attributor.attribute([{ partition: partitionOf(10), records: [record(spans, { offset })] }]));
  }
  take(await attributor.resolveDeferred(true));
  const rows = [...written.values()].reduce((sum, times) => sum + times, 0);
  const teams = new Set(teamOf.values());
  assert.equal(written.size, 50_000);
  assert.ok(rows <= 100_000, `${rows} rows: each once, and once more for the team that the root names`);
  assert.deepEqual(teams, new Set(['search']));
});

test('memory stays bounded while spans that the ledger already has are replayed', async () => {
  const records = Array.from({ length: 40 }, (_, index) =>
    record(
      Array.from({ length: 10 }, (_, id) => chat(id + 1, 100 + index, { parent: 99 })),
      { offset: index },
    ),
  );
  await process(newAttributor().attributor, records);
  const { attributor } = newAttributor({ cacheSpans: 50 });
  for (const one of records) {
    assert.deepEqual((await process(attributor, [one])).ids, []);
    assert.ok(attributor.cache.spanCount <= 50, `${attributor.cache.spanCount} spans`);
  }
});

test('a trace over more days than are asked for one by one is read back whole', async () => {
  const daysMs = 3 * 86_400_000;
  await process(newAttributor().attributor, [record([chat(1, 11, { start: -daysMs, end: 0 }), chat(2, 11)])]);
  const { attributor, stats } = newAttributor();
  attributor.directory.complete = true;
  for (const start of [-daysMs, 0]) attributor.directory.add('default', traceId(11), (EPOCH_MS + start) / 60_000);
  const { ids } = await process(attributor, [
    record([chat(2, 11), chat(1, 11, { start: -daysMs, end: 0 })], { offset: 3 }),
  ]);
  assert.deepEqual([ids, stats.reloadedRows], [[], 2]);
});

test('two traces that tell of one call are charged once, over notices, also when the second comes after a restart', async () => {
  const call = { 'gen_ai.response.id': 'resp_42' };
  const traceloop = chat(1, 12, { scope: 'opentelemetry.instrumentation.genai.langchain', attributes: call });
  const library = chat(1, 13, {
    scope: 'opentelemetry.instrumentation.genai.openai',
    attributes: call,
    start: 10,
    end: 900,
  });
  await process(newAttributor().attributor, [record([traceloop], { offset: 1 })]);
  const { attributor, stats } = newAttributor();
  await attributor.reclaim([{ tenant: 'default', traceId: traceId(12) }]);
  const { notices } = await process(attributor, [record([library], { offset: 1 })]);
  assert.deepEqual(notices.map(({ partition }) => partition).sort(), [partitionOf(12), partitionOf(13)].sort());
  const told = notices.map((notice, index) => ({ ...notice, offset: 10 + index }));
  await process(attributor, told);
  assert.deepEqual((await process(attributor, told)).ids, [], 'the same notices again change nothing');
  const costs = [...(await rowsOf(12)), ...(await rowsOf(13))].map(({ cost }) => Number(cost) > 0);
  assert.deepEqual([costs, stats.orphanNotices], [[true, false], 0]);
});
