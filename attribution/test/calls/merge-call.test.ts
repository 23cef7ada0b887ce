import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import fc from 'fast-check';
import { mergeCall } from '../../src/calls/merge-call.ts';
import { totalsOf } from '../../src/calls/sighting.ts';
import { RANK } from '../../src/dialects/rank.ts';
import type { CallFacts } from '../../src/facts.ts';
import { type MadeSpan, metersOf, sighting, type Tokens } from '../support/made-spans.ts';

const framework: MadeSpan = { id: 1, rank: RANK.framework, scope: 'framework' };
const native: MadeSpan = { id: 2, rank: RANK.nativeSdk, scope: 'native' };
const library: MadeSpan = { id: 3, rank: RANK.clientLibrary, scope: 'library' };
const miscounter: MadeSpan = { id: 4, rank: RANK.belowNativeSdk, scope: 'miscounter' };

function merged(carrier: MadeSpan, ...others: readonly MadeSpan[]): CallFacts {
  return mergeCall(
    sighting(carrier),
    others.map((other) => sighting(other)),
  );
}

function tokens({ usage }: CallFacts): Tokens | undefined {
  if (usage.status === 'none') return undefined;
  return Object.fromEntries(
    usage.meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]),
  );
}

test('numbers come from the span nearest to the wire, whoever carries the charge', () => {
  const [far, near] = [
    { input: 100, output: 51 },
    { input: 100, output: 50 },
  ];
  assert.deepEqual(tokens(merged({ ...framework, tokens: far }, { ...native, tokens: near })), near);
  assert.deepEqual(tokens(merged({ ...framework, tokens: far }, { ...library, tokens: near })), near);
  assert.deepEqual(tokens(merged({ ...library, tokens: far }, { ...native, tokens: near })), near);
});

test('an emitter that is known to miscount is believed last', () => {
  const right = { input: 100, output: 50 };
  assert.deepEqual(
    tokens(merged({ ...framework, tokens: right }, { ...miscounter, tokens: { input: 100, output: 51 } })),
    right,
  );
});

test('a span without usage takes the numbers of the one that has them', () => {
  assert.deepEqual(tokens(merged({ ...framework, tokens: { input: 5 } }, native)), { input: 5 });
  assert.deepEqual(tokens(merged(framework, { ...native, tokens: { input: 5 } })), { input: 5 });
  assert.equal(tokens(merged(framework, native)), undefined);
});

test('output that only one span states is taken over: the other saw the stream being left', () => {
  const [left, whole] = [
    { input: 30, cache_read: 2000 },
    { input: 30, cache_read: 2000, output: 120 },
  ];
  assert.deepEqual(tokens(merged({ ...framework, tokens: whole }, { ...native, tokens: left })), whole);
});

const FINER: readonly (readonly [string, Tokens, Tokens, Tokens])[] = [
  [
    'cache lifetimes',
    { input: 10, cache_write: 90, output: 5 },
    { input: 10, cache_write_1h: 90, output: 5 },
    { input: 10, cache_write_1h: 90, output: 5 },
  ],
  [
    'a cached part',
    { input: 100, output: 5 },
    { input: 40, cache_read: 60, output: 5 },
    { input: 40, cache_read: 60, output: 5 },
  ],
  [
    'reasoning',
    { input: 10, output: 50 },
    { input: 10, output: 20, reasoning: 30 },
    { input: 10, output: 20, reasoning: 30 },
  ],
  [
    'both sides from different spans',
    { input: 10, cache_read: 5, output: 50 },
    { input: 15, output: 20, reasoning: 30 },
    { input: 10, cache_read: 5, output: 20, reasoning: 30 },
  ],
  [
    'a split of another total is not taken',
    { input: 100, output: 5 },
    { input: 40, cache_read: 61, output: 5 },
    { input: 100, output: 5 },
  ],
  [
    'a coarser split is not taken',
    { input: 40, cache_read: 60, output: 5 },
    { input: 100, output: 5 },
    { input: 40, cache_read: 60, output: 5 },
  ],
  [
    'web searches',
    { input: 10, output: 5 },
    { input: 10, output: 5, web_search: 3 },
    { input: 10, output: 5, web_search: 3 },
  ],
  [
    'web searches that both state are not added',
    { input: 10, web_search: 2 },
    { input: 10, web_search: 3 },
    { input: 10, web_search: 2 },
  ],
  [
    'an unknown video split',
    { input: 100, output: 5 },
    { input: 60, video_input: 40, output: 5 },
    { input: 60, video_input: 40, output: 5 },
  ],
];

for (const [name, near, far, expected] of FINER) {
  test(`what only the other span knows: ${name}`, () => {
    assert.deepEqual(tokens(merged({ ...native, tokens: near }, { ...framework, tokens: far })), expected);
    assert.deepEqual(tokens(merged({ ...framework, tokens: far }, { ...native, tokens: near })), expected);
  });
}

/** A call whose usage says where it was read from. */
function readFrom(source: string, span: MadeSpan, used: Tokens): MadeSpan {
  const usage = { status: 'stated', meters: metersOf(used), assumed: '', source } as const;
  return { ...span, call: { ...span.call, usage } };
}

test('the source says which meters came from a twin, and from what the twin read them', () => {
  const far = readFrom('gen_ai.usage.*', framework, { input: 10, cache_write_1h: 90, output: 5, web_search: 1 });
  const near = readFrom('usage JSON', native, { input: 10, cache_write: 90, output: 5 });
  const source = ({ usage }: CallFacts) => (usage.status === 'stated' ? usage.source : undefined);
  assert.equal(source(merged(near, far)), 'usage JSON; cache_write_1h, web_search of twin: gen_ai.usage.*');
  assert.equal(source(merged(far, near)), 'twin: usage JSON; cache_write_1h, web_search of twin: gen_ai.usage.*');
  assert.equal(source(merged(near, readFrom('gen_ai.usage.*', framework, { input: 100, output: 5 }))), 'usage JSON');
  assert.equal(source(merged(framework, near)), 'twin: usage JSON');
  assert.equal(source(merged(near, framework)), 'usage JSON');
});

test('of two splits that tell the same meters apart, the one nearer to the wire stays', () => {
  const [near, far] = [
    { input: 10, cache_write_5m: 90 },
    { input: 10, cache_write_1h: 90 },
  ];
  assert.deepEqual(tokens(merged({ ...framework, tokens: far }, { ...native, tokens: near })), near);
});

test('names are those of the carrier, and what it does not know is taken from the others, nearest to the wire first', () => {
  const call = merged(
    { ...framework, call: { requestModel: 'mine', responseModel: '', responseId: '', serviceTier: '' } },
    {
      ...library,
      call: { requestModel: 'other', responseModel: 'from-library', responseId: 'r-library', region: 'eu' },
    },
    { ...native, call: { responseModel: 'from-native', responseId: '', serviceTier: 'flex' } },
  );
  assert.deepEqual(
    [call.requestModel, call.responseModel, call.responseId, call.serviceTier, call.region],
    ['mine', 'from-native', 'r-library', 'flex', 'eu'],
  );
});

test('a reported cost is taken over where the carrier states none, and never summed', () => {
  const [own, others] = [7n as Picodollars, 9n as Picodollars];
  assert.equal(
    merged({ ...framework, call: { reportedCost: own } }, { ...native, call: { reportedCost: others } }).reportedCost,
    own,
  );
  assert.equal(merged(framework, { ...native, call: { reportedCost: others } }).reportedCost, others);
});

const anyTokens = fc.dictionary(
  fc.constantFrom(
    'input',
    'cache_read',
    'cache_write',
    'cache_write_5m',
    'output',
    'reasoning',
    'video_input',
    'web_search',
  ),
  fc.integer({ min: 1, max: 20 }),
  { minKeys: 1, maxKeys: 5 },
);
const anySpan = fc.record({
  id: fc.integer({ min: 1, max: 100 }),
  rank: fc.constantFrom(...Object.values(RANK)),
  tokens: anyTokens,
});

test('merging never depends on the order in which the spans were found, and never adds tokens to what one span states', () => {
  const spans = fc.uniqueArray(anySpan, { selector: (span) => span.id, minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(spans, ([carrier, ...others]) => {
      assert.ok(carrier !== undefined);
      const call = merged(carrier, ...others);
      assert.deepEqual(merged(carrier, ...[...others].reverse()), call);
      assert.ok(call.usage.status === 'stated');
      const { input, output } = totalsOf(call.usage.meters);
      const stated = [carrier, ...others].map((span) =>
        totalsOf(sighting(span).call.usage.status === 'stated' ? usedMeters(span) : []),
      );
      assert.ok(stated.some((totals) => totals.input === input && totals.output === output));
      assert.equal(new Set(call.usage.meters.map(({ meter }) => meter)).size, call.usage.meters.length);
    }),
    { numRuns: 500 },
  );
});

function usedMeters(span: MadeSpan) {
  const { usage } = sighting(span).call;
  return usage.status === 'stated' ? usage.meters : [];
}

test('an estimate gives way to what another emitter read, also to one further from the wire', () => {
  const guessed: MadeSpan = {
    ...native,
    call: { usage: { ...sightingUsage({ input: 4, output: 6 }), assumed: 'counted by the emitter' } },
  };
  assert.deepEqual(tokens(merged({ ...framework, tokens: { input: 5, output: 7 } }, guessed)), { input: 5, output: 7 });
  assert.deepEqual(tokens(merged(framework, guessed)), { input: 4, output: 6 });
});

test("behind a gateway the price list is that of who answers, not of the format that the client's library speaks", () => {
  const named = (provider: string, serverAddress = '') => ({
    provider,
    serverAddress,
    requestModel: 'claude-sonnet-4-5',
  });
  const client = { ...library, start: 0, end: 900, call: named('openai', 'gateway.internal') };
  const gateway = { ...native, start: 100, end: 800, call: named('anthropic') };
  assert.equal(merged(client, gateway).provider, 'anthropic');
  assert.equal(merged({ ...client, call: named('openai', 'api.openai.com') }, gateway).provider, 'openai');
  assert.equal(merged({ ...client, call: named('openrouter') }, gateway).provider, 'openrouter');
  assert.equal(merged(client, { ...gateway, call: named('azure.ai.openai') }).provider, 'openai');
});

function sightingUsage(counts: Tokens) {
  const { usage } = sighting({ id: 9, tokens: counts }).call;
  if (usage.status === 'none') throw new Error('the span states usage');
  return usage;
}
