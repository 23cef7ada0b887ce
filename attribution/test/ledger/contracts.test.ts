import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import type { RatedLine, Rater } from '../../src/rating/types.ts';
import { rebuildDays } from '../../src/rollups/rebuild-days.ts';
import { rollupDifference } from '../../src/rollups/rollup-difference.ts';
import { startLedger, type TestLedger } from '../support/ledger.ts';
import { EPOCH_MS, RESOLVE, spanId, traceOf } from '../support/made-spans.ts';

/** A tool call around two model calls: one at a contract in another currency, the other at its list price. */
let ledger: TestLedger;
const HOUR = Math.floor(EPOCH_MS / 3_600_000);
const DAY = new Date(EPOCH_MS).toISOString().slice(0, 10);

/** Two dollars the token, of which a contract leaves one, billed at 0.9 euros the dollar. */
const contracts: Rater = {
  priceBookVersion: 'contracts',
  pricedBy: { project: false, team: false, tool: false },
  hasCallFees: false,
  at: () => contracts,
  rate: (request) => ({
    pricedModel: request.requestModel,
    lines: request.meters.map(({ meter, quantityNano }): RatedLine => {
      const list = ((quantityNano * 2000n * 9n) / 10n) as Picodollars;
      const isContracted = request.requestModel === 'contracted';
      return {
        meter,
        quantityNano,
        listCost: list,
        contractedCost: isContracted ? ((list / 2n) as Picodollars) : list,
        price: {
          priceId: `own/${request.requestModel}`,
          pricingUnit: '1 token',
          pricingUnitSize: 1,
          pricingCurrency: 'USD',
          exchangeRate: '0.9',
          listUnitPrice: 2_000_000_000_000n as Picodollars,
          contractedUnitPrice: (isContracted ? 1_000_000_000_000n : 2_000_000_000_000n) as Picodollars,
          status: 'priced',
          reason: '',
          perUnit: -1,
        },
      };
    }),
  }),
};
const resolve = { ...RESOLVE, rater: contracts };

const trace = traceOf([
  { id: 1, role: 'tool_call', toolName: 'search', own: { sessionId: 's', team: 'search' } },
  { id: 2, parent: 1, tokens: { input: 10 }, call: { requestModel: 'contracted', responseModel: '' } },
  { id: 3, parent: 1, tokens: { input: 1 }, start: 10, call: { requestModel: 'listed', responseModel: '' } },
]);

before(async () => {
  ledger = await startLedger();
  await ledger.warehouse.command("INSERT INTO spanledger_store.billing VALUES ('EUR', now64(3))");
  resolveTrace(trace, resolve);
  await ledger.write([trace]);
  await rebuildDays(ledger.warehouse, [HOUR]);
});

after(() => ledger.close());

const COSTS = `toString(list_cost) AS list, toString(contracted_cost) AS contracted, toString(effective_cost) AS effective, toString(billed_cost) AS billed, billing_currency`;
const paid = (list: string, cost: string) => ({
  ...{ list, contracted: cost, effective: cost, billed: cost },
  billing_currency: 'EUR',
});

test('charges show list and contracted price in the currency of the price, and costs in the billing currency', async () => {
  const prices = `pricing_currency, toString(exchange_rate) AS rate, toString(list_unit_price) AS list_price, toString(contracted_unit_price) AS price`;
  const stated = { pricing_currency: 'USD', rate: '0.9', list_price: '2' };
  assert.deepEqual(
    await ledger.warehouse.queryRows(
      `SELECT request_model, ${prices}, ${COSTS} FROM spanledger.charges ORDER BY span_id`,
    ),
    [
      { request_model: 'contracted', ...stated, price: '1', ...paid('18', '9') },
      { request_model: 'listed', ...stated, price: '2', ...paid('1.8', '1.8') },
    ],
  );
});

test('the trail shows both costs, and runs up what was paid', async () => {
  assert.deepEqual(
    await ledger.warehouse.queryRows(
      `SELECT toString(running_cost) AS running, ${COSTS} FROM spanledger.token_audit_trail ORDER BY charge_period_start`,
    ),
    [
      { running: '9', ...paid('18', '9') },
      { running: '10.8', ...paid('1.8', '1.8') },
    ],
  );
});

test('rollups cost what was paid, with the list price beside it, and equal the ledger', async () => {
  for (const table of ['session_costs', 'team_costs']) {
    const sums = COSTS.replaceAll(/toString\((\w+)\)/g, 'toString(sum($1))').replace(
      ', billing_currency',
      ', any(billing_currency) AS billing_currency',
    );
    assert.deepEqual(
      await ledger.warehouse.queryRows(
        `SELECT ${sums} FROM spanledger.${table} AS t`.replaceAll(/sum\((\w+)\)/g, 'sum(t.$1)'),
      ),
      [paid('19.8', '10.8')],
      table,
    );
  }
  assert.equal(await rollupDifference(ledger.warehouse, DAY), 0n);
});

test('a tool call totals what was paid beneath it, and what it is at list price', async () => {
  assert.deepEqual(
    await ledger.warehouse.queryRows(
      'SELECT toString(own_cost) AS own, toString(total_cost) AS total, toString(total_list_cost) AS list, billing_currency, model_calls FROM spanledger.tool_call_costs',
    ),
    [{ own: '0', total: '10.8', list: '19.8', billing_currency: 'EUR', model_calls: 2 }],
  );
});

test('contracted costs are stored only where they are not the list’s', async () => {
  const rows = await ledger.warehouse.queryRows(
    'SELECT length(contracted_costs) AS stored FROM spanledger_store.ledger_rows ORDER BY span_id',
  );
  assert.deepEqual(rows, [{ stored: '0' }, { stored: '1' }, { stored: '0' }]);
});

test('a trace that is taken up again has the same prices and nothing to write', async () => {
  const again = (await ledger.reload('default', [trace.traceId])).get(trace.traceId);
  assert.ok(again !== undefined);
  assert.deepEqual(resolveTrace(again, resolve).changed, []);
  const line = (of: typeof trace) => of.nodes.get(spanId(2))?.resolved?.rated?.lines;
  assert.deepEqual(line(again), line(trace));
});
