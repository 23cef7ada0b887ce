import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METERS, type Meter } from '@spanledger/schemas';
import { createListIndex } from '../../src/rating/list-index.ts';
import type { BookModel, PriceList } from '../../src/rating/price-book.ts';
import { priceRows } from '../../src/rating/price-rows.ts';
import { createRater } from '../../src/rating/rater.ts';
import { book, call, tokens } from './calls.ts';
import { namesOf } from './model-names.ts';

const MODELS_OF_THE_SOURCE = 2330;
const DAY_MS = 86_400_000;
const NEVER_ENDING_TIERS = 1_000_000;

test('every model of the book is found by one of its own names', () => {
  const lost = book.lists.flatMap((list) => {
    const index = createListIndex(list);
    return list.models.filter((model) => !nameFor(index, model)).map((model) => `${list.id}/${model.id}`);
  });
  assert.deepEqual(lost, []);
  assert.equal(book.lists.flatMap((list) => list.models).length, MODELS_OF_THE_SOURCE);
});

test('every price of the book is charged by some call', () => {
  const rater = createRater(book, { maxPreparedCalls: 1 });
  const charged = new Set<string>();
  for (const list of book.lists) {
    const index = createListIndex(list);
    for (const model of list.models) {
      const name = nameFor(index, model) ?? '';
      for (const request of callsThatReach(list, model, name))
        for (const line of rater.rate(request).lines) charged.add(line.price.priceId);
    }
  }
  const unreached = [...priceRows(book)].map((row) => row.priceId).filter((id) => !charged.has(id));
  assert.deepEqual(unreached, []);
});

function nameFor(index: ReturnType<typeof createListIndex>, model: BookModel): string | undefined {
  return namesOf(model).find((name) => index.find(name.toLowerCase())?.model === model);
}

/** One call for each meter, row, and side of each tier. */
function* callsThatReach(list: PriceList, model: BookModel, name: string) {
  for (const row of model.rows) {
    const day = row.from === undefined ? Date.parse('2020-01-01') : Date.parse(row.from);
    const times =
      row.window === undefined ? [0, 0.75 * DAY_MS, 0.999 * DAY_MS] : [Date.parse(`1970-01-01T${row.window[0]}Z`)];
    const route = /^route:(.*)$/.exec(row.variant ?? '')?.[1] ?? '';
    const thresholds = Object.values(row.prices).flatMap((price) =>
      typeof price === 'string' ? [] : price.tiers.map((tier) => tier.above + 1),
    );
    for (const timeMs of times)
      for (const input of [1, ...thresholds, NEVER_ENDING_TIERS])
        yield call(list.names[0] ?? '', name, {
          startMs: day + timeMs,
          serviceTier: route === '' ? (row.variant ?? '') : '',
          region: route,
          meters: [...tokens({ input }), ...tokens(oneOfEach())],
        });
  }
}

function oneOfEach(): Partial<Record<Meter, number>> {
  const others = (Object.keys(METERS) as Meter[]).filter((meter) => METERS[meter].category !== 'input');
  const small = others.filter((meter) => METERS[meter].category !== 'cache');
  return Object.fromEntries(
    [...small, 'audio_input', 'image_input', 'video_input', ...cacheMeters()].map((meter) => [meter, 0.0 + 1]),
  );
}

function cacheMeters(): readonly Meter[] {
  return ['cache_read', 'cache_write_5m', 'cache_write_1h', 'audio_cache_read', 'image_cache_read'];
}
