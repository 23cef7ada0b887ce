import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoByName } from '../../src/dialects/memo-by-name.ts';

describe('remembering by name', () => {
  test('a name is computed once', () => {
    let computed = 0;
    const memo = memoByName((name) => `${name}:${++computed}`);
    assert.equal(memo('a'), 'a:1');
    assert.equal(memo('a'), 'a:1');
  });

  test('beyond its bound it forgets, and long names are never kept', () => {
    let computed = 0;
    const memo = memoByName(() => ({ computed: ++computed }));
    const first = memo('first');
    for (let at = 0; at < 1024; at++) memo(`name-${at}`);
    assert.notEqual(memo('first'), first);
    const long = 'x'.repeat(300);
    assert.notEqual(memo(long), memo(long));
  });
});
