import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileWarnings } from '../../../src/rating/price-file/warnings.ts';
import { book } from '../calls.ts';
import { priceFile } from './price-files.ts';

function warned(text: string, billingCurrency = 'USD'): string {
  return fileWarnings(priceFile(text), book, billingCurrency)
    .map(({ place, text: what }) => `${place}: ${what}`)
    .join('\n');
}

test('an unknown provider is named with the nearest that is known; names of one’s own are fine', () => {
  assert.match(
    warned('contracts: [{ provider: opnai, percent_off: 1 }]'),
    /contracts\[0\]: no provider.*opnai\. Did you mean openai\?/,
  );
  assert.match(warned('models: [{ provider: antropic, model: x, prices: { input: 0 } }]'), /Did you mean anthropic\?/);
  const own = 'models: [{ provider: our-cluster, model: x, prices: { input: 0 } }]\n';
  assert.equal(warned(own), '');
  assert.equal(warned(`${own}contracts: [{ provider: our-cluster, percent_off: 1 }]`), '');
  assert.equal(
    warned('contracts: [{ provider: azure, percent_off: 1 }, { provider: "google*", percent_off: 1 }]').includes(
      'azure',
    ),
    false,
  );
});

test('a contract for a model that nobody lists never applies', () => {
  const of = (model: string) => warned(`contracts: [{ provider: openai, model: "${model}", percent_off: 1 }]`);
  assert.match(of('gpt-5-mimi'), /called gpt-5-mimi\. Did you mean gpt-5-mini\?.*never applies/);
  for (const model of ['gpt-5-mini', 'GPT-5-mini', 'gpt-5*', 'gpt-5-mini-2025-08-07'])
    assert.equal(of(model), '', model);
});

test('a fee that stands behind a list price of every model never applies', () => {
  const fee = (text: string) => warned(`provider_fees: [{ ${text} }]`);
  assert.match(
    fee('provider: openai, model: gpt-4o-mini, prices: { input: 1 per 1M }'),
    /input never applies: the base book/,
  );
  assert.equal(fee('provider: openai, model: gpt-4o-mini, prices: { rerank_unit: 1 per 1K units }'), '');
  assert.match(
    warned(`
models: [{ provider: p, model: "*", prices: { web_search: 1 per 1K } }]
provider_fees: [{ provider: p, model: m, prices: { web_search: 2 per 1K } }]`),
    /web_search never applies: models\[0\] \(line 2\)/,
  );
});

test('missing and useless exchange rates are named', () => {
  const eur = 'models: [{ provider: p, model: m, currency: EUR, from: 2026-01-01, prices: { input: 1 per 1M } }]\n';
  const rate = (from: string, to: string, day: string) =>
    `exchange_rates: [{ from_currency: ${from}, to_currency: ${to}, rate: 1.1, from: ${day} }]\n`;
  assert.match(warned(eur), /models\[0\]: is in EUR, costs are in USD, and exchange_rates has no such rate/);
  assert.match(warned(eur + rate('EUR', 'USD', '2026-02-01')), /calls before 2026-02-01/);
  assert.equal(warned(eur + rate('EUR', 'USD', '2026-01-01')), '');
  assert.match(warned(eur + rate('USD', 'EUR', '2026-01-01')), /exchange_rates\[0\]: never applies/);
  assert.match(warned(eur, 'EUR'), /no rate of USD in EUR: all calls at the base book/);
});
