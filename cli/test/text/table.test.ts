import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, shorten } from '../../src/text/printable.ts';
import { renderRecords, renderTable } from '../../src/text/table.ts';

test('columns are as wide as their widest cell, numbers stand at the right, long cells are cut with a mark', () => {
  const columns = [{ title: 'name', maxWidth: 6 }, { title: 'cost', align: 'right' as const }, { title: '' }];
  const rows = [
    ['a', '1', ''],
    ['longer name', '1,000', 'x'],
  ];
  assert.equal(renderTable(columns, rows), 'name     cost\na           1\nlonge…  1,000  x\n');
});

test('a row too wide for a table is a block of lines', () => {
  assert.equal(
    renderRecords(
      ['a', 'long'],
      [
        ['1', '2'],
        ['3', ''],
      ],
    ),
    'row 1\na     1\nlong  2\n\nrow 2\na     3\nlong\n',
  );
});

test('names cannot move the cursor, colour the terminal, break lines or turn the writing', () => {
  assert.equal(printable('a\u001b[31mb\r\nc\u202ed\te\u0007'), 'a\\u001b[31mb\\u000d\\nc\\u202ed e\\u0007');
  assert.equal(renderTable([{ title: 't' }], [['x\ny']]), 't\nx\\ny\n');
  assert.equal(printable('Grüße 模型 ✓'), 'Grüße 模型 ✓');
});

test('cutting counts characters, not halves of them', () => {
  assert.equal(shorten('😀😀😀', 2), '😀…');
  assert.equal(shorten('abc', 3), 'abc');
});
