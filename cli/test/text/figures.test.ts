import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import {
  counted,
  formatDuration,
  formatMoney,
  formatMoneyColumn,
  formatQuantity,
  formatTime,
  sumMoney,
} from '../../src/text/figures.ts';

test('money is shown with every digit that it has, at least six', () => {
  const shown = { 1: '$0.000000000001', 1234000000: '$0.001234', 0: '$0.000000', '-2500000000000': '-$2.500000' };
  for (const [picodollars, text] of Object.entries(shown))
    assert.equal(formatMoney(BigInt(picodollars) as Picodollars, 'USD'), text);
  assert.equal(formatMoney((10n ** 18n) as Picodollars, 'USD'), '$1,000,000.000000');
  assert.equal(formatMoney(-2_500_000_000_000n as Picodollars, 'EUR'), '-EUR 2.500000');
});

test('the points of a column of money align, and no digit is lost', () => {
  assert.deepEqual(formatMoneyColumn(['1', '0.0000001', '12.5'], 'USD'), ['$1.0000000', '$0.0000001', '$12.5000000']);
  assert.equal(sumMoney(['1', '0.0000001', '12.5']), 13_500_000_100_000n);
  assert.deepEqual(formatMoneyColumn([], 'USD'), []);
});

test('quantities have their thousands apart and keep their fraction', () => {
  assert.equal(formatQuantity('1234567'), '1,234,567');
  assert.equal(formatQuantity('999'), '999');
  assert.equal(formatQuantity('1234.000001'), '1,234.000001');
});

test('times are cut to the second, durations are in the unit that fits', () => {
  assert.equal(formatTime('2026-11-23T22:10:01.999999999Z'), '2026-11-23 22:10:01');
  assert.deepEqual([0, 999, 12_900, 65_000, 7_260_000].map(formatDuration), [
    '0 ms',
    '999 ms',
    '12.9 s',
    '1 min 5 s',
    '2 h 1 min',
  ]);
  assert.deepEqual([counted(1, 'row'), counted(2500, 'row')], ['1 row', '2,500 rows']);
});
