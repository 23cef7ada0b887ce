import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parsePythonLiteral } from '../../src/dialects/python-literal.ts';

describe('what Python prints', () => {
  test('dicts, lists, tuples, words, numbers and objects are read', () => {
    const text = `{'a': 1, "b": None, 'c': [True, False,], 'd': (1.5, -2), 'e': Details(cached_tokens=3, x=None), 'f': 'it\\'s'}`;
    assert.deepEqual(parsePythonLiteral(text), {
      ...{ a: 1, b: null, c: [true, false], d: [1.5, -2] },
      ...{ e: { cached_tokens: 3, x: null }, f: "it's" },
    });
  });

  test('JSON is read too', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.integer(), fc.boolean())), (value) => {
        assert.deepEqual(parsePythonLiteral(JSON.stringify(value)), { ...value });
      }),
    );
  });

  test('anything else is none: code, halves, depths and lengths beyond the bounds', () => {
    const texts = [
      ...['', 'None None', "{'a': __import__('os')", "{'a': x}", "{'a': 1 + 1}", "{'a'", "'open", '{1: 2}', '['],
      ...['[', '('].map((bracket) => bracket.repeat(50_000)),
      `'${'x'.repeat(70_000)}'`,
    ];
    for (const text of texts) assert.equal(parsePythonLiteral(text), undefined, text.slice(0, 20));
  });

  test('whatever the text, it ends and throws nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`{}[]()'",:=\\aN1.e `) }), (text) => {
        parsePythonLiteral(text);
      }),
    );
  });

  test('a name of an object cannot reach the prototype', () => {
    const parsed = parsePythonLiteral("{'__proto__': {'polluted': 1}}") as Record<string, unknown>;
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.equal(parsed['polluted'], undefined);
  });
});
