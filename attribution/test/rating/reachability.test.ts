import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METERS, type Meter } from '@spanledger/schemas';
import { createListIndex } from '../../src/rating/list-index.ts';
import type { BookModel, BookRow, PriceList, PriceRule } from '../../src/rating/price-book.ts';
import { priceRows } from '../../src/rating/price-rows.ts';
import { rulesAbout } from '../../src/rating/price-rules.ts';
import { createRater } from '../../src/rating/rater.ts';
import { book, call, tokens } from './calls.ts';
import { namesOf } from './model-names.ts';

const MODELS_OF_THE_SOURCE = 2330;
const DAY_MS = 86_400_000;
/** Before all dates of the book. */
const UNDATED_MS = Date.parse('2020-01-01');
/** Windows of some models hold on working days of late only. */
const WORKDAY_MS = Date.parse('2026-11-20');
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

/** One call for each meter, row, and side of each tier, in each region and tier that a rule asks for. */
function* callsThatReach(list: PriceList, model: BookModel, name: string) {
  const rules = rulesAbout(book.rules ?? [], list, model);
  const regions = new Set([
    '',
    ...rules.flatMap((rule) => (rule.region === undefined ? [] : sampleRegion(rule.region))),
  ]);
  const tiers = new Set(['', ...rules.flatMap((rule) => rule.tier ?? [])]);
  const besides = rules.some((rule) => rule.beside !== undefined) ? [{}, { web_search: 0, web_fetch: 0 }] : [{}];
  for (const row of model.rows) {
    const route = /^route:(.*)$/.exec(row.variant ?? '')?.[1];
    const tiersOfRow = row.variant === undefined ? tiers : [route === undefined ? row.variant : ''];
    for (const startMs of timesOf(row, model, rules))
      for (const region of route === undefined ? regions : [route])
        for (const serviceTier of tiersOfRow)
          for (const input of [1, ...thresholdsOf(row), NEVER_ENDING_TIERS])
            for (const beside of besides) {
              const meters = [...tokens({ input }), ...tokens({ ...oneOfEach(), ...beside })];
              const used = meters.filter((usage) => usage.quantityNano > 0n);
              yield call(list.names[0] ?? '', name, { startMs, serviceTier, region, meters: used });
            }
  }
}

function timesOf(row: BookRow, model: BookModel, rules: readonly PriceRule[]): readonly number[] {
  const firstMs = row.from === undefined ? UNDATED_MS : Date.parse(row.from);
  const ruleDays = rules.flatMap((rule) => (rule.from === undefined ? [] : [Date.parse(rule.from)]));
  const laterDays = row.window === undefined ? ruleDays : [...ruleDays, WORKDAY_MS];
  const days = [firstMs, ...laterDays.filter((day) => day > firstMs)];
  const outside = model.rows.some((other) => other.window !== undefined) ? [0, 0.75 * DAY_MS, 0.999 * DAY_MS] : [0];
  const timesOfDay = row.window === undefined ? outside : [Date.parse(`1970-01-01T${row.window[0]}Z`)];
  return days.flatMap((day) => timesOfDay.map((time) => day + time));
}

function thresholdsOf(row: BookRow): readonly number[] {
  return Object.values(row.prices).flatMap((price) =>
    typeof price === 'string' ? [] : price.tiers.map((tier) => tier.above + 1),
  );
}

/** A region that fits a rule's expression, of those that spans name. */
function sampleRegion(expression: string): readonly string[] {
  return ['us', 'eu', 'us-east5', 'global', ''].filter((region) => new RegExp(`^(?:${expression})$`).test(region));
}

function oneOfEach(): Partial<Record<Meter, number>> {
  const others = (Object.keys(METERS) as Meter[]).filter((meter) => METERS[meter].category !== 'input');
  const small = others.filter((meter) => METERS[meter].category !== 'cache');
  return Object.fromEntries(
    [...small, 'audio_input', 'image_input', 'video_input', ...cacheMeters()].map((meter) => [meter, 0.0 + 1]),
  );
}

function cacheMeters(): readonly Meter[] {
  return [
    ...([
      'cache_read',
      'cache_write',
      'cache_write_5m',
      'cache_write_30m',
      'cache_write_1h',
      'cache_write_12h',
    ] as const),
    ...(['audio_cache_read', 'image_cache_read'] as const),
  ];
}
