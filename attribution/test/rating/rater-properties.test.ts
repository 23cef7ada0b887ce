import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, QUANTITY_ONE } from '@spanledger/schemas';
import fc from 'fast-check';
import { call, rater } from './calls.ts';

const MODELS: readonly (readonly [string, string])[] = [
  ['openai', 'gpt-5-mini'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['deepseek', 'deepseek-chat'],
  ['gcp.gemini', 'gemini-2.5-flash'],
  ['openrouter', 'google/gemini-2.5-flash'],
];

const meters = ['input', 'cache_read', 'cache_write_5m', 'output', 'reasoning'] as const;
const quantity = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 15n * QUANTITY_ONE }),
  fc.bigInt({ min: 0n, max: 10n ** 7n }).map((whole) => whole * QUANTITY_ONE),
  fc.bigInt({ min: 2n ** 53n - 20n, max: 2n ** 53n + 20n }),
);

const costsOf = (provider: string, model: string, quantities: readonly bigint[]) =>
  rater
    .rate(
      call(provider, model, {
        meters: quantities.map((nano, index) => ({ meter: meters[index] ?? 'output', quantityNano: nano })),
      }),
    )
    .lines.map((line) => line.listCost);

const sum = (costs: readonly bigint[]) => costs.reduce((total, cost) => total + cost, 0n);

test('more of anything never costs less', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...MODELS),
      fc.tuple(quantity, quantity, quantity, quantity, quantity),
      fc.nat(4),
      quantity,
      (model, base, which, more) => {
        const increased = base.map((nano, index) => (index === which ? nano + more : nano));
        assert.ok(sum(costsOf(...model, increased)) >= sum(costsOf(...model, base)));
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

test('each line is the exact product, rounded once; the parts of a quantity differ from it by rounding alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), quantity, quantity, (model, left, right) => {
      // output has no tier of its own here: without input the base price holds for any amount
      const lineOf = (nano: bigint) =>
        rater.rate(call(...model, { meters: [{ meter: 'output', quantityNano: nano }] })).lines[0];
      for (const nano of [left, right]) {
        const line = lineOf(nano);
        if (line === undefined) assert.equal(nano, 0n);
        else
          assert.equal(
            line.listCost,
            costOf(nano, { amount: line.price.listUnitPrice, per: BigInt(line.price.pricingUnitSize) }),
          );
      }
      const apart = (lineOf(left)?.listCost ?? 0n) + (lineOf(right)?.listCost ?? 0n);
      const together = lineOf(left + right)?.listCost ?? 0n;
      assert.ok(apart - together >= -1n && apart - together <= 1n);
    }),
    { numRuns: 1000, seed: 7 },
  );
});

test('whatever a call says, rating answers with a line for each quantity', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('openai', 'gpt-5-mini', 'claude-sonnet-4-5', 'aws.bedrock', '', 'batch'),
  );
  const request = fc.record({
    provider: text,
    requestModel: text,
    responseModel: text,
    operation: text,
    serviceTier: text,
    region: text,
    serverAddress: text,
    role: fc.constant('model_request' as const),
    project: text,
    team: text,
    toolName: text,
    startMs: fc.oneof(fc.integer(), fc.double()),
    meters: fc.array(fc.record({ meter: fc.constantFrom(...meters), quantityNano: fc.bigInt() }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(request, (call) => {
      const { lines } = rater.rate(call);
      const used = call.meters.filter((usage) => usage.quantityNano !== 0n).length;
      assert.ok(lines.length === used || lines.length === used + 1);
      for (const line of lines) {
        assert.equal(typeof line.listCost, 'bigint');
        assert.equal(line.price.reason === '', line.price.status === 'priced');
        assert.equal(line.price.priceId === '', line.price.status === 'unpriced');
      }
    }),
    { numRuns: 2000, seed: 7 },
  );
});
