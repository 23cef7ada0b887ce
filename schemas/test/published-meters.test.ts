import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { METERS } from '../src/index.ts';

const PUBLISHED = join(import.meta.dirname, '../clickhouse/published');
const VIEWS = readdirSync(PUBLISHED)
  .map((file) => readFileSync(join(PUBLISHED, file), 'utf8'))
  .join('\n');

test("every published consumed_unit is the meter's unit", () => {
  const lists = [...VIEWS.matchAll(/transform\(toString\(meter\), \[(.*?)\], \[(.*?)\], 'token'\)/g)];
  assert.ok(lists.length >= 2);
  for (const [, meters = '', units = ''] of lists) {
    const published = new Map(words(meters).map((meter, index) => [meter, words(units)[index]]));
    for (const [meter, { unit }] of Object.entries(METERS)) assert.equal(published.get(meter) ?? 'token', unit, meter);
  }
});

test('session_costs has a cost column for every category of meters', () => {
  const categories = new Set(Object.values(METERS).map((meter) => meter.category));
  for (const category of categories)
    assert.match(VIEWS, new RegExp(`sum\\(hours\\.${category}_cost\\) AS ${category}_cost`));
});

function words(list: string): string[] {
  return list.split(', ').map((word) => word.replaceAll("'", ''));
}
