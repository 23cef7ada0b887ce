import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import { priceWord, readPriceWord, readStateWord, stateWord } from '../../src/ledger/price-word.ts';
import type { RatedLine } from '../../src/rating/types.ts';

const LINE: RatedLine = {
  meter: 'input',
  quantityNano: 1n,
  pricingUnit: '1M tokens',
  pricingUnitSize: 1_000_000,
  listUnitPrice: 2_500_000_000_000n as Picodollars,
  listCost: 3n as Picodollars,
  priceId: 'list/gpt-4o/input',
  status: 'priced',
  reason: '',
};

function price(line: RatedLine) {
  const { priceId, pricingUnit, pricingUnitSize, listUnitPrice } = line;
  return { priceId, pricingUnit, pricingUnitSize, listUnitPrice };
}

test('a price goes into one word and comes back, from the smallest to a huge one', () => {
  for (const listUnitPrice of [0n, 1n, 999_999_999_999n, 10n ** 12n, 10n ** 25n]) {
    const line = { ...LINE, listUnitPrice: listUnitPrice as Picodollars };
    assert.deepEqual(readPriceWord(priceWord(line)), price(line));
  }
});

test('lines of one price id with another unit, size or price have other words', () => {
  const others: Partial<RatedLine>[] = [
    { pricingUnit: '1K tokens' },
    { pricingUnitSize: 1000 },
    { listUnitPrice: 1n as Picodollars },
  ];
  for (const other of others) {
    priceWord(LINE);
    const line = { ...LINE, ...other };
    assert.deepEqual(readPriceWord(priceWord(line)), price(line));
    assert.deepEqual(readPriceWord(priceWord(LINE)), price(LINE));
  }
});

test('a line without a price has a word of its own', () => {
  const line = { ...LINE, priceId: '', pricingUnit: '', pricingUnitSize: 1, listUnitPrice: 0n as Picodollars };
  assert.deepEqual(readPriceWord(priceWord(line)), price(line));
});

test('more prices than are remembered are all written right', () => {
  for (let number = 0; number < 25_000; number += 1) {
    const line = { ...LINE, priceId: `p${number}`, listUnitPrice: BigInt(number) as Picodollars };
    assert.equal(readPriceWord(priceWord(line)).listUnitPrice, BigInt(number));
  }
});

test('a tab in an id or a reason does not shift the fields, and a reason keeps it', () => {
  const line = { ...LINE, priceId: 'a\tb', status: 'unpriced' as const, reason: 'model "x\ty" is unknown\t' };
  assert.deepEqual(readPriceWord(priceWord(line)), { ...price(line), priceId: 'a b' });
  assert.deepEqual(readStateWord(stateWord(line)), { status: 'unpriced', reason: line.reason });
});

test('a status with and without a reason comes back', () => {
  for (const status of ['priced', 'assumed', 'unpriced', 'no_usage', 'included'] as const) {
    for (const reason of ['', 'why'])
      assert.deepEqual(readStateWord(stateWord({ ...LINE, status, reason })), { status, reason });
  }
});
