import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitStatements } from '../../src/migrations/split-statements.ts';

const CASES: readonly (readonly [what: string, text: string, statements: readonly string[]])[] = [
  ['two statements', 'SELECT 1;\nSELECT 2;\n', ['SELECT 1', 'SELECT 2']],
  ['the last without its semicolon', 'SELECT 1;\nSELECT 2', ['SELECT 1', 'SELECT 2']],
  ['a semicolon in a text', "SELECT ';';\nSELECT 2", ["SELECT ';'", 'SELECT 2']],
  ['escaped quotes', "SELECT 'a\\';', 'b'';';\nSELECT 2", ["SELECT 'a\\';', 'b'';'", 'SELECT 2']],
  ['quoted names', 'SELECT 1 AS `a;`, 2 AS "b;";\nSELECT 2', ['SELECT 1 AS `a;`, 2 AS "b;"', 'SELECT 2']],
  [
    'a semicolon in a comment',
    'SELECT 1 -- one; two\n;\nSELECT /* a; b */ 2',
    ['SELECT 1 -- one; two', 'SELECT /* a; b */ 2'],
  ],
  [
    'an apostrophe in a comment',
    "-- it's\nSELECT 1;\n/* it's */ SELECT 2",
    ["-- it's\nSELECT 1", "/* it's */ SELECT 2"],
  ],
  ['a comment sign in a text', "SELECT '--', '/*';\nSELECT 2", ["SELECT '--', '/*'", 'SELECT 2']],
  ['a heredoc', 'SELECT $x$ ; $x$;\nSELECT 2', ['SELECT $x$ ; $x$', 'SELECT 2']],
  ['comments alone', '-- nothing here;\n/* nor here; */\n;\n', []],
  ['nothing', ' \n;;\n', []],
];

for (const [what, text, statements] of CASES) {
  test(`${what}: cut only where a statement ends`, () => {
    assert.deepEqual(splitStatements(text), statements);
  });
}
