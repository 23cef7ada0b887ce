import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import { startLedger, type TestLedger } from '../support/ledger.ts';
import { metersOf, RESOLVE, spanId, traceOf } from '../support/made-spans.ts';

/** A call for which another model was asked too. */
let ledger: TestLedger;
const meters = [
  ...metersOf({ input: 1000, output: 100 }),
  ...metersOf({ input: 400, output: 50 }).map((quantity) => ({ ...quantity, model: 'gpt-4o' })),
];
const trace = traceOf([{ id: 1, call: { usage: { status: 'stated', meters, assumed: '', source: 'raw' } } }]);

before(async () => {
  ledger = await startLedger();
  resolveTrace(trace, RESOLVE);
  await ledger.write([trace]);
});

after(() => ledger.close());

test('two lines of one meter are told apart, and each names its own price', async () => {
  const rows = await ledger.warehouse.queryRows<{ meter: string; line: number; price_id: string }>(
    'SELECT meter, line, price_id FROM spanledger.charges ORDER BY meter, line',
  );
  assert.deepEqual(
    rows.map(({ meter, line, price_id }) => `${meter} ${line} ${price_id.split('/')[1]}`),
    ['input 0 gpt-4o-mini', 'input 1 gpt-4o', 'output 0 gpt-4o-mini', 'output 1 gpt-4o'],
  );
});

test('a trace that is taken up again keeps both models’ prices and has nothing to write', async () => {
  const again = (await ledger.reload('default', [trace.traceId])).get(trace.traceId);
  assert.ok(again !== undefined);
  assert.deepEqual(resolveTrace(again, RESOLVE).changed, []);
  const call = again.nodes.get(spanId(1))?.span.classification.call;
  assert.deepEqual(call?.usage.status === 'stated' ? call.usage.meters : undefined, meters);
});
