import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatScaled, type Picodollars, parseScaled } from '@spanledger/schemas';
import fc from 'fast-check';
import { call } from '../calls.ts';
import { onlyLine, ratedBy } from './price-files.ts';

const quantity = fc.bigInt({ min: 1n, max: 10n ** 24n });
const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });
const percent = fc.bigInt({ min: 0n, max: 100_000_000n });
const rate = fc.bigInt({ min: 1n, max: 10n ** 16n });
const per = fc.constantFrom(1n, 7n, 1_000n, 1_000_000n);

const decimal = (scaled: bigint) => formatScaled(scaled, 12);
const input = (quantityNano: bigint) => call('p', 'm', { meters: [{ meter: 'input', quantityNano }] });

/** An exact quotient rounded half to even, found by trying both neighbours. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  const below = numerator / denominator;
  const [down, up] = [numerator - below * denominator, (below + 1n) * denominator - numerator];
  if (down === up) return below % 2n === 0n ? below : below + 1n;
  return down < up ? below : below + 1n;
}

test('quantity, price, percentage and rate are multiplied exactly and rounded once, half to even', () => {
  fc.assert(
    fc.property(quantity, amount, percent, rate, per, (quantityNano, price, off, scaledRate, size) => {
      const rater = ratedBy(
        `
exchange_rates: [{ from_currency: EUR, to_currency: USD, rate: ${decimal(scaledRate)}, from: 2026-01-01 }]
models: [{ provider: p, model: m, currency: EUR, prices: { input: ${decimal(price)} per ${size} tokens } }]
contracts: [{ percent_off: ${formatScaled(off, 6)} }]
`,
      );
      const line = onlyLine(rater, input(quantityNano));
      const list = quantityNano * price * scaledRate;
      const unit = size * 10n ** 21n;
      assert.equal(line.listCost, nearest(list, unit));
      assert.equal(line.contractedCost, nearest(list * (100_000_000n - off), unit * 100_000_000n));
      assert.ok(line.contractedCost >= 0n && line.contractedCost <= line.listCost);
    }),
    { numRuns: 300 },
  );
});

test('an agreed price costs exactly what the same list price costs', () => {
  fc.assert(
    fc.property(quantity, amount, rate, per, (quantityNano, price, scaledRate, size) => {
      const rates = `exchange_rates: [{ from_currency: EUR, to_currency: USD, rate: ${decimal(scaledRate)}, from: 2026-01-01 }]`;
      const prices = `currency: EUR, prices: { input: ${decimal(price)} per ${size} tokens }`;
      const listed = ratedBy(`${rates}\nmodels: [{ provider: p, model: m, ${prices} }]`);
      const agreed = ratedBy(
        `${rates}\nmodels: [{ provider: p, model: m, prices: { input: 9 per 1M } }]\ncontracts: [{ ${prices} }]`,
      );
      const line = onlyLine(agreed, input(quantityNano));
      assert.equal(line.contractedCost, onlyLine(listed, input(quantityNano)).listCost);
      assert.equal(line.price.contractedUnitPrice, price as Picodollars);
      assert.equal(parseScaled(line.price.exchangeRate, 12), scaledRate);
    }),
    { numRuns: 200 },
  );
});

test('the parts of a charge cut in two differ from the whole by no more than the rounding of one', () => {
  const rater = ratedBy(
    'models: [{ provider: p, model: m, prices: { input: 0.123456789 per 7 tokens } }]\ncontracts: [{ percent_off: 33.333333 }]',
  );
  fc.assert(
    fc.property(quantity, quantity, (one, other) => {
      const cost = (quantityNano: bigint) => onlyLine(rater, input(quantityNano)).contractedCost;
      const difference = cost(one) + cost(other) - cost(one + other);
      assert.ok(difference >= -1n && difference <= 1n);
    }),
  );
});
