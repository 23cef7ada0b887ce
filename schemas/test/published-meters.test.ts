import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { METERS } from '../src/index.ts';

const VIEWS = readFileSync(join(import.meta.dirname, '../clickhouse/0003_published_tables.sql'), 'utf8');
const CATEGORY_COLUMNS = { tool: 'tool_cost', api: 'api_cost', compute: 'compute_cost' } as const;

test("every published consumed_unit is the meter's unit", () => {
  const lists = [...VIEWS.matchAll(/transform\(toString\(meter\), \[(.*?)\], \[(.*?)\], 'token'\)/g)];
  assert.ok(lists.length >= 2);
  for (const [, meters = '', units = ''] of lists) {
    const published = new Map(words(meters).map((meter, index) => [meter, words(units)[index]]));
    for (const [meter, { unit }] of Object.entries(METERS)) assert.equal(published.get(meter) ?? 'token', unit, meter);
  }
});

test('every meter belongs to exactly one cost column of session_costs', () => {
  const columns = [...VIEWS.matchAll(/sum\(((?:costs\[indexOf\(meters, '\w+'\)\](?: \+ )?)+)\) AS (\w+)/g)];
  const columnOf = new Map<string, string>();
  for (const [, sum = '', column = ''] of columns) {
    for (const [, meter = ''] of sum.matchAll(/'(\w+)'/g)) {
      assert.equal(columnOf.get(meter), undefined, `${meter} stands in two columns`);
      columnOf.set(meter, column);
    }
  }
  assert.deepEqual([...columnOf.keys()].sort(), Object.keys(METERS).sort());
  for (const [meter, { category }] of Object.entries(METERS)) {
    const expected = CATEGORY_COLUMNS[category as keyof typeof CATEGORY_COLUMNS];
    if (expected !== undefined) assert.equal(columnOf.get(meter), expected, meter);
  }
});

function words(list: string): string[] {
  return list.split(', ').map((word) => word.replaceAll("'", ''));
}
