import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { carriesCharge, sameCall, TWIN_RULES } from '../../src/calls/same-call.ts';
import { RANK } from '../../src/dialects/rank.ts';
import { type MadeSpan, sighting } from '../support/made-spans.ts';

const FRAMEWORK: MadeSpan = {
  id: 1,
  scope: 'framework',
  rank: 40,
  start: 0,
  end: 1000,
  tokens: { input: 10, output: 5 },
};
const LIBRARY: MadeSpan = { ...FRAMEWORK, id: 2, scope: 'client-library', rank: 30, start: 100, end: 900 };
const WITH_ID = { responseId: 'resp_1' };

function rule(a: Partial<MadeSpan>, b: Partial<MadeSpan>): string | undefined {
  const [one, other] = [sighting({ ...FRAMEWORK, ...a }), sighting({ ...LIBRARY, ...b })];
  assert.equal(sameCall(one, other), sameCall(other, one), 'whichever is asked first');
  return sameCall(one, other);
}

test('one response id, overlapping times, agreeing model and usage: one call', () => {
  assert.equal(rule({ call: WITH_ID }, { call: WITH_ID }), TWIN_RULES.responseId);
});

test('with one response id the usage may differ on one side, as a placeholder of a stream does, but not on both', () => {
  const other = (tokens: Record<string, number>) => rule({ call: WITH_ID }, { call: WITH_ID, tokens });
  assert.equal(other({ input: 10, output: 6 }), TWIN_RULES.responseId);
  assert.equal(other({ input: 11, output: 5 }), TWIN_RULES.responseId);
  assert.equal(other({ input: 11, output: 6 }), undefined);
});

test('a split of the same input and output into other meters is the same usage', () => {
  assert.equal(rule({}, { tokens: { input: 4, cache_read: 6, output: 2, reasoning: 3 } }), TWIN_RULES.sameUsage);
});

test('a span that is silent about the cache states what its twin states beside cached tokens', () => {
  const usage = (assumed: string, cached: bigint): Partial<MadeSpan> => ({
    call: {
      usage: {
        ...{ status: 'stated', assumed, source: '' },
        meters: [
          { meter: 'input', quantityNano: 30n },
          ...(cached === 0n ? [] : [{ meter: 'cache_read' as const, quantityNano: cached }]),
          { meter: 'output', quantityNano: 120n },
        ],
      },
    },
  });
  assert.equal(rule(usage('', 2000n), usage('cached tokens are not stated', 0n)), TWIN_RULES.sameUsage);
  assert.equal(rule(usage('', 2000n), usage('', 0n)), undefined);
});

test("of a stream that was closed early the SDK's own span states no output, another a placeholder", () => {
  const native = { rank: RANK.nativeSdk, tokens: { input: 10, output: 0 } };
  const tokens = (output: number) => ({ tokens: { input: 10, output } });
  assert.equal(rule(tokens(3), native), TWIN_RULES.sameUsage);
  assert.equal(rule(tokens(120), native), undefined);
});

test('two spans without a common id are one call when usage is equal, one lies in the other, and the process is the same', () => {
  assert.equal(rule({}, {}), TWIN_RULES.sameUsage);
  assert.equal(rule({ call: WITH_ID }, {}), TWIN_RULES.sameUsage);
});

const REFUSED: readonly (readonly [string, Partial<MadeSpan>, Partial<MadeSpan>])[] = [
  ['one instrumentation', { call: WITH_ID }, { call: WITH_ID, scope: 'framework' }],
  ['other models', { call: WITH_ID }, { call: { ...WITH_ID, requestModel: 'gpt-5', responseModel: 'gpt-5' } }],
  [
    'other providers and other usage',
    { call: WITH_ID },
    { call: { ...WITH_ID, provider: 'anthropic' }, tokens: { input: 10, output: 6 } },
  ],
  ['no id and other providers', {}, { call: { provider: 'anthropic' } }],
  ['other response ids', { call: WITH_ID }, { call: { responseId: 'resp_2' } }],
  ['no overlap in time', { call: WITH_ID }, { call: WITH_ID, start: 1006, end: 2000 }],
  ['no id and other usage', {}, { tokens: { input: 10, output: 6 } }],
  ['no id and no usage on one side', {}, { call: { usage: { status: 'none', reason: 'streamed' } } }],
  ['no id and neither within the other', {}, { start: 500, end: 1500 }],
  ['no id and another process', {}, { resource: { processKey: 'process-2' } }],
  ['no id and no process known', { resource: { processKey: '' } }, { resource: { processKey: '' } }],
];

for (const [name, a, b] of REFUSED) {
  test(`${name}: two calls`, () => {
    assert.equal(rule(a, b), undefined);
  });
}

test('clocks that tick in milliseconds: 5 ms of difference are tolerated, 6 are not', () => {
  assert.equal(rule({ call: WITH_ID }, { call: WITH_ID, start: 1005, end: 2000 }), TWIN_RULES.responseId);
  assert.equal(rule({}, { start: -5, end: 1005 }), TWIN_RULES.sameUsage);
  assert.equal(rule({ end: 800 }, { start: -5, end: 806 }), TWIN_RULES.sameUsage);
  assert.equal(rule({}, { start: -6, end: 1000 }), TWIN_RULES.sameUsage);
  assert.equal(rule({}, { start: -6, end: 994 }), undefined);
});

const UUID_ID = { responseId: 'chatcmpl-2f0c9a5be1d24cf6' };
const ELSEWHERE = { scope: 'framework', resource: { processKey: 'gateway' } };

test("a client's and its gateway's span of one instrumentation are one call by an id that no counter makes", () => {
  assert.equal(rule({ call: UUID_ID }, { call: UUID_ID, ...ELSEWHERE }), TWIN_RULES.responseId);
  assert.equal(rule({ call: WITH_ID }, { call: WITH_ID, ...ELSEWHERE }), undefined);
  assert.equal(rule({ call: UUID_ID }, { call: UUID_ID, scope: 'framework' }), undefined, 'in one process');
  assert.equal(rule({ call: UUID_ID }, { call: UUID_ID, ...ELSEWHERE, tokens: { input: 9, output: 5 } }), undefined);
  assert.equal(rule({ call: UUID_ID }, { call: UUID_ID, ...ELSEWHERE, start: 500, end: 1500 }), undefined);
});

test('a client library names the format it speaks; the span of the gateway behind it may name who answers', () => {
  const anthropic = { provider: 'anthropic', ...WITH_ID };
  assert.equal(rule({ call: WITH_ID }, { call: anthropic }), TWIN_RULES.responseId);
});

test('an emitter that adds the placeholder of a stream to its output tells of the same call, without a common id too', () => {
  const counting = (output: number, rank: number) => rule({ tokens: { input: 10, output } }, { rank });
  assert.equal(counting(8, 15), TWIN_RULES.sameUsage);
  assert.equal(counting(21, 15), TWIN_RULES.sameUsage);
  assert.equal(counting(22, 15), undefined);
  assert.equal(counting(8, 30), undefined);
});

const MODELS: readonly (readonly [string, string, boolean])[] = [
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic/claude-sonnet-4-5', true],
  ['gpt-4o', 'gpt-4o-2024-08-06', true],
  ['models/gemini-2.5-pro', 'gemini-2.5-pro', true],
  ['claude-3-5-haiku-latest', 'claude-3-5-haiku@20241022', true],
  ['', 'gpt-4o', true],
  ['gpt-4o', 'claude-opus-4-1', false],
  ['gpt-4.1', 'gpt-4o', false],
];

for (const [one, other, same] of MODELS) {
  test(`models "${one}" and "${other}" are ${same ? '' : 'not '}compatible`, () => {
    const call = (requestModel: string) => ({ ...WITH_ID, requestModel, responseModel: '' });
    assert.equal(rule({ call: call(one) }, { call: call(other) }) !== undefined, same);
  });
}

const PROVIDERS: readonly (readonly [string, string, boolean])[] = [
  ['gcp.gemini', 'gcp.vertex_ai', true],
  ['', 'openai', true],
  ['openai', 'anthropic', false],
  ['gcp.gemini', 'aws.bedrock', false],
  ['gcp.gemini', 'gcpx', false],
  ['gcp.gemini', 'gc', false],
];

for (const [one, other, same] of PROVIDERS) {
  test(`providers "${one}" and "${other}" are ${same ? '' : 'not '}compatible`, () => {
    assert.equal(rule({ call: { provider: one } }, { call: { provider: other } }) !== undefined, same);
  });
}

const anySighting = fc
  .record({
    id: fc.integer({ min: 1, max: 5 }),
    trace: fc.integer({ min: 1, max: 3 }),
    rank: fc.constantFrom(0, 10, 15, 20, 30, 40),
    scope: fc.constantFrom('a', 'b', 'c'),
    start: fc.integer({ min: 0, max: 20 }),
    end: fc.integer({ min: 20, max: 40 }),
    provider: fc.constantFrom('', 'openai', 'gcp.gemini', 'gcp.vertex_ai', 'gcp', 'gc'),
    responseId: fc.constantFrom('', 'x', 'y'),
    tokens: fc.constantFrom({ input: 1, output: 2 }, { input: 1, output: 3 }, { input: 2, output: 3 }),
  })
  .map(({ provider, responseId, ...span }) => sighting({ ...span, call: { provider, responseId } }));

test('whether two spans tell of one call does not depend on which of them is asked', () => {
  fc.assert(
    fc.property(anySighting, anySighting, (a, b) => {
      assert.equal(sameCall(a, b), sameCall(b, a));
    }),
    { numRuns: 1000 },
  );
});

test('who carries the charge is a total order: one of two wins whatever the order, and winners of winners win', () => {
  const position = ({ rank, traceId, spanId }: ReturnType<typeof sighting>) => `${rank} ${traceId} ${spanId}`;
  fc.assert(
    fc.property(anySighting, anySighting, anySighting, (a, b, c) => {
      assert.equal(position(carriesCharge(a, b)), position(carriesCharge(b, a)));
      const leftToRight = carriesCharge(carriesCharge(a, b), c);
      assert.equal(position(leftToRight), position(carriesCharge(a, carriesCharge(b, c))));
      assert.equal(position(leftToRight), position(carriesCharge(carriesCharge(c, a), b)));
      if (carriesCharge(a, b) === a && carriesCharge(b, c) === b)
        assert.equal(position(carriesCharge(a, c)), position(a));
    }),
    { numRuns: 1000 },
  );
});

test('rank decides before trace id, and trace id before span id', () => {
  const carrier = (a: MadeSpan, b: MadeSpan) => carriesCharge(sighting(a), sighting(b)).spanId.at(-1);
  assert.equal(carrier({ id: 1, trace: 1, rank: 30 }, { id: 2, trace: 2, rank: 40 }), '2');
  assert.equal(carrier({ id: 2, trace: 1, rank: 30 }, { id: 1, trace: 2, rank: 30 }), '2');
  assert.equal(carrier({ id: 2, trace: 1, rank: 30 }, { id: 1, trace: 1, rank: 30 }), '1');
});

describe('a log event and a span', () => {
  const EVENT: Partial<MadeSpan> = { scope: 'cli.events#log', start: 300, end: 1000 };
  const inSession = (sessionId: string): Partial<MadeSpan> => ({ own: { sessionId } });

  test('are one call when they end together in one process, session or trace, though neither lies within the other', () => {
    const shifted = { ...EVENT, start: 300, end: 1900 };
    assert.equal(rule({}, shifted), TWIN_RULES.sameUsage);
    const elsewhere = { ...shifted, resource: { processKey: 'process-2' } };
    assert.equal(rule(inSession('s1'), { ...elsewhere, ...inSession('s1') }), TWIN_RULES.sameUsage);
  });

  test('are two calls of two sessions, whatever their ids', () => {
    const [span, event] = [
      { call: UUID_ID, ...inSession('s1') },
      { ...EVENT, call: UUID_ID },
    ];
    assert.equal(rule(span, { ...event, ...inSession('s1') }), TWIN_RULES.responseId);
    assert.equal(rule(span, event), TWIN_RULES.responseId, 'one that names no session');
    assert.equal(rule(span, { ...event, ...inSession('s2') }), undefined);
  });

  test('are two calls when they end more than a second apart, or do not overlap', () => {
    assert.equal(rule({}, { ...EVENT, end: 2000 }), TWIN_RULES.sameUsage);
    assert.equal(rule({}, { ...EVENT, end: 2001 }), undefined);
    assert.equal(rule({}, { ...EVENT, start: 1006, end: 1100 }), undefined);
  });

  test('are two calls when usage differs, or nothing shows that they come from one place', () => {
    assert.equal(rule({}, { ...EVENT, tokens: { input: 10, output: 6 } }), undefined);
    assert.equal(rule({}, { ...EVENT, trace: 2, resource: { processKey: 'process-2' } }), undefined);
  });
});
