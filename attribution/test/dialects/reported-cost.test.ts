import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { picodollarsOf } from '../../src/dialects/reported-cost.ts';
import { classified } from '../support/classified.ts';

describe("the emitter's own cost", () => {
  const COSTS: readonly (readonly [string, bigint | undefined])[] = [
    ['0.0007696', 769_600_000n],
    ['7.696e-4', 769_600_000n],
    ['1e-7', 100_000n],
    ['12', 12_000_000_000_000n],
    ['1.5E+2', 150_000_000_000_000n],
    ['0.0000000000005', undefined],
    ['0.0000000000015', 2n],
    ['0.0025649999999999996', 2_565_000_000n],
    ['0', undefined],
    ['0.0', undefined],
    ['-1', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['', undefined],
    ['1e300', undefined],
    ['1e-300', undefined],
    ['abc', undefined],
  ];
  for (const [text, cost] of COSTS) {
    test(`${JSON.stringify(text)} is ${cost === undefined ? 'unknown' : `${cost} picodollars`}`, () => {
      assert.equal(picodollarsOf(text), cost);
    });
  }

  test('every spelling is read, 0 gives way to the next, and other currencies are left alone', () => {
    const costOf = (attributes: Record<string, unknown>) =>
      classified({ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }).call?.reportedCost;
    assert.equal(costOf({ 'operation.cost': 0.0007696 }), 769_600_000n);
    assert.equal(costOf({ 'gen_ai.usage.cost': 0, 'llm.cost.total': 0.5 }), 500_000_000_000n);
    assert.equal(costOf({ 'gen_ai.usage.cost.amount': 0.5, 'gen_ai.usage.cost.currency': 'EUR' }), undefined);
    assert.equal(costOf({ 'gen_ai.usage.cost_in_usd_ticks': 12_345 }), 1_234_500n);
    assert.equal(costOf({}), undefined);
  });
});
