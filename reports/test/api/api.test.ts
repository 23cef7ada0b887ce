import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Api, createApi, type HealthCheck } from '../../src/index.ts';
import { insert, SILENT, SMALL_LEDGER, SMALL_ROLLUPS, startLedger, type TestLedger } from '../support/ledger.ts';

const NOW = Date.UTC(2026, 10, 24);

let ledger: TestLedger;
let api: Api;
let url: string;
let checks: HealthCheck[] = [];

before(async () => {
  ledger = await startLedger();
  await insert(ledger.warehouse, 'ledger_rows', SMALL_LEDGER);
  for (const [table, rows] of Object.entries(SMALL_ROLLUPS)) await insert(ledger.warehouse, table, rows);
  api = createApi({
    address: { host: '127.0.0.1', port: 0 },
    reader: ledger.reader,
    health: async () => checks,
    metrics: () => ({ spanledger_up_seconds: 1 }),
    clock: () => NOW,
    logger: SILENT,
  });
  url = `http://${await api.start()}`;
});

after(async () => {
  await api?.stop();
  await ledger?.close();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    text,
    headers: response.headers,
    json: type.includes('json') ? JSON.parse(text) : undefined,
  };
}

test('sessions come with exact money as text, counts as numbers and times in ISO 8601', async () => {
  const { status, json } = await get('/v1/sessions?since=7d');
  assert.equal(status, 200);
  const [session] = json.rows;
  assert.equal(session.session_id, 's-1');
  assert.equal(session.effective_cost, '0.000900000001');
  assert.equal(session.model_calls, 2);
  assert.equal(session.charge_period_start, '2026-11-23T10:00:00.000000000Z');
  assert.deepEqual({ limit: json.limit, is_cut: json.is_cut }, { limit: 100, is_cut: false });
  assert.deepEqual((await get('/v1/sessions?since=12h')).json.rows, []);
  assert.deepEqual((await get('/v1/sessions?team=support')).json.rows, []);
});

test('one session comes with its tool calls, an unknown one is a problem with status 404', async () => {
  const { json } = await get('/v1/sessions/s-1');
  assert.equal(json.session.session_id, 's-1');
  assert.equal(json.tool_calls[0].tool_name, 'search');
  assert.equal(json.tool_calls[0].total_tokens, 50);
  const missing = await get(`/v1/sessions/${encodeURIComponent("x' OR 1=1 --\n")}`);
  assert.equal(missing.status, 404);
  assert.match(missing.type, /^application\/problem\+json/);
  assert.equal(missing.json.code, 'SPL_API_NOT_FOUND');
});

test('the trail is chronological, with what is suppressed in place and the cost so far', async () => {
  const { json } = await get('/v1/sessions/s-1/trail');
  assert.deepEqual(
    json.rows.map((row: Record<string, string>) => [
      row['span_id']?.at(-1),
      row['entry'],
      row['meter'],
      row['price_status'],
      row['running_cost'],
    ]),
    [
      ['3', 'charge', 'input', 'priced', '0.0003'],
      ['3', 'charge', 'output', 'priced', '0.000900000001'],
      ['6', 'suppressed', 'input', 'suppressed', '0.000900000001'],
      ['5', 'charge', 'input', 'unpriced', '0.000900000001'],
    ],
  );
  assert.equal((await get('/v1/sessions/s-1/trail?limit=1')).json.is_cut, true);
});

test('teams are split by what is asked; split by meter the unit is the meter’s', async () => {
  const byModel = await get('/v1/teams?by=model&since=2026-11-01');
  assert.deepEqual(byModel.json.rows, [
    {
      tenant: 'default',
      team: 'search',
      part: 'gpt-5-mini',
      consumed_quantity: '1500',
      consumed_unit: 'token',
      effective_cost: '0.020900000001',
      assumed_cost: '0',
      unpriced_lines: 0,
      billing_currency: 'USD',
    },
  ]);
  const [dearest] = (await get('/v1/teams?by=meter')).json.rows;
  assert.deepEqual([dearest.part, dearest.consumed_quantity, dearest.consumed_unit], ['web_search', '2', 'search']);
});

test('what has no price and what was not charged is listed with its reason', async () => {
  const [unpriced] = (await get('/v1/unpriced')).json.rows;
  assert.deepEqual([unpriced.model, unpriced.price_status_reason, unpriced.lines], ['house-model', 'unknown_model', 1]);
  const [suppressed] = (await get('/v1/suppressed?session_id=s-1')).json.rows;
  assert.deepEqual(
    [suppressed.reason, suppressed.rule, suppressed.quantities],
    ['duplicate', 'same_response_id', ['1200']],
  );
  assert.deepEqual((await get('/v1/dead-letters')).json.rows, []);
});

test('the chargeback of a period sums to the ledger and ends at midnight UTC', async () => {
  const { json } = await get('/v1/chargeback?period=2026-11&by=team,model');
  const total = json.rows.at(-1);
  assert.deepEqual([total.x_RowType, total.EffectiveCost, total.x_UnpricedLines], ['total', '12.500900000001', '1']);
  const [row] = await ledger.warehouse.queryRows<{ cost: string }>(
    "SELECT sum(effective_cost) AS cost FROM spanledger.charges WHERE billing_period = '2026-11'",
  );
  assert.equal(row?.cost, total.EffectiveCost);
  const december = await get('/v1/chargeback?period=2026-12&format=csv');
  assert.match(december.type, /^text\/csv/);
  assert.match(december.text, /\r\ntotal,,USD,2026-12-01T00:00:00Z,2027-01-01T00:00:00Z,0\.0,0\.0,0\.0,0,0,0\r\n$/);
});

test('a name that a spreadsheet would run is quoted in the CSV and whole in JSON', async () => {
  assert.match((await get('/v1/chargeback?period=2026-11&format=csv')).text, /charge,'=support,/);
  assert.equal((await get('/v1/chargeback?period=2026-11')).json.rows[0].x_TeamId, '=support');
});

test('wrong parameters are all named in one problem with status 400', async () => {
  const { status, json } = await get('/v1/sessions?since=yesterday&limit=100000');
  assert.equal(status, 400);
  assert.equal(json.code, 'SPL_API_BAD_REQUEST');
  assert.deepEqual(
    json.errors.map(({ parameter }: { parameter: string }) => parameter),
    ['since', 'limit'],
  );
  for (const path of [
    '/v1/chargeback',
    '/v1/chargeback?period=2026-13',
    '/v1/chargeback?period=2026-11&by=team;drop',
    '/v1/teams?by=secret',
  ]) {
    assert.equal((await get(path)).status, 400, path);
  }
  assert.equal((await get('/v1/nothing')).status, 404);
});

test('foreign host names and foreign web pages are refused, and nobody gets CORS headers', async () => {
  const { request } = await import('node:http');
  const statusFor = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${url}/v1/sessions`, { headers }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  const own = new URL(url).host;
  assert.equal(await statusFor({ host: 'evil.example' }), 403);
  assert.equal(await statusFor({ host: own, origin: 'https://evil.example' }), 403);
  assert.equal(await statusFor({ host: own, origin: 'null' }), 403);
  assert.equal(await statusFor({ host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }), 403);
  assert.equal(await statusFor({ host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }), 200);
  assert.equal(await statusFor({ host: own, origin: url }), 200);
  assert.equal(await statusFor({ host: 'localhost:1234' }), 200);
  assert.equal((await get('/v1/sessions')).headers.get('access-control-allow-origin'), null);
});

test('ready says what is not, with status 503', async () => {
  checks = [{ name: 'engine', ok: true, detail: 'answers' }];
  assert.deepEqual((await get('/health/ready')).json, { status: 'ready', checks });
  checks = [...checks, { name: 'log', ok: false, detail: 'full' }];
  const { status, json } = await get('/health/ready');
  assert.deepEqual([status, json.status, json.checks.length], [503, 'not_ready', 2]);
  assert.deepEqual((await get('/health/live')).json, { status: 'live' });
});

test('metrics are Prometheus text, the front page names what is here, and every route is in /openapi.json', async () => {
  assert.match((await get('/metrics')).text, /^# HELP spanledger_up_seconds /);
  const front = (await get('/')).text;
  const paths = Object.keys((await get('/openapi.json')).json.paths);
  assert.ok(paths.length >= 12, String(paths));
  for (const path of paths) assert.ok(front.includes(path), path);
});

test('a taken address is named with what to do, and an open one must be asked for', async () => {
  const taken = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const context = {
    reader: ledger.reader,
    health: async () => [],
    metrics: () => ({}),
    clock: () => NOW,
    logger: SILENT,
  };
  await assert.rejects(createApi({ address: taken, ...context }).start(), {
    code: 'SPL_API_ADDRESS_IN_USE',
    message: /another process already does.*SPANLEDGER_API_ADDRESS/,
  });
  assert.throws(() => createApi({ address: { host: '0.0.0.0', port: 0 }, ...context }), {
    code: 'SPL_API_ADDRESS_OPEN',
  });
});

test('a session id that two tenants use must be asked for with its tenant', async () => {
  const [row] = SMALL_ROLLUPS.session_hours;
  await insert(ledger.warehouse, 'session_hours', [{ ...row, tenant: 'other', list_cost: '7' }]);
  const { status, json } = await get('/v1/sessions/s-1');
  assert.equal(status, 400);
  assert.match(json.detail, /tenant=default or tenant=other/);
  assert.equal((await get('/v1/sessions/s-1?tenant=other')).json.session.effective_cost, '7');
  assert.equal((await get('/v1/sessions?tenant=default')).json.rows.length, 1);
  assert.equal((await get('/v1/sessions')).json.rows.length, 2);
});
