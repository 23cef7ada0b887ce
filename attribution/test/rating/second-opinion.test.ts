import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meter } from '@spanledger/schemas';
import fc from 'fast-check';
import { agree, bothOpinions, KNOWN_MODELS, type KnownModel, type Quantities } from './second-opinion.ts';
import { DIFFERENCES, type Difference } from './second-opinion-differences.ts';

const MODELS_OF_THE_PACKAGE = 1500;
const RUNS = 4000;
const AFTER_THE_PACKAGE = '2026-11-20T12:00:00Z';
const TIMES = ['2025-06-15T12:00:00Z', '2026-09-20T03:00:00Z', AFTER_THE_PACKAGE];

/** One meter at a time, so that a difference says where it lies. */
const PROBES: Readonly<Record<string, Quantities>> = {
  input: { input: 1000 },
  output: { output: 1000 },
  cacheRead: { cache_read: 1000 },
  cacheWrite: { cache_write_5m: 1000 },
  longWrite: { cache_write_1h: 1000 },
  longContext: { input: 1_000_000 },
  reasoning: { reasoning: 1000 },
  audio: { audio_input: 1000, audio_output: 1000 },
  image: { image_input: 1000, image_output: 1000 },
  search: { web_search: 1000, input: 1 },
};

test('where npm’s genai-prices differs from the book, the table says why, and only there', () => {
  const found = new Map<string, Difference>();
  for (const known of KNOWN_MODELS) {
    const difference = differenceOf(known);
    if (difference !== undefined) found.set(nameOf(known), difference);
  }
  assert.ok(KNOWN_MODELS.length >= MODELS_OF_THE_PACKAGE, `${KNOWN_MODELS.length} models`);
  assert.deepEqual(new Map([...found].sort()), new Map([...listed()].sort()));
});

test('everywhere else both give the same price for any usage at any time, to the precision of floats', () => {
  const differing = new Map(listed());
  const agreed = KNOWN_MODELS.filter((known) => !differing.has(nameOf(known)));
  let compared = 0;
  fc.assert(
    fc.property(fc.constantFrom(...agreed), usage, instant, (known, quantities, at) => {
      const opinions = bothOpinions(known, quantities, at);
      if (opinions === undefined) return;
      assert.ok(agree(opinions), `${nameOf(known)}: ours ${opinions.ours}, theirs ${opinions.theirs}`);
      compared += 1;
    }),
    { numRuns: RUNS, seed: 20261124 },
  );
  assert.ok(compared > RUNS * 0.95, `only ${compared} of ${RUNS} could be compared`);
});

const METERS: readonly Meter[] = [
  ...(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'] as const),
  ...(['audio_input', 'audio_cache_read', 'audio_output', 'web_search'] as const),
];
const quantity = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2_000_000 }));
const usage = fc
  .uniqueArray(fc.constantFrom(...METERS), { minLength: 1, maxLength: 6 })
  .chain((meters) => fc.tuple(...meters.map((meter) => quantity.map((count) => [meter, count] as const))))
  .map((entries): Quantities => Object.fromEntries(entries));
const instant = fc
  .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-02-01') })
  .map((timeMs) => new Date(timeMs));

function differenceOf(known: KnownModel): Difference | undefined {
  const probes = new Set<string>();
  const times = new Set<string>();
  let isOtherModel = false;
  for (const time of TIMES) {
    for (const [name, quantities] of Object.entries(PROBES)) {
      const opinions = bothOpinions(known, quantities, new Date(time));
      if (opinions === undefined || agree(opinions)) continue;
      probes.add(name);
      times.add(time);
      isOtherModel ||= !opinions.sameModel;
    }
  }
  if (probes.size === 0) return undefined;
  if (isOtherModel) return 'other model';
  const [only] = probes.size === 1 ? probes : [];
  if (only === 'longWrite' || only === 'longContext' || only === 'search' || only === 'cacheRead') return only;
  return times.size === 1 && times.has(AFTER_THE_PACKAGE) ? 'since' : 'corrected';
}

function listed(): readonly (readonly [string, Difference])[] {
  return Object.entries(DIFFERENCES).flatMap(([difference, { models }]) =>
    Object.entries(models).flatMap(([list, names]) =>
      names.split(/\s+/).map((name) => [`${list}/${name}`, difference as Difference] as const),
    ),
  );
}

function nameOf({ list, model }: KnownModel): string {
  return `${list}/${model}`;
}
