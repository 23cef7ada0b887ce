import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chargedIds,
  type MadeSpan,
  priceOf,
  row,
  rowsOf,
  sighting,
  spanId,
  TRACE,
  totalCost,
  traceOf,
} from '../support/made-spans.ts';

const T = { input: 100, output: 50 };
const framework = (span: MadeSpan): MadeSpan => ({ scope: 'framework', rank: 40, tokens: T, ...span });
const library = (span: MadeSpan): MadeSpan => ({ scope: 'client-library', rank: 30, tokens: T, ...span });
const native = (span: MadeSpan): MadeSpan => ({ scope: 'native-sdk', rank: 20, tokens: T, ...span });

/** Charged spans and what each suppressed one names, the same for both orders of arrival. */
function outcome(spans: readonly MadeSpan[]) {
  const rows = rowsOf(traceOf(spans));
  assert.deepEqual(rowsOf(traceOf([...spans].reverse())), rows, 'the same rows in the other order');
  const suppressed = Object.fromEntries(
    [...rows].flatMap(([id, { suppression }]) =>
      suppression === undefined
        ? []
        : [[Number.parseInt(id, 16), `${suppression.rule} > ${Number.parseInt(suppression.keptSpanId || '0', 16)}`]],
    ),
  );
  return { rows, charged: chargedIds(rows), suppressed };
}

test("a framework's request around the client library's is one call, charged on the framework's span", () => {
  const { rows, charged, suppressed } = outcome([
    framework({ id: 1, end: 1000 }),
    library({ id: 2, parent: 1, start: 10, end: 990 }),
  ]);
  assert.deepEqual([charged, suppressed], [[1], { 2: 'twin.nested@1 > 1' }]);
  assert.deepEqual(row(rows, 2).suppression, {
    reason: 'duplicate',
    rule: 'twin.nested@1',
    keptTraceId: TRACE,
    keptSpanId: spanId(1),
  });
});

test('three instrumentations around one call are one call', () => {
  const spans = [framework({ id: 1 }), library({ id: 2, parent: 1 }), native({ id: 3, parent: 2 })];
  assert.deepEqual(outcome(spans).charged, [1]);
});

test('a step or another span between two requests does not part them; an agent or a tool call does', () => {
  const between = (role: 'step' | 'other' | 'agent' | 'tool_call') =>
    outcome([framework({ id: 1 }), { id: 2, parent: 1, role, toolName: 'x' }, framework({ id: 3, parent: 2 })]).charged;
  assert.deepEqual([between('step'), between('other')], [[1], [1]]);
  assert.deepEqual(
    [between('agent'), between('tool_call')],
    [
      [1, 3],
      [1, 3],
    ],
  );
});

test('siblings of two instrumentations with one response id are one call', () => {
  const call = { responseId: 'resp_1' };
  const { charged, suppressed } = outcome([framework({ id: 1, call }), native({ id: 2, start: 5, end: 990, call })]);
  assert.deepEqual([charged, suppressed], [[1], { 2: 'twin.response_id@1 > 1' }]);
});

test('siblings of two instrumentations without ids, with equal usage, one in the time of the other, are one call', () => {
  const { charged, suppressed } = outcome([framework({ id: 1 }), native({ id: 2, start: 5, end: 990 })]);
  assert.deepEqual([charged, suppressed], [[1], { 2: 'twin.same_usage@1 > 1' }]);
});

test('two parallel identical calls seen by two instrumentations stay two calls', () => {
  const spans = [
    framework({ id: 1 }),
    framework({ id: 2 }),
    native({ id: 3, start: 5, end: 990 }),
    native({ id: 4, start: 5, end: 990 }),
  ];
  const { rows, charged } = outcome(spans);
  assert.deepEqual(charged, [1, 2]);
  assert.equal(totalCost(rows), 2n * priceOf(T));
});

test('ten parallel identical calls seen by three instrumentations stay ten calls', () => {
  const spans = Array.from({ length: 10 }, (_, index) => [
    framework({ id: 100 + index, start: index, end: 1000 + index }),
    library({ id: 200 + index, start: index + 20, end: 980 + index }),
    native({ id: 300 + index, start: index + 40, end: 960 + index }),
  ]).flat();
  assert.equal(outcome(spans).charged.length, 10);
});

test('2,000 calls whose ids repeat after 999 are 2,000 calls', () => {
  const spans = Array.from({ length: 2000 }, (_, index) =>
    library({
      id: index + 1,
      start: index * 10,
      end: index * 10 + 500,
      call: { responseId: `chatcmpl-${index % 999}` },
    }),
  );
  assert.equal(outcome(spans).charged.length, 2000);
});

test('2,000 calls seen by two instrumentations whose ids repeat after 999 are 2,000 calls', () => {
  const spans = Array.from({ length: 2000 }, (_, index) => {
    const span = { start: index * 10, end: index * 10 + 9, call: { responseId: `chatcmpl-${index % 999}` } };
    return [framework({ id: 2 * index + 1, ...span }), native({ id: 2 * index + 2, ...span })];
  }).flat();
  assert.equal(outcome(spans).charged.length, 2000);
});

test('a request that states the sum of the requests beneath it is no call of its own', () => {
  const { charged, suppressed } = outcome([
    framework({ id: 1, tokens: { input: 30, output: 7 } }),
    library({ id: 2, parent: 1, start: 1, end: 400, tokens: { input: 10, output: 3 } }),
    library({ id: 3, parent: 1, start: 500, end: 900, tokens: { input: 20, output: 4 } }),
  ]);
  assert.deepEqual([charged, suppressed], [[2, 3], { 1: 'twin.sum_of_calls@1 > 2' }]);
});

test('a request without usage around several that state it wraps them', () => {
  const spans = [
    { id: 1, scope: 'framework', rank: 40 },
    library({ id: 2, parent: 1, start: 1, end: 400 }),
    library({ id: 3, parent: 1, start: 500, end: 900, tokens: { input: 1 } }),
  ];
  const { charged, suppressed } = outcome(spans);
  assert.deepEqual([charged, suppressed], [[2, 3], { 1: 'twin.wrapper_of_calls@1 > 2' }]);
});

test('a request around several others is no call of its own, also where their sum is not what it states', () => {
  const spans = [
    framework({ id: 1, tokens: { input: 31, output: 7 } }),
    library({ id: 2, parent: 1, start: 1, end: 400, tokens: { input: 10, output: 3 } }),
    library({ id: 3, parent: 1, start: 500, end: 900, tokens: { input: 20, output: 4 } }),
  ];
  const { charged, suppressed } = outcome(spans);
  assert.deepEqual([charged, suppressed], [[2, 3], { 1: 'twin.wrapper_of_calls@1 > 2' }]);
});

test('a request of the same instrumentation around one with less usage is a sum of which only one call came', () => {
  const inner = library({ id: 2, parent: 1, start: 1, end: 400, tokens: { input: 10, output: 3 } });
  const sum = library({ id: 1, tokens: { input: 30, output: 7 } });
  assert.deepEqual(outcome([sum, inner]).charged, [2]);
  const other = library({ id: 1, tokens: { input: 9, output: 7 } });
  assert.deepEqual(outcome([other, inner]).charged, [1, 2]);
  const named = (id: number, span: MadeSpan) => ({ ...span, call: { responseId: `r${id}` } });
  assert.deepEqual(outcome([named(1, sum), named(2, inner)]).charged, [1, 2]);
});

test('a request of another model beneath a request is a call of its own', () => {
  const other = { requestModel: 'text-embedding-3-small', responseModel: '' };
  assert.deepEqual(outcome([framework({ id: 1 }), library({ id: 2, parent: 1, call: other })]).charged, [1, 2]);
});

test('a request whose gateway names another provider is one call, also where both run the same instrumentation', () => {
  const claude = { requestModel: 'claude-sonnet-4-5', responseModel: '' };
  const client = library({ id: 1, call: { ...claude, provider: 'openai' } });
  const gateway = library({
    id: 3,
    parent: 2,
    start: 100,
    end: 900,
    call: { ...claude, provider: 'anthropic' },
    resource: { processKey: 'gateway' },
  });
  const { charged, suppressed } = outcome([client, { id: 2, parent: 1, role: 'other', scope: 'fastapi' }, gateway]);
  assert.deepEqual([charged, suppressed], [[1], { 3: 'twin.nested@1 > 1' }]);
});

test('a failed first try beneath a request stays a call without usage, and the second is the twin', () => {
  const { charged, suppressed } = outcome([
    framework({ id: 1 }),
    { id: 2, parent: 1, status: 2, start: 1, end: 100 },
    library({ id: 3, parent: 1, start: 200, end: 900 }),
  ]);
  assert.deepEqual([charged, suppressed], [[1, 2], { 3: 'twin.nested@1 > 1' }]);
});

test('a failed request around the one try that failed is one call; around several, the last of them', () => {
  const failed = (span: MadeSpan): MadeSpan => ({ ...span, status: 2 });
  const outer = failed({ id: 1, scope: 'framework', rank: 40 });
  const [first, second] = [failed({ id: 2, parent: 1, end: 100 }), failed({ id: 3, parent: 1, start: 200, end: 900 })];
  assert.deepEqual(outcome([outer, first]).charged, [1]);
  assert.deepEqual(outcome([outer, first, second]).suppressed, { 3: 'twin.nested@1 > 1' });
});

test('of two equal calls beneath a request the earlier is its twin, in whatever order they came', () => {
  const { charged, suppressed } = outcome([
    framework({ id: 1 }),
    library({ id: 3, parent: 1, start: 1, end: 400 }),
    library({ id: 2, parent: 1, start: 500, end: 900 }),
  ]);
  assert.deepEqual([charged, suppressed], [[1, 2], { 3: 'twin.nested@1 > 1' }]);
});

const TRIES: readonly MadeSpan[] = [
  native({ id: 11, parent: 2, start: 10, end: 400, tokens: { input: 10, output: 3 } }),
  native({ id: 12, parent: 2, start: 500, end: 900, tokens: { input: 20, output: 4 } }),
];
const SUM = { input: 30, output: 7 };
const WRAPPERS: readonly (readonly [string, MadeSpan, MadeSpan])[] = [
  ['both state the sum', framework({ id: 1, tokens: SUM }), library({ id: 2, parent: 1, tokens: SUM })],
  ['only the outer states the sum', framework({ id: 1, tokens: SUM }), { id: 2, parent: 1 }],
  [
    'only the inner states the sum',
    { id: 1, scope: 'framework', rank: 40 },
    library({ id: 2, parent: 1, tokens: SUM }),
  ],
  ['neither states usage', { id: 1, scope: 'framework', rank: 40 }, { id: 2, parent: 1 }],
];

for (const [name, outer, inner] of WRAPPERS) {
  test(`a wrapper around a wrapper of two calls (${name}): the two calls are charged, and nothing else`, () => {
    const { rows, charged } = outcome([outer, inner, ...TRIES]);
    assert.deepEqual(charged, [11, 12]);
    assert.equal(totalCost(rows), priceOf({ input: 10, output: 3 }) + priceOf({ input: 20, output: 4 }));
  });
}

test('a remote agent is charged where no model request lies beneath it', () => {
  const agent: MadeSpan = { id: 1, role: 'agent', remoteAgent: true, tokens: T };
  assert.deepEqual(outcome([agent]).charged, [1]);
  assert.deepEqual(outcome([agent, { id: 2, parent: 1, role: 'tool_call', toolName: 'x' }]).charged, [1]);
});

test('a remote agent with model requests anywhere beneath it is not charged, and names the first of them', () => {
  const { charged, suppressed } = outcome([
    { id: 1, role: 'agent', remoteAgent: true, tokens: T },
    { id: 2, parent: 1, role: 'tool_call', toolName: 'x' },
    library({ id: 4, parent: 2, start: 10, end: 20 }),
    library({ id: 3, parent: 2, start: 500, end: 600 }),
  ]);
  assert.deepEqual([charged, suppressed], [[3, 4], { 1: 'twin.sum_of_calls@1 > 4' }]);
});

test('an assumed request around the same call seen further in is that call', () => {
  const call = { responseId: 'msg_1' };
  const { charged, suppressed } = outcome([
    { id: 1, scope: 'framework', rank: 40, remoteAgent: true, tokens: T, call },
    library({ id: 2, parent: 1, call }),
  ]);
  assert.deepEqual([charged, suppressed], [[1], { 2: 'twin.nested@1 > 1' }]);
});

test('an agent that repeats the usage of its calls is suppressed as an aggregate that names one of them', () => {
  const { rows, charged, suppressed } = outcome([
    { id: 1, role: 'agent', aggregate: T },
    library({ id: 3, parent: 1 }),
    library({ id: 2, parent: 1, start: 2000, end: 2500 }),
  ]);
  assert.deepEqual([charged, suppressed], [[2, 3], { 1: 'test.agent > 2' }]);
  assert.equal(row(rows, 1).suppression?.reason, 'aggregate');
});

test('an API call is never a twin of a model request', () => {
  const api: MadeSpan = { id: 2, parent: 1, role: 'api_call', call: { usage: { status: 'none', reason: 'no price' } } };
  assert.deepEqual(outcome([library({ id: 1 }), api]).suppressed, {});
});

test('a twin in another trace that ranks higher takes the charge away, one that ranks lower does not', () => {
  const spans = [library({ id: 1, call: { responseId: 'r' } })];
  const withTwin = (twin: MadeSpan) => {
    const trace = traceOf(spans);
    const node = trace.nodes.get(spanId(1));
    assert.ok(node !== undefined);
    node.twins = [{ sighting: sighting(twin), rule: 'twin.response_id@1' }];
    return rowsOf(trace);
  };
  const higher = withTwin(framework({ id: 7, trace: 2 }));
  assert.deepEqual(row(higher, 1).suppression, {
    reason: 'duplicate',
    rule: 'twin.response_id@1',
    keptTraceId: sighting({ id: 7, trace: 2 }).traceId,
    keptSpanId: spanId(7),
  });
  assert.deepEqual(chargedIds(withTwin(native({ id: 7, trace: 2 }))), [1]);
});

test('a suppressed span names the same rule whichever of two notices came first', () => {
  const twins = [
    { sighting: sighting(framework({ id: 7, trace: 2 })), rule: 'twin.same_usage@1' as const },
    { sighting: sighting(framework({ id: 8, trace: 3, scope: 'gateway' })), rule: 'twin.response_id@1' as const },
  ];
  const ruleOf = (order: typeof twins) => {
    const trace = traceOf([library({ id: 1 })]);
    const node = trace.nodes.get(spanId(1));
    assert.ok(node !== undefined);
    node.twins = order;
    return row(rowsOf(trace), 1).suppression;
  };
  assert.deepEqual(ruleOf(twins), ruleOf([...twins].reverse()));
  assert.equal(ruleOf(twins)?.rule, 'twin.same_usage@1');
});
