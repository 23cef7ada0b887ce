import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRater } from '../../src/rating/rater.ts';
import { book, call, firstLine, tokens } from './calls.ts';

const priceAt = (provider: string, model: string, instant: string, serviceTier = '') => {
  const line = firstLine(
    call(provider, model, { startMs: Date.parse(instant), serviceTier, meters: tokens({ input: 300_000 }) }),
  );
  return [line.price.priceId, line.price.status, line.price.reason].filter((part) => part !== '').join(' | ');
};

test('a price changes with the first moment of its UTC day', () => {
  const model = 'anthropic/claude-sonnet-4-6';
  assert.equal(priceAt('anthropic', 'claude-sonnet-4-6', '2026-03-12T23:59:59.999Z'), `${model}/input>200000 | priced`);
  assert.equal(priceAt('anthropic', 'claude-sonnet-4-6', '2026-03-13T00:00:00Z'), `${model}/input@2026-03-13 | priced`);
});

test('a price that begins next month is not charged before', () => {
  assert.equal(priceAt('gcp.gemini', 'gemini-4-argon', '2026-11-30T23:59:59Z'), 'google/gemini-4-argon/input | priced');
  assert.equal(
    priceAt('gcp.gemini', 'gemini-4-argon', '2026-12-01T00:00:00Z'),
    'google/gemini-4-argon/input@2026-12-01 | priced',
  );
});

test('the oldest row of a model has always been valid, as far as the book knows', () => {
  assert.equal(
    priceAt('anthropic', 'claude-sonnet-4-6', '2020-01-01T00:00:00Z'),
    'anthropic/claude-sonnet-4-6/input>200000 | priced',
  );
});

test('DeepSeek’s daytime price holds from its first minute to the moment before its last', () => {
  const plain = 'deepseek/deepseek-chat/input | priced';
  const daytime = 'deepseek/deepseek-chat/input~00:30-16:30 | priced';
  assert.equal(priceAt('deepseek', 'deepseek-chat', '2026-11-20T00:29:59.999Z'), plain);
  assert.equal(priceAt('deepseek', 'deepseek-chat', '2026-11-20T00:30:00Z'), daytime);
  assert.equal(priceAt('deepseek', 'deepseek-chat', '2026-11-20T16:29:59.999Z'), daytime);
  assert.equal(priceAt('deepseek', 'deepseek-chat', '2026-11-20T16:30:00Z'), plain);
});

test('windows of the day go before dates', () => {
  const model = 'deepseek/deepseek-v4-pro/input';
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-20T00:59:59Z'), `${model}@2026-08-17 | priced`);
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-20T01:00:00Z'), `${model}~01:00-04:00 | priced`);
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-20T09:59:59Z'), `${model}~06:00-10:00 | priced`);
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-08-16T23:59:59Z'), `${model} | priced`);
});

test('DeepSeek’s weekends have no dear hours, by Beijing’s clock', () => {
  const model = 'deepseek/deepseek-v4-pro/input';
  const cheap = `${model}@2026-08-17 | priced`;
  const dear = `${model}~01:00-04:00 | priced`;
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-20T01:00:00Z'), dear, 'Friday');
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-21T01:00:00Z'), cheap, 'Saturday');
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-22T03:59:59Z'), cheap, 'Sunday');
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-11-23T01:00:00Z'), dear, 'Monday');
  // the Saturday before weekends became cheap
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-08-22T01:00:00Z'), dear);
});

test('DeepSeek’s V4 models had no dear hours before 2026-08-17, its older ones have theirs at weekends too', () => {
  const model = 'deepseek/deepseek-v4-pro/input';
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-08-16T01:00:00Z'), `${model} | priced`);
  assert.equal(priceAt('deepseek', 'deepseek-v4-pro', '2026-08-17T01:00:00Z'), `${model}~01:00-04:00 | priced`);
  assert.equal(
    priceAt('deepseek', 'deepseek-chat', '2026-11-21T01:00:00Z'),
    'deepseek/deepseek-chat/input~00:30-16:30 | priced',
  );
});

test('a window that ends before it starts goes over midnight', () => {
  const night = { window: ['22:00', '02:00'] as const, prices: { input: '1' } };
  const models = [{ id: 'm', match: [], rows: [{ prices: { input: '2' } }, night] }];
  const list = { id: 'test', names: ['test'], hosts: '$^', sources: [], models };
  const rater = createRater({ ...book, lists: [list] });
  const unitPriceAt = (time: string) =>
    rater.rate(call('test', 'm', { startMs: Date.parse(`2026-11-20T${time}Z`) })).lines[0]?.price.listUnitPrice;
  const [cheap, dear] = [1_000_000_000_000n, 2_000_000_000_000n];
  assert.deepEqual(['21:59:59.999', '22:00:00', '00:00:00', '01:59:59.999', '02:00:00'].map(unitPriceAt), [
    dear,
    cheap,
    cheap,
    cheap,
    dear,
  ]);
});

test('a tier’s price is dated too; before it, the plain price is assumed', () => {
  assert.equal(
    priceAt('openai', 'gpt-5-mini', '2026-10-11T23:59:59Z', 'flex'),
    'openai/gpt-5-mini/input | assumed | unknown_tier: flex',
  );
  assert.equal(
    priceAt('openai', 'gpt-5-mini', '2026-10-12T00:00:00Z', 'flex'),
    'openai/gpt-5-mini/input@2026-10-12+flex | priced',
  );
  assert.equal(
    priceAt('gcp.gemini', 'gemini-4-argon', '2026-12-01T00:00:00Z', 'batch'),
    'google/gemini-4-argon/input@2026-12-01+batch | priced',
  );
});
