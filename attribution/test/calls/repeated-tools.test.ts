import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MadeSpan, made, origin, row, rowsOf, spanId, traceOf } from '../support/made-spans.ts';

const tool = (id: number, more: Omit<MadeSpan, 'id'>): MadeSpan => ({
  id,
  role: 'tool_call',
  toolName: 'search',
  scope: 'framework',
  ...more,
});

/** Per repeated tool call: the span that stands for it, and the rule. */
function repeats(spans: readonly MadeSpan[]): Record<number, [kept: number, rule: string]> {
  const ordered = [spans, spans.toReversed()].map((order) => {
    const rows = rowsOf(traceOf(order));
    return Object.fromEntries(
      spans.flatMap(({ id, role }) => {
        const { suppression } = row(rows, id);
        if (role !== 'tool_call' || suppression === undefined) return [];
        return [[id, [Number.parseInt(suppression.keptSpanId, 16), suppression.rule] as [number, string]]];
      }),
    );
  });
  assert.deepEqual(ordered[0], ordered[1], 'the order of arrival decides nothing');
  return ordered[0] ?? {};
}

const NESTED = 'twin.nested_tool_call@1';
const BESIDE = 'twin.same_tool_call@1';

test("a framework's, the MCP client's and the MCP server's span of one call are one, whatever HTTP spans lie between", () => {
  const found = repeats([
    tool(1, { toolCallId: 'call_1' }),
    tool(2, { parent: 1, scope: 'mcp', kind: 3 }),
    { id: 3, parent: 2, role: 'api_call', scope: 'http' },
    { id: 4, parent: 3, role: 'other', scope: 'http' },
    tool(5, { parent: 4, scope: 'mcp', kind: 2, resource: { processKey: 'server' } }),
    { id: 6, parent: 5, tokens: { input: 5 } },
  ]);
  assert.deepEqual(found, { 2: [1, NESTED], 5: [1, NESTED] });
});

test("of the MCP client's and server's span alone the server's is the call, and what the server does lies beneath it", () => {
  const spans = [
    tool(1, { scope: 'mcp', kind: 3 }),
    { id: 2, parent: 1, role: 'api_call' as const, scope: 'http' },
    tool(3, { parent: 2, scope: 'mcp', kind: 2, resource: { processKey: 'server' } }),
    { id: 4, parent: 3, tokens: { input: 5 } },
  ];
  assert.deepEqual(repeats(spans), { 1: [3, NESTED] });
  const rows = rowsOf(traceOf(spans));
  assert.deepEqual(row(rows, 4).lineage.toolCallPath, [spanId(3)]);
  assert.equal(row(rows, 3).totalCost, row(rows, 4).ownCost);
});

test('a call beneath a repeated tool call lies beneath the span that stands for it', () => {
  const spans = [
    tool(1, {}),
    tool(2, { parent: 1, scope: 'mcp' }),
    tool(3, { parent: 2, scope: 'other', toolName: 'fetch' }),
    { id: 4, parent: 3, tokens: { input: 5 } },
  ];
  const { lineage } = row(rowsOf(traceOf(spans)), 4);
  assert.deepEqual(lineage.toolCallPath, [spanId(1), spanId(3)]);
});

test('the name of an MCP server before the name of its tool does not make it another tool', () => {
  assert.deepEqual(repeats([tool(1, { toolName: 'mcp__docs__search' }), tool(2, { parent: 1, scope: 'mcp' })]), {
    2: [1, NESTED],
  });
  assert.deepEqual(repeats([tool(1, { toolName: 'research' }), tool(2, { parent: 1, scope: 'mcp' })]), {});
});

test('a tool that calls itself is two calls: in one instrumentation, and through an agent or a model request', () => {
  assert.deepEqual(repeats([tool(1, {}), tool(2, { parent: 1 })]), {});
  for (const role of ['agent', 'step', 'model_request'] as const) {
    const between: MadeSpan = { id: 2, parent: 1, role, start: 0, end: 900 };
    assert.deepEqual(repeats([tool(1, {}), between, tool(3, { parent: 2, scope: 'mcp' })]), {}, role);
  }
});

test('spans of two instrumentations beside each other are one call, and the one with calls beneath stands for it', () => {
  const spans = [
    { id: 1, role: 'agent' as const },
    tool(2, { parent: 1, start: 100, end: 500 }),
    tool(3, { parent: 1, scope: 'second', start: 110, end: 490 }),
    { id: 4, parent: 3, tokens: { input: 5 }, start: 120, end: 480 },
  ];
  assert.deepEqual(repeats(spans), { 2: [3, BESIDE] });
  const rows = rowsOf(traceOf(spans));
  assert.equal(row(rows, 1).totalToolCalls, 1);
  assert.equal(row(rows, 3).totalCost, row(rows, 4).ownCost);
});

test('spans of three instrumentations beside each other are one call', () => {
  assert.deepEqual(
    repeats([
      tool(1, { start: 100, end: 500 }),
      tool(2, { scope: 'second', start: 100, end: 500 }),
      tool(3, { scope: 'third', start: 100, end: 500 }),
      tool(4, { parent: 2, scope: 'mcp', start: 150, end: 450 }),
    ]),
    { 1: [2, BESIDE], 3: [2, BESIDE], 4: [2, NESTED] },
  );
});

const TWO_CALLS: readonly (readonly [string, Partial<MadeSpan>])[] = [
  ['different ids', { toolCallId: 'call_2' }],
  ['different names', { toolName: 'fetch' }],
  ['one after the other', { start: 600, end: 700 }],
  ['neither inside the other', { start: 300, end: 900 }],
  ['different processes', { resource: { processKey: 'elsewhere' } }],
  ['one instrumentation', { scope: 'framework' }],
];

for (const [name, second] of TWO_CALLS) {
  test(`tool calls beside each other, ${name}: two calls`, () => {
    const first = tool(1, { toolCallId: 'call_1', start: 100, end: 500 });
    assert.deepEqual(repeats([first, tool(2, { scope: 'second', start: 110, end: 490, ...second })]), {});
  });
}

test('parallel calls of one tool, each seen by two instrumentations, stay as many as they are', () => {
  const spans = [0, 1, 2].flatMap((n) => [
    tool(10 + n, { start: 100 + n, end: 500 + n }),
    tool(20 + n, { scope: 'second', start: 100 + n, end: 500 + n }),
  ]);
  assert.equal(Object.keys(repeats(spans)).length, 3);
});

test('a late child decides again which of two spans stands for the call, as if it had always been there', () => {
  const trace = traceOf([tool(1, { start: 0, end: 500 }), tool(2, { scope: 'second', start: 0, end: 500 })]);
  assert.equal(row(rowsOf(trace), 2).suppression?.rule, BESIDE);
  trace.add(made({ id: 3, parent: 2, tokens: { input: 5 }, start: 10, end: 400 }), origin(9));
  const rows = rowsOf(trace);
  assert.equal(row(rows, 2).suppression, undefined);
  assert.equal(row(rows, 1).suppression?.keptSpanId, spanId(2));
});

test('50,000 tool calls inside one another, of two instrumentations with agents between, take linear time', () => {
  const spans = Array.from({ length: 50_000 }, (_, index) => {
    const id = index + 1;
    const place = id === 1 ? {} : { parent: id - 1 };
    return id % 2 === 0
      ? made({ id, ...place, role: 'agent' })
      : made(tool(id, { ...place, scope: id % 4 === 1 ? 'one' : 'two' }));
  });
  const began = performance.now();
  const rows = rowsOf(traceOf(spans));
  assert.equal([...rows.values()].filter(({ suppression }) => suppression !== undefined).length, 0);
  assert.ok(performance.now() - began < 20_000);
});
