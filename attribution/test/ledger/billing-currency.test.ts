import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SpanledgerError } from '@spanledger/schemas';
import { settleBillingCurrency } from '../../src/ledger/billing-currency.ts';
import { keepPriceFile } from '../../src/rating/keep-price-file.ts';
import { priceFile } from '../rating/price-file/price-files.ts';
import { startLedger, type TestLedger } from '../support/ledger.ts';
import { EPOCH_MS, resolveAndWrite, traceOf } from '../support/made-spans.ts';

let ledger: TestLedger;

before(async () => {
  ledger = await startLedger();
});

after(() => ledger.close());

const settle = (currency: string, afterMs: number) =>
  settleBillingCurrency(ledger.warehouse, currency, EPOCH_MS + afterMs);

test('an empty ledger takes any currency; one that holds charges keeps its own', async () => {
  await settle('USD', 0);
  await settle('EUR', 1);
  await settle('CHF', 2);
  assert.equal(await ledger.figure('SELECT count() AS figure FROM spanledger.charges'), '0');
  const trace = traceOf([{ id: 1, tokens: { input: 10 } }]);
  resolveAndWrite(trace);
  await ledger.write([trace]);
  assert.equal(await ledger.figure('SELECT any(billing_currency) AS figure FROM spanledger.charges'), 'CHF');
  await settle('CHF', 3);
  await assert.rejects(
    () => settle('EUR', 4),
    (error: SpanledgerError) => error.code === 'SPL_BILLING_CURRENCY_CHANGED' && /in CHF/.test(error.message),
  );
  assert.equal(await ledger.figure('SELECT any(billing_currency) AS figure FROM spanledger.charges'), 'CHF');
});

test('price files are kept once each, and given back', async () => {
  const keep = (text: string | undefined, afterMs: number) =>
    keepPriceFile(ledger.warehouse, text === undefined ? undefined : priceFile(text), EPOCH_MS + afterMs);
  const [first, second] = ['contracts: [{ percent_off: 1 }]', 'contracts: [{ percent_off: 2, source: \'a\\t"b"\' }]'];
  assert.deepEqual(await keep(first, 1), []);
  assert.deepEqual(
    (await keep(second, 2)).map(({ text }) => text),
    [first],
  );
  assert.deepEqual(
    (await keep(first, 3)).map(({ text }) => text),
    [first, second],
  );
  assert.deepEqual(
    (await keep(undefined, 4)).map(({ digest }) => digest),
    [first, second].map((text) => priceFile(text).digest),
  );
});
