import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { migrate } from '../../src/index.ts';
import { splitStatements } from '../../src/migrations/split-statements.ts';
import { ask, type RunningEngine, startEngine } from '../running-engine.ts';

/** A folder that the first three migrations made, with rows, meets the product of today. */
const PRODUCT = join(import.meta.dirname, '../../../schemas/clickhouse');
/** Of 0003 as it was first applied. */
const FIRST = '894ed6accd5b95a84e90ee622370ccbd636893ee7cc343e92198eec44045c297';

let running: RunningEngine;
let old: string;

before(async () => {
  running = await startEngine();
  old = mkdtempSync(join(tmpdir(), 'spanledger-upgrade-'));
  for (const file of ['0001_ledger.sql', '0002_work_tables.sql']) copyFileSync(join(PRODUCT, file), join(old, file));
  const { warehouse } = running;
  await migrate({ warehouse, directory: old, clock: Date.now });
  await warehouse.command(
    `INSERT INTO spanledger_store.migrations VALUES (3, 'published_tables', '${FIRST}', now64(3))`,
  );
  await warehouse.command(`CREATE VIEW spanledger.charges (tenant String) DEFINER = CURRENT_USER SQL SECURITY DEFINER
    AS SELECT tenant FROM spanledger_store.ledger`);
  await warehouse.command(`INSERT INTO spanledger_store.ledger FORMAT JSONEachRow ${lines(OLD_ROWS)}`);
  await warehouse.command(`INSERT INTO spanledger_store.team_hours (hour, tenant, team, meter, consumed_quantity, list_cost, calls)
    VALUES ('2026-11-23 10:00:00', 'default', 'search', 'input', 1200, 0.0003, 1)`);
  await warehouse.command('CREATE TABLE spanledger_store.team_hours_next AS spanledger_store.team_hours');
  await migrate({ warehouse, directory: PRODUCT, clock: Date.now });
});

after(async () => {
  rmSync(old, { recursive: true });
  await running.close();
});

const BASE = {
  tenant: 'default',
  trace_id: '0'.repeat(31).concat('1'),
  charge_period_start: '2026-11-23 10:00:00.000000001',
  charge_period_end: '2026-11-23 10:00:01',
  session_id: 's-1',
  scope_name: 'scope',
  scope_version: '1.2',
  dialect: 'otel@1',
  dialect_rule: 'otel.chat',
  ingest_key_id: 'key',
  team: 'search',
  project: 'handbook',
  agent_name: 'lead',
  environment: 'prod',
  service_name: 'svc',
};
const CALL = { role: 'model_request', provider: 'openai', price_book_version: 'b1', rules_version: 7 };

const OLD_ROWS: readonly object[] = [
  {
    ...BASE,
    ...CALL,
    span_id: '0000000000000001',
    request_model: 'gpt-5',
    response_model: 'gpt-5-mini',
    priced_model: 'gpt-5-mini',
    service_tier: 'flex',
    region: 'eu',
    server_address: 'api.example',
    meter: ['input', 'output'],
    consumed_quantity: ['1200', '0.000000001'],
    list_cost: ['0.0003', '0.000000000001'],
    price: ['list/input\t1M tokens\t1000000\t0.25', 'list/output\t1M tokens\t1000000\t0.5'],
    price_state: ['priced', 'assumed\tsimilar_model: a\tb'],
    own_cost: '0.000300000001',
    total_cost: '0.000300000001',
    revision: 2,
  },
  { ...BASE, ...CALL, span_id: '0000000000000001', revision: 1, own_cost: '99' },
  {
    ...BASE,
    ...CALL,
    span_id: '0000000000000002',
    meter: ['input'],
    consumed_quantity: ['5'],
    list_cost: ['0'],
    price: ['\t\t0\t0'],
    price_state: ['unpriced\tunknown_model: x'],
    revision: 1,
  },
  {
    ...BASE,
    span_id: '0000000000000003',
    role: 'model_request',
    suppressed_reason: 'duplicate',
    suppressed_rule: 'twin@1',
    kept_span_id: '0000000000000001',
    stated_meter: ['input'],
    stated_quantity: ['1200'],
    revision: 1,
  },
  { ...BASE, span_id: '0000000000000004', role: 'tool_call', own_cost: '1.5', total_cost: '2.5', revision: 1 },
  { ...BASE, span_id: '0000000000000005', role: 'other', revision: 1 },
  { ...BASE, span_id: '0000000000000005', role: 'other', revision: 2, is_deleted: 1, team: '' },
];

async function published(sql: string): Promise<unknown[]> {
  const { text } = await ask(running.connection.reader.url, `${sql} FORMAT JSONEachRow`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

test('every charge of before is there as it was, with its unit price, status and reason', async () => {
  const charges = await published(
    `SELECT span_id, meter, toString(consumed_quantity) AS quantity, price_id, pricing_unit, toString(list_unit_price) AS list, toString(contracted_unit_price) AS contracted,
       toString(list_cost) AS list_cost, toString(effective_cost) AS cost, price_status, price_status_reason, pricing_currency, toString(exchange_rate) AS rate
     FROM spanledger.charges ORDER BY span_id, meter`,
  );
  const plain = { pricing_currency: 'USD', rate: '1' };
  const first = { span_id: '0000000000000001', pricing_unit: '1M tokens', ...plain };
  const prices = (text: string) => ({ list: text, contracted: text });
  const costs = (text: string) => ({ list_cost: text, cost: text });
  assert.deepEqual(charges, [
    {
      ...first,
      meter: 'input',
      quantity: '1200',
      price_id: 'list/input',
      ...prices('0.25'),
      ...costs('0.0003'),
      price_status: 'priced',
      price_status_reason: '',
    },
    {
      ...first,
      meter: 'output',
      quantity: '0.000000001',
      price_id: 'list/output',
      ...prices('0.5'),
      ...costs('0.000000000001'),
      price_status: 'assumed',
      price_status_reason: 'similar_model: a\tb',
    },
    {
      span_id: '0000000000000002',
      meter: 'input',
      quantity: '5',
      price_id: '',
      pricing_unit: '',
      ...prices('0'),
      ...costs('0'),
      price_status: 'unpriced',
      price_status_reason: 'unknown_model: x',
      ...plain,
    },
  ]);
});

test('names, owners and versions of before are there', async () => {
  const [charge] = await published(
    `SELECT team, project, agent_name, environment, service_name, provider, request_model, response_model, priced_model, service_tier, region,
       dialect, dialect_rule, price_book_version, rules_version, usage_source, billing_currency FROM spanledger.charges WHERE meter = 'output'`,
  );
  assert.deepEqual(charge, {
    ...{ team: 'search', project: 'handbook', agent_name: 'lead', environment: 'prod', service_name: 'svc' },
    ...{ provider: 'openai', request_model: 'gpt-5', response_model: 'gpt-5-mini', priced_model: 'gpt-5-mini' },
    ...{ service_tier: 'flex', region: 'eu', dialect: 'otel@1', dialect_rule: 'otel.chat' },
    ...{ price_book_version: 'b1', rules_version: 7, usage_source: '', billing_currency: 'USD' },
  });
});

test('spans of before are there once each, superseded and deleted rows are not', async () => {
  const spans = await published(
    'SELECT span_id, scope_name, scope_version, ingest_key_id, server_address, suppressed_reason, meters, toString(total_cost) AS total FROM spanledger.spans ORDER BY span_id',
  );
  const of = (id: number, more: object) => ({
    span_id: `${id}`.padStart(16, '0'),
    ...{ scope_name: 'scope', scope_version: '1.2', ingest_key_id: 'key', server_address: '' },
    ...{ suppressed_reason: '', meters: [], total: '0' },
    ...more,
  });
  assert.deepEqual(spans, [
    of(1, { server_address: 'api.example', meters: ['input', 'output'], total: '0.000300000001' }),
    of(2, { meters: ['input'] }),
    of(3, { suppressed_reason: 'duplicate', meters: ['input'] }),
    of(4, { total: '2.5' }),
  ]);
});

test('the trail shows suppressed spans of before in their place, with rule and kept span', async () => {
  assert.deepEqual(
    await published(
      `SELECT entry, meter, price_status, price_status_reason, kept_span_id, toString(effective_cost) AS cost FROM spanledger.token_audit_trail WHERE span_id = '0000000000000003'`,
    ),
    [
      {
        entry: 'suppressed',
        meter: 'input',
        price_status: 'suppressed',
        price_status_reason: 'twin@1',
        kept_span_id: '0000000000000001',
        cost: '0',
      },
    ],
  );
});

test('rollups of before are at list price, and a table half way to being swapped in is gone', async () => {
  assert.deepEqual(
    await published(
      'SELECT team, toString(list_cost) AS list, toString(effective_cost) AS cost FROM spanledger.team_costs',
    ),
    [{ team: 'search', list: '0.0003', cost: '0.0003' }],
  );
  const [next] = await running.warehouse.queryRows<{ n: string }>(
    "SELECT count() AS n FROM system.tables WHERE database = 'spanledger_store' AND name LIKE '%\\\\_next'",
  );
  assert.equal(next?.n, '0');
});

test('a second start applies nothing', async () => {
  const { applied, published: views } = await migrate({
    warehouse: running.warehouse,
    directory: PRODUCT,
    clock: Date.now,
  });
  assert.deepEqual([applied, views], [[], []]);
});

test('a move that broke off is done again from the start, without doubles', async () => {
  // given the state after a crash within 0004: not recorded, rows already there
  const { warehouse } = running;
  const rows = () => warehouse.queryRows('SELECT count() AS n FROM spanledger_store.ledger_rows');
  const once = await rows();
  await warehouse.command('DELETE FROM spanledger_store.migrations WHERE version >= 4');
  for (const statement of splitStatements(readFileSync(join(PRODUCT, '0001_ledger.sql'), 'utf8')))
    await warehouse.command(statement);
  await warehouse.command(`INSERT INTO spanledger_store.ledger FORMAT JSONEachRow ${lines(OLD_ROWS)}`);

  const { applied } = await migrate({ warehouse, directory: PRODUCT, clock: Date.now });

  const later = readdirSync(PRODUCT).filter((name) => /^\d{4}_/.test(name) && name >= '0004');
  assert.deepEqual(applied, later.sort());
  assert.deepEqual(await rows(), once);
});

function lines(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}
