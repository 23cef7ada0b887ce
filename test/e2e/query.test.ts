import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { modelCall, plainSpan, requestWith } from '../support/model-call.ts';
import { type Product, startProduct } from '../support/product.ts';
import { PUBLISHED_COLUMNS } from '../support/published-columns.ts';
import { sendJson } from '../support/send.ts';

const DAY_MS = 86_400_000;
const DAYS = 4;
const UNITS_A_DAY = 50;
const NATIVE = 1_000_000;

let product: Product;
let client: ClickHouseClient;
before(async () => {
  product = await startProduct();
  client = createClient({ url: product.sqlUrl });
  for (let day = 0; day < DAYS; day += 1) await sendDay(day);
  await sendJson(product, requestWith([modelCall({ trace: 1, span: 9, startMs: 0 })]));
  await product.settle();
});
after(async () => {
  await client.close();
  await product.stop();
});

for (const [table, columns] of Object.entries(PUBLISHED_COLUMNS)) {
  test(`the stock client reads spanledger.${table}, whose columns are the contract's and say what they are`, async () => {
    const answer = await client.query({ query: `SELECT * FROM spanledger.${table} LIMIT 3`, format: 'JSONEachRow' });
    const rows = await answer.json<Record<string, unknown>>();
    assert.ok(rows.length > 0, `${table} is empty`);
    const described = await client.query({ query: `DESCRIBE TABLE spanledger.${table}`, format: 'JSONEachRow' });
    const types: Record<string, string> = {};
    for (const { name, type, comment } of await described.json<{ name: string; type: string; comment: string }>()) {
      types[name] = type.replace('LowCardinality(String)', 'String');
      assert.notEqual(comment, '', `${table}.${name} has no comment`);
    }
    for (const [name, type] of Object.entries(columns)) assert.equal(types[name], type, `${table}.${name}`);
    assert.deepEqual(Object.keys(rows[0] ?? {}), Object.keys(types));
  });
}

test('the published tables are these, each with a comment', async () => {
  const query = `SELECT name, comment FROM system.tables WHERE database = 'spanledger' ORDER BY name`;
  const answer = await client.query({ query, format: 'JSONEachRow' });
  const tables = await answer.json<{ name: string; comment: string }>();
  assert.deepEqual(
    tables.map(({ name }) => name),
    Object.keys(PUBLISHED_COLUMNS).sort(),
  );
  for (const { name, comment } of tables) assert.notEqual(comment, '', name);
});

for (const table of ['charges', 'spans', 'tool_call_costs', 'team_costs', 'suppressed_calls', 'api_calls']) {
  test(`a filter on charge_period_start reads only its days of ${table}`, async () => {
    const all = await readRows(
      `SELECT count(), uniq(tenant) FROM spanledger.${table} WHERE charge_period_start > '2001-01-01'`,
    );
    const from = new Date(dayStartMs(1)).toISOString().slice(0, 19).replace('T', ' ');
    const to = new Date(dayStartMs(0)).toISOString().slice(0, 19).replace('T', ' ');
    const ofOneDay = await readRows(
      `SELECT count(), uniq(tenant) FROM spanledger.${table} WHERE charge_period_start >= '${from}' AND charge_period_start < '${to}'`,
    );
    assert.ok(ofOneDay.count > 0 && ofOneDay.count < all.count, JSON.stringify({ all, ofOneDay }));
    assert.ok(ofOneDay.read <= all.read / (DAYS - 1), JSON.stringify({ all, ofOneDay }));
  });
}

async function readRows(query: string): Promise<{ count: number; read: number }> {
  const answer = await client.query({ query, format: 'JSON' });
  const { data, statistics } = await answer.json<Record<string, string>>();
  return { count: Number(Object.values(data[0] ?? {})[0]), read: statistics?.rows_read ?? Number.NaN };
}

/** Midnight, `day` days ago. */
function dayStartMs(day: number): number {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS - day * DAY_MS;
}

/** Tool calls with a model call each, seen twice, and a call of an external service. */
async function sendDay(day: number): Promise<void> {
  const startMs = dayStartMs(day + 1) + DAY_MS / 2;
  const framework = [];
  const native = [];
  for (let unit = 0; unit < UNITS_A_DAY; unit += 1) {
    const trace = 1 + day * UNITS_A_DAY + unit;
    const place = { trace, startMs };
    const attributes = { 'gen_ai.response.id': `resp-${trace}`, 'gen_ai.usage.input_tokens': 100 + unit };
    framework.push(
      plainSpan({
        ...place,
        span: 1,
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'plan' },
      }),
      modelCall({ ...place, span: 2, parent: 1, attributes }),
      plainSpan({
        ...place,
        span: 3,
        parent: 1,
        attributes: {
          'http.request.method': 'GET',
          'server.address': 'api.example',
          'url.full': 'https://api.example/x',
        },
      }),
    );
    native.push(modelCall({ ...place, trace: NATIVE + trace, span: 1, attributes }));
  }
  await sendJson(product, requestWith(framework, { scope: { name: 'opentelemetry.instrumentation.langchain' } }));
  await sendJson(product, requestWith(native, { scope: { name: 'opentelemetry.instrumentation.openai_v2' } }));
}
