import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classified } from '../support/classified.ts';

const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.output_tokens': 5 };
const KEY = 'gen_ai.usage.input_tokens';

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ['-1', -1, /is -1, negative/],
  ['the smallest int64', -(2n ** 63n), /negative/],
  ['2^63-1', 2n ** 63n - 1n, /above 10\^15/],
  ['10^15+1', 10n ** 15n + 1n, /above 10\^15/],
  ['NaN', { double: Number.NaN }, /NaN, not a number/],
  ['Infinity', { double: Number.POSITIVE_INFINITY }, /above 10\^15/],
  ['-Infinity', { double: Number.NEGATIVE_INFINITY }, /negative/],
  ['a fraction', 1.5, /is 1.5, not a whole number/],
  ['a text', 'many', /"many", not a number/],
  ['a negative text', '-7', /negative/],
  ['an empty text', '', /not a number/],
  ['a hexadecimal text', '0x10', /not a number/],
  ['SQL', "1'; DROP TABLE charges; --", /not a number/],
  ['a boolean', true, /boolean, not a number/],
  ['a list', [1, 2], /list, not a number/],
  ['an object', { a: 1 }, /object, not a number/],
];
const ACCEPTED: readonly (readonly [string, unknown, bigint])[] = [
  ['an integer', 7, 7n],
  ['10^15', 10n ** 15n, 10n ** 15n],
  ['a whole double', { double: 7 }, 7n],
  ['a numeric text', '1200', 1200n],
  ['a whole decimal text', '7.0', 7n],
  ['an exponent', '1e3', 1000n],
];

describe('a quantity that cannot be', () => {
  for (const [name, value, reason] of REFUSED) {
    test(`${name} makes no usage, and the reason names key and value`, () => {
      const usage = classified({ attributes: { ...CHAT, [KEY]: value } }).call?.usage;
      assert.ok(usage?.status === 'none');
      assert.match(usage.reason, /^unusable_quantity: gen_ai\.usage\.input_tokens /);
      assert.match(usage.reason, reason);
      assert.ok(usage.reason.length < 200);
    });
  }

  test('an aggregate with one is empty', () => {
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', [KEY]: -1, 'gen_ai.usage.output_tokens': 3 };
    assert.deepEqual(classified({ kind: 1, attributes }).aggregate, []);
  });

  test('in raw JSON is refused alike', () => {
    const output = { id: 'x', model: 'm', usage: { prompt_tokens: -3, completion_tokens: 2 } };
    const attributes = { 'openinference.span.kind': 'LLM', 'output.value': JSON.stringify(output) };
    const usage = classified({ attributes }).call?.usage;
    assert.deepEqual(usage, { status: 'none', reason: 'unusable_quantity: usage.prompt_tokens is -3, negative' });
  });
});

describe('a quantity in an unusual form', () => {
  for (const [name, value, quantity] of ACCEPTED) {
    test(`${name} is read`, () => {
      const usage = classified({ attributes: { ...CHAT, [KEY]: value } }).call?.usage;
      assert.ok(usage?.status === 'stated');
      assert.deepEqual(usage.meters[0], { meter: 'input', quantityNano: quantity * 1_000_000_000n });
    });
  }

  test('a value of null is as if it were not there', () => {
    const usage = classified({ attributes: { ...CHAT, [KEY]: undefined } }).call?.usage;
    assert.ok(usage?.status === 'stated');
    assert.deepEqual(
      usage.meters.map(({ meter }) => meter),
      ['output'],
    );
  });
});
