import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import { lineWord, readLineWord } from '../../src/ledger/line-word.ts';
import type { LinePrice } from '../../src/rating/types.ts';

const PRICE: LinePrice = {
  priceId: 'list/gpt-4o/input',
  pricingUnit: '1M tokens',
  pricingUnitSize: 1_000_000,
  pricingCurrency: 'USD',
  exchangeRate: '1',
  listUnitPrice: 2_500_000_000_000n as Picodollars,
  contractedUnitPrice: 2_500_000_000_000n as Picodollars,
  status: 'priced',
  reason: '',
  perUnit: 2_500_000,
};

function throughWord(price: LinePrice): LinePrice {
  return readLineWord(lineWord('input', price)).price;
}

/** What was read back is never rated with. */
function expected(price: LinePrice): LinePrice {
  return { ...price, perUnit: -1 };
}

test('a price goes into a word and comes back, from the smallest to a huge one', () => {
  for (const amount of [0n, 1n, 999_999_999_999n, 10n ** 12n, 10n ** 25n] as Picodollars[]) {
    const price = { ...PRICE, listUnitPrice: amount, contractedUnitPrice: amount };
    assert.deepEqual(throughWord(price), expected(price));
  }
});

test('the meter comes back, also where several meters have one price', () => {
  for (const meter of ['output', 'reasoning', 'input'] as const)
    assert.equal(readLineWord(lineWord(meter, PRICE)).meter, meter);
});

test('prices of one id that differ in anything else have other words', () => {
  const others: readonly Partial<LinePrice>[] = [
    { pricingUnit: '1K tokens' },
    { pricingUnitSize: 1000 },
    { listUnitPrice: 1n as Picodollars },
    { contractedUnitPrice: 1n as Picodollars },
    { contractedUnitPrice: 0n as Picodollars, status: 'assumed', reason: 'a free contract' },
    { pricingCurrency: 'EUR', exchangeRate: '1.08' },
    { exchangeRate: '0.9' },
  ];
  for (const other of others) {
    const price = { ...PRICE, ...other };
    assert.notEqual(lineWord('input', price), lineWord('input', PRICE));
    assert.deepEqual(throughWord(price), expected(price));
    assert.deepEqual(throughWord(PRICE), expected(PRICE));
  }
});

test('the plain case says nothing of contract, currency and exchange rate', () => {
  assert.equal(
    lineWord('input', PRICE),
    'input|priced|list/gpt-4o/input|1M tokens|1000000|2.5'.replaceAll('|', '\x1f'),
  );
});

test('a line without a price has a word of its own', () => {
  const none = { listUnitPrice: 0n as Picodollars, contractedUnitPrice: 0n as Picodollars };
  const price = { ...PRICE, priceId: '', pricingUnit: '', pricingUnitSize: 1, ...none };
  assert.deepEqual(throughWord(price), expected(price));
});

test('more prices than are remembered are all read right', () => {
  for (let number = 0; number < 25_000; number += 1) {
    const price = { ...PRICE, priceId: `p${number}`, listUnitPrice: BigInt(number) as Picodollars };
    assert.equal(throughWord(price).listUnitPrice, BigInt(number));
  }
});

test('equal words read back are one object, so that a trace taken up again does not hold a price for each line', () => {
  assert.equal(throughWord(PRICE), throughWord({ ...PRICE }));
});

test('a separator in an id does not shift the fields, and a reason keeps what it quotes', () => {
  const quoted = {
    ...PRICE,
    priceId: 'a\x1fb',
    status: 'unpriced' as const,
    reason: 'model "x\x1fy\t" is unknown\x1f',
  };
  assert.deepEqual(throughWord(quoted), { ...expected(quoted), priceId: 'a b' });
});

test('a status with and without a reason comes back', () => {
  for (const status of ['priced', 'assumed', 'unpriced', 'no_usage', 'included'] as const) {
    for (const reason of ['', 'why']) {
      const price = { ...PRICE, status, reason };
      assert.deepEqual(throughWord(price), expected(price));
    }
  }
});
