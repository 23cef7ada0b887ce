import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUANTITY_ONE } from '@spanledger/schemas';
import fc from 'fast-check';
import { createListIndex } from '../../src/rating/list-index.ts';
import { createRater } from '../../src/rating/rater.ts';
import { book, call } from './calls.ts';
import { namesOf } from './model-names.ts';
import { sourceProviders } from './source-data.ts';
import { COMPARED_METERS, findSourceModel, sourceCosts } from './source-evaluator.ts';

const RUNS = 4000;
/** The source knows none of our rules. */
const rater = createRater({ ...book, rules: [] });

const CONTEXTS: readonly (readonly [tier: string, context: Readonly<Record<string, string>>])[] = [
  ['', {}],
  ['default', { service_tier: 'default' }],
  ['flex', { service_tier: 'flex' }],
  ['priority', { service_tier: 'priority' }],
  ['fast', { service_tier: 'fast', speed: 'fast' }],
  ['batch', { processing: 'batch' }],
];

const targets = book.lists.flatMap((list) =>
  list.models.flatMap((model) => namesOf(model).map((name) => ({ list, name }))),
);

/** Days around which prices change, and any time of them. */
const instant = fc
  .tuple(
    fc.constantFrom('2025-01-15', '2026-03-13', '2026-08-17', '2026-10-14', '2026-10-19', '2026-11-03', '2027-01-01'),
    fc.integer({ min: -86_400, max: 2 * 86_400 }),
  )
  .map(([day, seconds]) => Date.parse(day) + seconds * 1000);

const quantity = fc.oneof(
  fc
    .constantFrom(1n, 100_000n, 128_000n, 128_001n, 200_000n, 200_001n, 272_000n, 272_001n)
    .map((n) => n * QUANTITY_ONE),
  fc.bigInt({ min: 1n, max: 3_000_000n }).map((n) => n * QUANTITY_ONE),
  fc.bigInt({ min: 1n, max: 10n ** 15n }),
);

const usage = fc
  .uniqueArray(fc.constantFrom(...COMPARED_METERS), { minLength: 1, maxLength: 8 })
  .chain((meters) => fc.tuple(...meters.map((meter) => quantity.map((quantityNano) => ({ meter, quantityNano })))));

test('each line costs exactly what the source data says, for any model, usage, time and tier', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...targets),
      usage,
      instant,
      fc.constantFrom(...CONTEXTS),
      (target, meters, at, tier) => {
        const provider = sourceProviders.find((candidate) => candidate.id === target.list.id);
        const model = provider && findSourceModel(provider, target.name);
        if (model === undefined) return;
        const [serviceTier, context] = tier;
        const request = call(target.list.names[0] ?? '', target.name, { meters, startMs: at, serviceTier });
        const { pricedModel, lines } = rater.rate(request);
        assert.equal(pricedModel, model.id);
        const expected = sourceCosts(model, meters, at, context);
        for (const line of lines)
          if (expected.has(line.meter)) assert.equal(line.listCost, expected.get(line.meter), line.meter);
        for (const { meter } of meters) assert.ok(lines.some((line) => line.meter === meter));
        compared += 1;
      },
    ),
    { numRuns: RUNS, seed: 20261123 },
  );
  assert.ok(compared > RUNS * 0.9, `only ${compared} of ${RUNS} could be compared`);
});

test('every name of every model leads to the model that the source’s own order gives', () => {
  for (const provider of sourceProviders) {
    const list = book.lists.find((candidate) => candidate.id === provider.id);
    assert.ok(list !== undefined);
    const index = createListIndex(list);
    for (const name of list.models.flatMap(namesOf)) {
      const expected = findSourceModel(provider, name);
      if (expected !== undefined) assert.equal(index.find(name.toLowerCase())?.model.id, expected.id, name);
    }
  }
});
