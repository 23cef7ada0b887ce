import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { dealt, sendInBatches } from '../support/deliveries.ts';
import { readCostSums, readTenantLedger, readTenantRows } from '../support/ledger.ts';
import { type LoneSpan, loneSpans, requestOf } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type RecordedSet, readRecordedSets, recordedFileNames } from '../support/recorded-sets.ts';
import { seededRandom, shuffled } from '../support/seeded.ts';
import { grpcSender, type Send, sendGzip, sendJson, sendProtobuf } from '../support/send.ts';
import { differences } from '../support/truth.ts';

/** One way in which all recorded spans reach the product. Each has an ingest key and a tenant of its own. */
type Delivery = (product: Product, secret: string, context: TestContext) => Promise<void>;

const SEED = 20_261_123;
const MIXED_BATCH_SPANS = 37;
const ROUNDS = 8;
const RESTART_AFTER: ReadonlySet<number> = new Set([2, 5]);

const sets: readonly RecordedSet[] = readRecordedSets(Date.now() - 60_000);
const requests = sets.flatMap((set) => set.requests);
const spans = requests.flatMap(loneSpans);
const byPlaceInTheirTrace = dealt(spans, ROUNDS);

const DELIVERIES: Readonly<Record<string, Delivery>> = {
  'whole, as JSON': whole(sendJson),
  'whole, as protobuf': whole(sendProtobuf),
  'whole, as gzipped protobuf': whole(sendGzip),
  'whole, over gRPC': (product, secret, context) => whole(grpcSender(context, false))(product, secret, context),
  'whole, over gzipped gRPC': (product, secret, context) => whole(grpcSender(context, true))(product, secret, context),
  'span by span': inBatches(spans, 1),
  'span by span, reversed': inBatches(spans.toReversed(), 1),
  'span by span, shuffled': inBatches(shuffled(spans, seededRandom(SEED)), 1),
  'everything twice': async (product, secret, context) => {
    await whole(sendJson)(product, secret, context);
    await inBatches(spans.toReversed(), MIXED_BATCH_SPANS)(product, secret, context);
  },
  'in batches that mix all emitters': inBatches(shuffled(spans, seededRandom(SEED + 1)), MIXED_BATCH_SPANS),
};

/** The orders in which the parts of every trace come, with an evicted trace or a restart between any two parts. */
const DRIPS: Readonly<Record<string, readonly (readonly LoneSpan[])[]>> = {
  'parents and children as they ended, each trace in eight parts': byPlaceInTheirTrace,
  'reversed, each trace in eight parts': byPlaceInTheirTrace.toReversed(),
  'shuffled, each trace in eight parts': dealt(shuffled(spans, seededRandom(SEED + 2)), ROUNDS),
};

const names = [...Object.keys(DELIVERIES), ...Object.keys(DRIPS)];
const keys = names.map((name, index) => ({ id: `k${index}`, sha256: hash('sha256', secretOf(name)), tenant: name }));

/** The rows of the first tenant checked; all others must have the same. */
let reference: Record<string, string[]> | undefined;

test('the recorded sets are all there, and no trace belongs to two', () => {
  assert.equal(requests.length, recordedFileNames().length);
  const owners = new Map<string, string>();
  for (const { name, requests } of sets) {
    for (const { span } of requests.flatMap(loneSpans)) {
      assert.equal(owners.get(span.traceId) ?? name, name);
      owners.set(span.traceId, name);
    }
  }
  assert.ok(sets.flatMap(({ calls }) => calls).length > 250);
});

test('every delivery of the recorded spans gives the true charges', async (context) => {
  const product = await startProduct({ keys });
  context.after(() => product.stop());
  await Promise.all(Object.entries(DELIVERIES).map(([name, deliver]) => deliver(product, secretOf(name), context)));
  await product.settle();
  for (const name of Object.keys(DELIVERIES)) await context.test(name, () => checkTenant(product, name));
  await context.test('nobody else is charged', () => checkTenants(product, Object.keys(DELIVERIES)));
});

test('with a cache for one span and restarts between, every order gives the true charges', async (context) => {
  const product = await startProduct({ keys, cacheSpans: 1 });
  context.after(() => product.stop());
  for (let round = 0; round < ROUNDS; round += 1) {
    const sent = Object.entries(DRIPS).map(([name, rounds]) =>
      sendJson(product, requestOf(rounds[round] ?? []), secretOf(name)),
    );
    await Promise.all(sent);
    await product.attributed();
    if (RESTART_AFTER.has(round)) await product.restartAttribution();
  }
  await product.settle();
  assert.ok(product.attribution.stats().reloadedRows > 0);
  for (const name of Object.keys(DRIPS)) await context.test(name, () => checkTenant(product, name));
  await context.test('nobody else is charged', () => checkTenants(product, Object.keys(DRIPS)));
});

async function checkTenant({ warehouse }: Product, tenant: string): Promise<void> {
  assert.deepEqual(differences(sets, await readTenantLedger(warehouse, tenant)), []);
  const { charges, sessions, teams } = await readCostSums(warehouse, tenant);
  assert.notEqual(charges, '0');
  assert.deepEqual([sessions, teams], [charges, charges]);
  const rows = await readTenantRows(warehouse, tenant);
  reference ??= rows;
  for (const [table, expected] of Object.entries(reference)) assertSameRows(table, rows[table] ?? [], expected);
}

/** A few differing rows say more than all of them. */
function assertSameRows(table: string, actual: readonly string[], expected: readonly string[]): void {
  const [here, there] = [new Set(actual), new Set(expected)];
  const only = {
    here: actual.filter((row) => !there.has(row)).slice(0, 2),
    there: expected.filter((row) => !here.has(row)).slice(0, 2),
  };
  assert.deepEqual([table, actual.length, only], [table, expected.length, { here: [], there: [] }]);
}

async function checkTenants({ warehouse }: Product, expected: readonly string[]): Promise<void> {
  const rows = await warehouse.queryRows<{ tenant: string }>(
    'SELECT DISTINCT tenant FROM spanledger.charges ORDER BY tenant',
  );
  assert.deepEqual(
    rows.map(({ tenant }) => tenant),
    expected.toSorted(),
  );
  assert.deepEqual(await warehouse.queryRows('SELECT reason, detail FROM spanledger.dead_letters'), []);
}

function secretOf(delivery: string): string {
  return delivery.replaceAll(' ', '-');
}

function whole(send: Send): Delivery {
  return async (product, secret) => {
    for (const request of requests) await send(product, request, secret);
  };
}

function inBatches(ordered: readonly LoneSpan[], size: number): Delivery {
  return (product, secret) => sendInBatches(product, secret, ordered, size);
}
