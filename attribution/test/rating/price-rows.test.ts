import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceRows } from '../../src/rating/price-rows.ts';
import { book } from './calls.ts';

const rows = [...priceRows(book)];
const row = (priceId: string) => rows.find((candidate) => candidate.priceId === priceId);

test('a price id names one figure', () => {
  assert.equal(new Set(rows.map((candidate) => candidate.priceId)).size, rows.length);
});

test('a row says whose price it is, for what, since when and until when', () => {
  assert.deepEqual(row('anthropic/claude-sonnet-4-6/input>200000'), {
    priceId: 'anthropic/claude-sonnet-4-6/input>200000',
    priceList: 'anthropic',
    providers: ['anthropic'],
    model: 'claude-sonnet-4-6',
    meter: 'input',
    consumedUnit: 'token',
    validFrom: undefined,
    validTo: '2026-03-13',
    window: '',
    variant: '',
    contextAbove: 200_000,
    unitPrice: 6_000_000_000_000n,
    pricingUnit: '1M tokens',
    pricingUnitSize: 1_000_000,
    currency: 'USD',
    source: 'genai-prices 0.2.3',
  });
  assert.equal(row('anthropic/claude-sonnet-4-6/input@2026-03-13')?.validTo, undefined);
  assert.equal(row('google/gemini-4-argon/input@2026-10-14+batch')?.validTo, '2026-12-01');
  assert.equal(row('deepseek/deepseek-chat/input~00:30-16:30')?.window, '00:30-16:30');
  assert.deepEqual(row('google/gemini-2.5-flash/web_search')?.providers, ['gcp.gemini', 'gcp.vertex_ai']);
});
