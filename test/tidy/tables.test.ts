import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNone, houseFiles } from './house.ts';

const MIGRATIONS = houseFiles(/^schemas\/clickhouse\/[^/]*\.sql$/);
const DEFINITIONS = houseFiles(/^schemas\/clickhouse\/published\/.*\.sql$/);

/** Names that users build on: added to, never renamed. */
const PUBLISHED = [
  'api_calls',
  'charges',
  'dead_letters',
  'prices',
  'session_costs',
  'spans',
  'suppressed_calls',
  'team_costs',
  'token_audit_trail',
  'tool_call_costs',
];

type View = { readonly name: string; readonly columns: readonly string[]; readonly rest: string };

test('migrations are numbered from 1 without a gap', () => {
  const numbers = MIGRATIONS.map(({ path }) => Number(/\/(\d{4})_\w+\.sql$/.exec(path)?.[1]));
  assert.deepEqual(
    numbers,
    Array.from(MIGRATIONS, (_, index) => index + 1),
  );
});

test('the published tables are there, each with a comment', () => {
  const views = publishedViews();
  assert.deepEqual([...new Set(views.map(({ name }) => name))].sort(), PUBLISHED);
  expectNone(views.filter(({ rest }) => !/\nCOMMENT '[^']+(''[^']*)*'\s*$/.test(rest)).map(({ name }) => name));
});

test('each published table is defined in a file of its name', () => {
  const names = DEFINITIONS.map(({ path }) => path.replace(/^.*\/|\.sql$/g, ''));
  assert.deepEqual(names.sort(), PUBLISHED);
  expectNone(
    DEFINITIONS.filter(({ path, text }) => !path.endsWith(`/${/VIEW spanledger\.(\w+)/.exec(text)?.[1]}.sql`)).map(
      ({ path }) => path,
    ),
  );
});

test('every column of the published tables has a comment', () => {
  const silent = publishedViews().flatMap(({ name, columns }) =>
    columns.filter((column) => !/ COMMENT '[^']/.test(column)).map((column) => `${name}: ${column}`),
  );
  expectNone(silent);
});

test('readers see the published tables as their definer does', () => {
  const open = publishedViews().filter(({ rest }) => !/^\s*DEFINER = CURRENT_USER SQL SECURITY DEFINER/.test(rest));
  expectNone(open.map(({ name }) => name));
});

function publishedViews(): View[] {
  const statements = DEFINITIONS.flatMap(({ text }) => text.split(/;\s*$/m));
  return statements.flatMap((statement) => {
    const head = /CREATE OR REPLACE VIEW spanledger\.(\w+)\s*\n\(\n([\s\S]*?)\n\)/.exec(statement);
    if (head === null) return [];
    const columns = (head[2] ?? '').split('\n').map((line) => line.trim());
    return [{ name: head[1] ?? '', columns, rest: statement.slice(head.index + head[0].length) }];
  });
}
