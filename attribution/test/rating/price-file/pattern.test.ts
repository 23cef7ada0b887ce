import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPattern, patternsOverlap } from '../../../src/rating/price-file/pattern.ts';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });

test('a pattern matches what the same regular expression matches', () => {
  fc.assert(
    fc.property(glob, name, (pattern, text) => {
      assert.equal(createPattern(pattern).matches(text), new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('two patterns overlap exactly when some name matches both', () => {
  const names: string[] = [''];
  for (let index = 0; (names[index] as string).length < 8; index += 1)
    names.push(`${names[index]}a`, `${names[index]}b`);
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 }),
      (a, b) => {
        const [one, other] = [createPattern(a), createPattern(b)];
        const meet = names.some((text) => one.matches(text) && other.matches(text));
        assert.equal(patternsOverlap(one, other), meet, `${a} and ${b}`);
      },
    ),
    { numRuns: 500 },
  );
});

test('a hostile name costs little', () => {
  const pattern = createPattern(`${'*a'.repeat(50)}b`);
  assert.equal(pattern.matches('a'.repeat(5_000)), false);
});
