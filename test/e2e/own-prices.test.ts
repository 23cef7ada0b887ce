import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { modelCall, plainSpan, requestWith } from '../support/model-call.ts';
import type { Span } from '../support/otlp.ts';
import { type RunningProduct, runProduct } from '../support/running-product.ts';
import { until } from '../support/until.ts';

const PRICES = `
exchange_rates:
  - { from_currency: USD, to_currency: EUR, rate: 0.8, from: 2026-01-01 }
models:
  - { provider: vllm, model: "acme-*", currency: EUR, source: cost sheet, prices: { input: 0.2 per 1M tokens, output: 0.6 per 1M tokens } }
call_fees:
  - { tool: company_lookup, price: 0.05 per call }
  - { host: api.search.example.com, price: 0.002 per call }
compute:
  - { kind: "*H100*", currency: EUR, prices: { gpu_second: 3.60 per hour } }
contracts:
  - { team: search, provider: openai, percent_off: 10 }
`;

const folder = mkdtempSync(join(tmpdir(), 'spanledger-own-prices-'));
const dataDir = join(folder, 'data');
const pricesFile = join(folder, 'prices.yaml');
const settings = { SPANLEDGER_PRICES_FILE: pricesFile, SPANLEDGER_BILLING_CURRENCY: 'EUR' };
let product: RunningProduct;

before(async () => {
  writeFileSync(pricesFile, PRICES);
  product = await runProduct(dataDir, settings);
});

after(async () => {
  await product.kill('everything');
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function send(...spans: Span[]): Promise<void> {
  const url = `http://${product.addresses.otlpHttp}/v1/traces`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(requestWith(spans)) });
  assert.equal(answer.status, 200, await answer.text());
}

async function ask(sql: string): Promise<string[]> {
  const answer = await fetch(`http://${product.addresses.sql}`, { method: 'POST', body: `${sql} FORMAT TSV` });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text.split('\n').filter((line) => line !== '');
}

/** A line of each charge of a trace, once there are so many. */
async function charges(trace: number, count: number, columns: string): Promise<string[]> {
  const where = `trace_id = '${trace.toString(16).padStart(32, '0')}'`;
  const sql = `SELECT concatWithSeparator(' ', ${columns}) FROM spanledger.charges WHERE ${where} ORDER BY span_id, meter`;
  await until(`${count} charges`, 20_000, async () => (await ask(sql)).length === count);
  return ask(sql);
}

const MODEL = { 'gen_ai.usage.input_tokens': 1_000_000, 'gen_ai.usage.output_tokens': 100_000 };

test('charges show list and contracted cost in the billing currency, unit prices in their own', async () => {
  await send(
    plainSpan({ trace: 1, span: 1, attributes: { 'spanledger.team': 'search' } }),
    modelCall({ trace: 1, span: 2, parent: 1, attributes: MODEL }),
    modelCall({
      trace: 1,
      span: 3,
      parent: 1,
      attributes: { ...MODEL, 'gen_ai.provider.name': 'vllm', 'gen_ai.request.model': 'acme-7b' },
    }),
    plainSpan({
      trace: 1,
      span: 4,
      parent: 1,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'company_lookup' },
    }),
    plainSpan({
      trace: 1,
      span: 5,
      parent: 4,
      attributes: { 'http.request.method': 'GET', 'url.full': 'https://api.search.example.com/v1' },
    }),
    plainSpan({
      trace: 1,
      span: 6,
      parent: 1,
      attributes: { 'http.request.method': 'GET', 'url.full': 'https://api.search.example.com/v1' },
    }),
    plainSpan({
      trace: 1,
      span: 7,
      parent: 1,
      attributes: { 'http.request.method': 'GET', 'url.full': 'https://free.example.com/v1' },
    }),
    plainSpan({
      trace: 1,
      span: 8,
      parent: 1,
      attributes: { 'spanledger.usage.gpu_second': 100, 'hw.model': 'H100 SXM' },
    }),
  );
  const columns =
    'right(span_id, 1), meter, price_status, toString(list_unit_price), toString(contracted_unit_price), pricing_currency, toString(exchange_rate), toString(list_cost), toString(contracted_cost), toString(effective_cost), billing_currency';
  assert.deepEqual(await charges(1, 8, columns), [
    '2 input priced 0.25 0.225 USD 0.8 0.2 0.18 0.18 EUR',
    '2 output priced 2 1.8 USD 0.8 0.16 0.144 0.144 EUR',
    '3 input priced 0.2 0.2 EUR 1 0.2 0.2 0.2 EUR',
    '3 output priced 0.6 0.6 EUR 1 0.06 0.06 0.06 EUR',
    '4 api_call priced 0.05 0.05 USD 0.8 0.04 0.04 0.04 EUR',
    '5 api_call included 0.002 0.002 USD 0.8 0 0 0 EUR',
    '6 api_call priced 0.002 0.002 USD 0.8 0.0016 0.0016 0.0016 EUR',
    '8 gpu_second priced 3.6 3.6 EUR 1 0.1 0.1 0.1 EUR',
  ]);
  const ids = await charges(1, 8, 'right(span_id, 1), price_id, price_status_reason');
  assert.equal(ids[0], '2 openai/gpt-5-mini/input contract: file:contracts/team=search, provider=openai');
  assert.equal(ids[2], '3 file:vllm/acme-*/input ');
  assert.equal(ids[5], '5 file:call_fees/host=api.search.example.com/api_call included_in_tool_call: company_lookup');
});

test('the table of prices has those of the file, with their source', async () => {
  const rows = await ask(
    "SELECT provider, model, meter, toString(list_unit_price), pricing_unit, pricing_currency, source FROM spanledger.prices WHERE price_id = 'file:vllm/acme-*/input'",
  );
  assert.deepEqual(rows, ['vllm\tacme-*\tinput\t0.2\t1M tokens\tEUR\tprices.yaml: cost sheet']);
});

test('a changed file prices what comes after it, and nothing that is in the ledger; a late fact uses the earlier one', async () => {
  await send(modelCall({ trace: 2, span: 2, parent: 1, name: 'agent_call', attributes: MODEL }));
  const columns = 'price_status, toString(list_cost), toString(contracted_cost)';
  assert.deepEqual(await charges(2, 2, columns), ['priced 0.2 0.2', 'priced 0.16 0.16']);
  const [version] = await charges(1, 8, 'price_book_version');
  assert.match(version ?? '', /\+file-[0-9a-f]{12}$/);

  assert.equal(await product.stop(), 0);
  writeFileSync(
    pricesFile,
    PRICES.replace('percent_off: 10', 'percent_off: 50').replace('0.05 per call', '9 per call'),
  );
  product = await runProduct(dataDir, settings);

  // The team of the first call becomes known only now; a second call comes beside it.
  await send(
    plainSpan({ trace: 2, span: 1, attributes: { 'spanledger.team': 'search' } }),
    modelCall({ trace: 2, span: 3, parent: 1, attributes: MODEL }),
  );
  assert.deepEqual(await charges(2, 4, columns), [
    'priced 0.2 0.18',
    'priced 0.16 0.144',
    'priced 0.2 0.1',
    'priced 0.16 0.08',
  ]);
  const versions = await charges(2, 4, 'price_book_version');
  assert.deepEqual([versions[0], versions[1]], [version, version]);
  assert.notEqual(versions[2], version);
  assert.equal((await charges(1, 8, 'toString(contracted_cost)')).join(), '0.18,0.144,0.2,0.06,0.04,0,0.0016,0.1');
});

test('a ledger that holds charges refuses another billing currency', async () => {
  assert.equal(await product.stop(), 0);
  await assert.rejects(
    () => runProduct(dataDir, { ...settings, SPANLEDGER_BILLING_CURRENCY: 'USD' }),
    /SPL_BILLING_CURRENCY_CHANGED/,
  );
  product = await runProduct(dataDir, settings);
});
