import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lineage } from '../../src/lineage/lineage.ts';
import { resolveLineage } from '../../src/lineage/resolve-lineage.ts';
import { type MadeSpan, made, NOBODY, origin, spanId, TRACE, traceOf } from '../support/made-spans.ts';

function lineages(spans: readonly MadeSpan[], keyLineage = NOBODY) {
  const trace = traceOf(spans);
  const { order, pinMismatches } = resolveLineage(trace, keyLineage);
  const of = (id: number): Lineage => {
    const lineage = trace.nodes.get(spanId(id))?.lineage;
    assert.ok(lineage !== undefined);
    return lineage;
  };
  return { of, order: order.map((node) => node.span.identity.spanId), pinMismatches };
}

const EVERYTHING = { sessionId: 's', userId: 'u', team: 't', project: 'p', agentName: 'a', environment: 'e' } as const;

for (const [field, value] of Object.entries(EVERYTHING)) {
  const key = field as keyof typeof EVERYTHING;

  test(`${key}: a span's own statement beats its ancestors', and the nearest ancestor the farther one`, () => {
    const { of } = lineages([
      { id: 1, role: 'other', own: { [key]: 'far' } },
      { id: 2, parent: 1, role: 'other', own: { [key]: 'near' } },
      { id: 3, parent: 2, role: 'other' },
      { id: 4, parent: 3, own: { [key]: value } },
      { id: 5, parent: 3 },
      { id: 6, parent: 1 },
    ]);
    assert.deepEqual([of(4)[key], of(5)[key], of(6)[key]], [value, 'near', 'far']);
  });

  test(`${key}: an ancestor's statement beats the resource's, and the resource's counts where nobody states one`, () => {
    const resource = { lineage: { [key]: 'process' } };
    const { of } = lineages([
      { id: 1, role: 'other', own: { [key]: value }, resource },
      { id: 2, parent: 1, resource },
      { id: 3, resource },
    ]);
    assert.deepEqual([of(2)[key], of(3)[key]], [value, 'process']);
  });
}

test('a child of another process takes its own resource, not the one of its parent', () => {
  const { of } = lineages([
    { id: 1, role: 'other', resource: { serviceName: 'front', lineage: { team: 'front-team', environment: 'prod' } } },
    { id: 2, parent: 1, resource: { serviceName: 'back', lineage: { team: 'back-team' } } },
  ]);
  assert.deepEqual([of(2).team, of(2).serviceName, of(2).environment], ['back-team', 'back', '']);
  assert.deepEqual([of(1).team, of(1).serviceName], ['front-team', 'front']);
});

test('cost that nobody owns belongs to the team unattributed', () => {
  assert.equal(lineages([{ id: 1 }]).of(1).team, 'unattributed');
});

test("an ingest key's team and project win over what spans and resources claim, and each contradiction is counted", () => {
  const spans: MadeSpan[] = [
    { id: 1, own: { team: 'mine', project: 'theirs' } },
    { id: 2, own: { team: 'pinned', project: 'pinned-project' } },
    { id: 3, resource: { lineage: { team: 'mine' } } },
    { id: 4, own: { project: 'theirs' } },
  ];
  const { of, pinMismatches } = lineages(spans, () => ({ team: 'pinned', project: 'pinned-project' }));
  for (const { id } of spans) assert.deepEqual([of(id).team, of(id).project], ['pinned', 'pinned-project']);
  assert.equal(pinMismatches, 2);
});

test('a key that pins only a team leaves the project to the span, and claims without a pin are no mismatch', () => {
  const { of, pinMismatches } = lineages([{ id: 1, own: { team: 'mine', project: 'ours' } }], () => ({
    team: 'pinned',
    project: '',
  }));
  assert.deepEqual([of(1).team, of(1).project, pinMismatches], ['pinned', 'ours', 1]);
  assert.equal(lineages([{ id: 1, own: { team: 'mine' } }]).pinMismatches, 0);
});

test('two spans of one trace that came with different keys belong to the teams of their keys', () => {
  const trace = traceOf([{ id: 1, role: 'other' }]);
  trace.add(made({ id: 2, parent: 1 }), origin(1, 'key-b'));
  resolveLineage(trace, (keyId) => ({ team: keyId === 'key-b' ? 'b' : 'a', project: '' }));
  assert.deepEqual(
    [...trace.nodes.values()].map((node) => node.lineage?.team),
    ['a', 'b'],
  );
});

test('a session or user that only some spans of a trace name is the one of all of it', () => {
  const { of } = lineages([{ id: 1 }, { id: 2, parent: 1, own: { sessionId: 'chat-7', userId: 'ann' } }, { id: 3 }]);
  for (const id of [1, 2, 3]) assert.deepEqual([of(id).sessionId, of(id).userId], ['chat-7', 'ann']);
});

test('where spans name two sessions, those beneath neither are the session of their trace', () => {
  const { of } = lineages([
    { id: 1, role: 'other' },
    { id: 2, parent: 1, own: { sessionId: 'one', userId: 'ann' } },
    { id: 3, parent: 1, own: { sessionId: 'two', userId: 'bob' } },
    { id: 4, parent: 3 },
  ]);
  assert.deepEqual(
    [1, 2, 3, 4].map((id) => of(id).sessionId),
    [TRACE, 'one', 'two', 'two'],
  );
  assert.equal(of(1).userId, '');
});

test('a step is the step of itself and of what lies beneath, up to the next step', () => {
  const { of } = lineages([
    { id: 1, role: 'agent', own: { agentName: 'planner' } },
    { id: 2, parent: 1, role: 'step' },
    { id: 3, parent: 2 },
    { id: 4, parent: 2, role: 'step' },
    { id: 5, parent: 4 },
    { id: 6, parent: 1 },
  ]);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((id) => of(id).stepSpanId),
    ['', spanId(2), spanId(2), spanId(4), spanId(4), ''],
  );
  assert.equal(of(5).agentName, 'planner');
});

test('nested tool calls: the nearest one is the tool call, and the path has all of them, outermost first', () => {
  const { of } = lineages([
    { id: 1, role: 'agent', own: { agentName: 'lead' } },
    { id: 2, parent: 1, role: 'tool_call', toolName: 'research' },
    { id: 3, parent: 2, role: 'agent', own: { agentName: 'researcher' } },
    { id: 4, parent: 3, role: 'tool_call', toolName: 'search' },
    { id: 5, parent: 4 },
    { id: 6, parent: 1 },
  ]);
  assert.deepEqual(of(5).toolCallPath, [spanId(2), spanId(4)]);
  assert.deepEqual([of(5).toolCallSpanId, of(5).toolName, of(5).agentName], [spanId(4), 'search', 'researcher']);
  assert.deepEqual([of(2).toolCallSpanId, of(2).toolCallPath], [spanId(2), [spanId(2)]]);
  assert.deepEqual([of(6).toolCallSpanId, of(6).toolCallPath, of(6).toolName], ['', [], '']);
});

const REPEATED: readonly (readonly [string, Partial<MadeSpan>, Partial<MadeSpan>, boolean])[] = [
  ['equal ids of the call', { toolCallId: 'call_1' }, { toolCallId: 'call_1', toolName: 'other name' }, true],
  ['different ids', { toolCallId: 'call_1' }, { toolCallId: 'call_2', scope: 'mcp' }, false],
  ['equal names from two instrumentations', {}, { scope: 'mcp' }, true],
  ['equal names from one instrumentation: a recursion', {}, {}, false],
  ['an id on one side only, other scope', { toolCallId: 'call_1' }, { scope: 'mcp' }, true],
  ['different names', {}, { toolName: 'other', scope: 'mcp' }, false],
];

for (const [name, outer, inner, repeated] of REPEATED) {
  test(`a tool call directly in a tool call, ${name}: ${repeated ? 'one call' : 'two calls'}`, () => {
    const tool: Omit<MadeSpan, 'id'> = { role: 'tool_call', toolName: 'search', scope: 'framework' };
    const { of } = lineages([
      { id: 1, ...tool, ...outer },
      { id: 2, parent: 1, ...tool, ...inner },
      { id: 3, parent: 2 },
    ]);
    assert.deepEqual(of(3).toolCallPath, repeated ? [spanId(1)] : [spanId(1), spanId(2)]);
  });
}

test('parents stand before their children in the order, and every span stands in it once', () => {
  const { order } = lineages([
    { id: 4, parent: 3 },
    { id: 3, parent: 1 },
    { id: 1 },
    { id: 2, parent: 1 },
    { id: 9, parent: 8 },
  ]);
  assert.equal(new Set(order).size, 5);
  for (const [child, parent] of [
    [4, 3],
    [3, 1],
    [2, 1],
  ] as const) {
    assert.ok(order.indexOf(spanId(parent)) < order.indexOf(spanId(child)));
  }
});

test('a sub-agent keeps its own name and its caller, which two spans of one agent do not confuse', () => {
  const { of } = lineages([
    { id: 1, role: 'agent', own: { agentName: 'planner' } },
    { id: 2, parent: 1, role: 'agent', own: { agentName: 'planner' } },
    { id: 3, parent: 2, role: 'tool_call', toolName: 'research' },
    { id: 4, parent: 3, role: 'agent', own: { agentName: 'researcher' } },
    { id: 5, parent: 4, role: 'agent', own: { agentName: 'researcher' } },
    { id: 6, parent: 5, role: 'agent', own: { agentName: 'reader' } },
  ]);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((id) => `${of(id).callerAgentName} > ${of(id).agentName}`),
    [' > planner', ' > planner', ' > planner', 'planner > researcher', 'planner > researcher', 'researcher > reader'],
  );
});
