import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import fc from 'fast-check';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import type { RowState } from '../../src/ledger/row-state.ts';
import type { Trace } from '../../src/trace/trace.ts';
import {
  chargedIds,
  EPOCH_MS,
  type MadeSpan,
  made,
  origin,
  priceOf,
  RESOLVE,
  resolveAndWrite,
  row,
  rowsOf,
  sighting,
  spanId,
  totalCost,
  traceOf,
} from '../support/made-spans.ts';
import { anyTree, emit } from '../support/random-trees.ts';

/** Ids of spans whose rows change when `spans` arrive in a trace that is written. */
function rewritten(trace: Trace, spans: readonly MadeSpan[]): number[] {
  for (const span of spans) trace.add(made(span), origin(99));
  return resolveAndWrite(trace)
    .changed.map((node) => Number.parseInt(node.span.identity.spanId, 16))
    .sort((a, b) => a - b);
}

/** Cost, model calls and tool calls charged at a span and beneath it, counted by walking down. */
function sumsBeneath(
  trace: Trace,
  rows: ReadonlyMap<string, RowState>,
  id: string,
): [cost: bigint, calls: number, tools: number] {
  const node = trace.nodes.get(id);
  const state = rows.get(id);
  assert.ok(node !== undefined && state !== undefined);
  let [cost, calls, tools] = [state.ownCost, state.rated === undefined ? 0 : 1, 0];
  for (const child of node.children) {
    const childId = child.span.identity.spanId;
    const [c, m, t] = sumsBeneath(trace, rows, childId);
    const isTool = child.span.classification.role === 'tool_call' && rows.get(childId)?.suppression === undefined;
    [cost, calls, tools] = [cost + c, calls + m, tools + t + (isTool ? 1 : 0)];
  }
  return [cost, calls, tools];
}

test('random agent runs: each call is charged once, and tools and agents hold the sum of what lies beneath', () => {
  fc.assert(
    fc.property(anyTree, (items) => {
      const truth = emit(items);
      const trace = traceOf(truth.spans);
      const rows = rowsOf(trace);
      assert.equal(totalCost(rows), truth.cost);
      assert.equal(chargedIds(rows).length, truth.callCount);
      for (const [id, state] of rows) {
        const { role } = trace.nodes.get(id)?.span.classification ?? {};
        const sums = role === 'agent' || role === 'tool_call' ? sumsBeneath(trace, rows, id) : undefined;
        if (sums !== undefined) assert.deepEqual([state.totalCost, state.totalModelCalls, state.totalToolCalls], sums);
        else assert.equal(state.totalCost, state.ownCost);
        if (state.rated !== undefined) assert.equal(state.suppression, undefined);
      }
      assert.equal(row(rows, 1).totalCost, truth.cost);
      assert.equal(row(rows, 1).totalToolCalls, truth.toolCallCount);
    }),
    { numRuns: 150 },
  );
});

const delivery = fc.record({
  keys: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  /** The chance that a span comes twice, and that a batch ends after it. */
  twice: fc.constantFrom(0, 0.3),
  cut: fc.constantFrom(0, 0.2, 1),
});

test('random agent runs: any order, repetition and cutting into batches ends with the same rows', () => {
  fc.assert(
    fc.property(anyTree, delivery, (items, { keys, twice, cut }) => {
      const { spans } = emit(items);
      const expected = rowsOf(traceOf(spans));
      const random = () => keys.next().value;
      const sent = spans.flatMap((span) => (random() < twice ? [span, span] : [span]));
      const shuffled = sent.map((span) => ({ span, key: random() })).sort((a, b) => a.key - b.key);
      const trace = traceOf([]);
      for (const { span } of shuffled) {
        trace.add(made(span), origin());
        if (random() < cut) resolveAndWrite(trace);
      }
      resolveAndWrite(trace);
      assert.deepEqual(rowsOf(trace), expected);
      assert.deepEqual(resolveTrace(trace, RESOLVE).changed, [], 'what is written is not written again');
    }),
    { numRuns: 150 },
  );
});

test('random agent runs: one call more rewrites its ancestors at most', () => {
  fc.assert(
    fc.property(anyTree, fc.nat(), (items, pick) => {
      const { spans } = emit(items);
      const trace = traceOf(spans);
      resolveAndWrite(trace);
      const parents = spans.filter(({ role }) => role === 'agent' || role === 'step' || role === 'tool_call');
      const parent = parents[pick % parents.length]?.id ?? 1;
      const changed = rewritten(trace, [{ id: 10_000, parent, start: 9e6, end: 9e6 + 1, tokens: { input: 12_345 } }]);
      const ancestors = new Set([10_000]);
      for (let node = trace.nodes.get(spanId(parent)); node !== undefined; node = node.parent) {
        ancestors.add(Number.parseInt(node.span.identity.spanId, 16));
      }
      assert.ok(changed.includes(10_000));
      assert.deepEqual(
        changed.filter((id) => !ancestors.has(id)),
        [],
      );
    }),
    { numRuns: 100 },
  );
});

const RUN: readonly MadeSpan[] = [
  { id: 1, role: 'agent', own: { agentName: 'lead', team: 'search' } },
  { id: 2, parent: 1, role: 'tool_call', toolName: 'research' },
  { id: 3, parent: 2, role: 'agent', own: { agentName: 'sub' } },
  { id: 4, parent: 3, tokens: { input: 1000, output: 10 } },
  { id: 5, parent: 1, start: 2000, end: 2500, tokens: { input: 500 } },
];

test('a sub-agent that runs as a tool is charged to that tool call', () => {
  const rows = rowsOf(traceOf(RUN));
  const [beneath, beside] = [priceOf({ input: 1000, output: 10 }), priceOf({ input: 500 })];
  assert.deepEqual([row(rows, 2).ownCost, row(rows, 2).totalCost], [0n, beneath]);
  assert.deepEqual([row(rows, 2).totalTokens, row(rows, 2).totalModelCalls], [1010, 1]);
  assert.equal(row(rows, 1).totalCost, beneath + beside);
  assert.deepEqual([row(rows, 1).totalModelCalls, row(rows, 1).totalToolCalls], [2, 1]);
});

test('a late parent moves its children to its team, and only them', () => {
  const trace = traceOf(RUN.filter(({ id }) => id !== 3));
  resolveAndWrite(trace);
  assert.equal(trace.nodes.get(spanId(4))?.written?.lineage.team, 'unattributed');
  assert.deepEqual(rewritten(trace, [RUN[2] as MadeSpan]), [1, 2, 3, 4]);
  assert.equal(trace.nodes.get(spanId(4))?.written?.lineage.team, 'search');
  assert.equal(trace.nodes.get(spanId(4))?.written?.lineage.agentName, 'sub');
});

test('a repeated tool call is shown as suppressed, its calls belong to the outer one, and it is counted once', () => {
  const rows = rowsOf(
    traceOf([
      { id: 1, role: 'agent' },
      { id: 2, parent: 1, role: 'tool_call', toolName: 'search', scope: 'framework' },
      { id: 3, parent: 2, role: 'tool_call', toolName: 'search', scope: 'mcp' },
      { id: 4, parent: 3, tokens: { input: 1000 } },
    ]),
  );
  assert.equal(row(rows, 3).suppression?.rule, 'twin.nested_tool_call@1');
  assert.equal(row(rows, 3).suppression?.keptSpanId, spanId(2));
  assert.equal(row(rows, 1).totalToolCalls, 1);
  assert.equal(row(rows, 2).totalCost, priceOf({ input: 1000 }));
  assert.equal(row(rows, 4).lineage.toolCallSpanId, spanId(2));
});

test('a call without usage is a line of its own with the reason and no cost', () => {
  const [line] = row(rowsOf(traceOf([{ id: 1 }])), 1).rated?.lines ?? [];
  assert.deepEqual(
    [line?.meter, line?.price.status, line?.price.reason, line?.listCost],
    ['unknown', 'no_usage', 'the span states no usage', 0n],
  );
});

test('usage of an unknown model is unpriced with a reason, its quantities kept', () => {
  const call = { requestModel: 'no-such-model', responseModel: '' };
  const [line] = row(rowsOf(traceOf([{ id: 1, tokens: { input: 5 }, call }])), 1).rated?.lines ?? [];
  assert.deepEqual([line?.price.status, line?.quantityNano, line?.listCost], ['unpriced', 5_000_000_000n, 0n]);
  assert.notEqual(line?.price.reason, '');
});

test('usage that a rule guessed is charged as assumed, with the reason', () => {
  const usage = {
    status: 'stated',
    meters: [{ meter: 'input', quantityNano: 5_000_000_000n }],
    assumed: 'a guess',
    source: '',
  } as const;
  const [line] = row(rowsOf(traceOf([{ id: 1, call: { usage } }])), 1).rated?.lines ?? [];
  assert.deepEqual(
    [line?.price.status, line?.price.reason, line?.listCost],
    ['assumed', 'a guess', priceOf({ input: 5 })],
  );
});

test('an agent that states usage without any call beneath it is suppressed and names no span', () => {
  const { suppression } = row(rowsOf(traceOf([{ id: 1, role: 'agent', aggregate: { input: 5 } }])), 1);
  assert.deepEqual([suppression?.reason, suppression?.keptTraceId, suppression?.keptSpanId], ['aggregate', '', '']);
});

test('a newer price book never re-prices what is written, and a call that becomes known is rated by it', () => {
  const trace = traceOf(RUN);
  resolveAndWrite(trace);
  const doubled = {
    ...RESOLVE.rater,
    priceBookVersion: 'newer',
    rate: (request: Parameters<typeof RESOLVE.rater.rate>[0]) => {
      const rated = RESOLVE.rater.rate(request);
      return {
        ...rated,
        lines: rated.lines.map((line) => ({ ...line, contractedCost: (line.contractedCost * 2n) as Picodollars })),
      };
    },
  };
  trace.add(made({ id: 6, parent: 3, start: 3000, end: 3001, tokens: { input: 100 } }), origin(9));
  const { changed } = resolveTrace(trace, { ...RESOLVE, rater: doubled, rulesVersion: 2 });
  assert.deepEqual(changed.map((node) => node.span.identity.spanId).sort(), [1, 2, 3, 6].map(spanId));
  const [old, fresh] = [4, 6].map((id) => trace.nodes.get(spanId(id))?.resolved);
  assert.deepEqual([old?.ownCost, old?.rulesVersion], [priceOf({ input: 1000, output: 10 }), 1]);
  assert.deepEqual(
    [fresh?.ownCost, fresh?.priceBookVersion, fresh?.rulesVersion],
    [2n * priceOf({ input: 100 }), 'newer', 2],
  );
});

test('tokens without a price that change beneath a tool call rewrite its row too', () => {
  const unpriced = { requestModel: 'no-such-model', responseModel: '' };
  const call: MadeSpan = { id: 2, parent: 1, tokens: { input: 5 }, call: unpriced };
  const trace = traceOf([{ id: 1, role: 'tool_call', toolName: 'x' }, call]);
  resolveAndWrite(trace);
  assert.deepEqual(rewritten(trace, [{ ...call, tokens: { input: 7 } }]), [1, 2]);
  assert.equal(trace.nodes.get(spanId(1))?.written?.totalTokens, 7);
});

test('a call that is sent again with another start takes the price of that start', () => {
  const night = Date.parse('2026-11-20T00:10:00Z') - EPOCH_MS;
  const day = Date.parse('2026-11-20T01:00:00Z') - EPOCH_MS;
  const deepseek = { provider: 'deepseek', requestModel: 'deepseek-chat', responseModel: '' };
  const call = (start: number, end: number): MadeSpan => ({ id: 1, tokens: { input: 5 }, call: deepseek, start, end });
  const trace = traceOf([call(night, day + 10)]);
  resolveAndWrite(trace);
  const priceId = () => row(rowsOf(trace), 1).rated?.lines[0]?.price.priceId;
  assert.equal(priceId(), 'deepseek/deepseek-chat/input');
  const { node } = trace.add(made(call(day, day + 20)), origin(2));
  // The worker deletes the row of the earlier start.
  node.written = undefined;
  assert.equal(priceId(), 'deepseek/deepseek-chat/input~00:30-16:30');
});

test('a guess about the usage and a guess about the price are both told', () => {
  const usage = { ...sightingUsage(), assumed: 'counted by the emitter' };
  const rows = rowsOf(
    traceOf([{ id: 1, call: { requestModel: 'gpt-4o-mini', responseModel: '', provider: '', usage } }]),
  );
  assert.equal(row(rows, 1).rated?.lines[0]?.price.reason, 'provider_from_model: openai; counted by the emitter');
});

function sightingUsage() {
  const usage = sighting({ id: 9, tokens: { input: 5 } }).call.usage;
  assert.ok(usage.status === 'stated');
  return usage;
}
