import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitWord, WordBook } from '../../src/ledger/word-book.ts';

const field = fc.string().filter((text) => !text.includes('\x1f'));

test('fields go into a word and come back, and the same fields are the same word', () => {
  const book = new WordBook();
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field, field), { maxLength: 20 }), (words) => {
      for (const fields of words) assert.deepEqual(splitWord(book.word(...fields)), fields);
      for (const fields of words.toReversed()) assert.equal(book.word(...fields), fields.join('\x1f'));
    }),
  );
});

test('more words than are remembered are all right', () => {
  const book = new WordBook();
  for (let round = 0; round < 2; round += 1) {
    for (let number = 0; number < 11_000; number += 1) assert.equal(book.word('a', `${number}`), `a\x1f${number}`);
  }
});

test('a separator within a field does not shift the fields after it', () => {
  assert.deepEqual(splitWord(new WordBook().word('a\x1fb', 'c')), ['a b', 'c']);
});
