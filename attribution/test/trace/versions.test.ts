import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newerVersion } from '../../src/trace/versions.ts';
import { type MadeSpan, made, traceOf } from '../support/made-spans.ts';

const BASE: MadeSpan = { id: 1, start: 100, end: 200, tokens: { input: 10 }, size: 500 };

test('the same span again is no newer version, whether one object or two', () => {
  const span = made(BASE);
  assert.equal(newerVersion(span, span), false);
  assert.equal(newerVersion(made(BASE), made(BASE)), false);
});

const RULES: readonly (readonly [name: string, better: Partial<MadeSpan>, worse: Partial<MadeSpan>])[] = [
  ['states usage', { end: 150 }, { call: { usage: { status: 'none', reason: 'streamed' } }, end: 900 }],
  ['ends later', { end: 201 }, { tokens: { input: 1000 } }],
  ['states the larger usage', { tokens: { input: 11 } }, { size: 9000 }],
  ['is the larger span', { size: 501 }, { start: 50 }],
  ['starts earlier', { start: 99 }, {}],
];

for (const [name, better, worse] of RULES) {
  test(`of two versions the one that ${name} stays, whichever came first`, () => {
    const [good, bad] = [made({ ...BASE, ...better }), made({ ...BASE, ...worse })];
    assert.equal(newerVersion(good, bad), true);
    assert.equal(newerVersion(bad, good), false);
  });
}

const anyVersion: fc.Arbitrary<MadeSpan> = fc.record({
  id: fc.constant(1),
  parent: fc.constantFrom(2, 3),
  name: fc.constantFrom('a', 'b'),
  start: fc.constantFrom(90, 100),
  end: fc.constantFrom(200, 201),
  size: fc.constantFrom(500, 501),
  status: fc.constantFrom(0, 2),
  scope: fc.constantFrom('one', 'two'),
  tokens: fc.constantFrom({ input: 10 }, { output: 10 }, { input: 11 }),
  own: fc.constantFrom({}, { team: 'search' }, { team: 'chat' }),
});

test('exactly one of two different versions is the newer one', () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, (a, b) => {
      const [one, other] = [made(a), made(b)];
      const differ = JSON.stringify(a) !== JSON.stringify(b);
      assert.equal(Number(newerVersion(one, other)) + Number(newerVersion(other, one)), differ ? 1 : 0);
    }),
    { numRuns: 300 },
  );
});

test('any order of delivery of the versions of one span ends with the same version', () => {
  fc.assert(
    fc.property(fc.array(anyVersion, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (versions, keys) => {
      const shuffled = versions.map((version) => ({ version, key: keys.next().value })).sort((a, b) => a.key - b.key);
      const [first] = traceOf(versions).nodes.values();
      const [second] = traceOf(shuffled.map(({ version }) => version)).nodes.values();
      assert.deepEqual(first?.span, second?.span);
    }),
    { numRuns: 150 },
  );
});
