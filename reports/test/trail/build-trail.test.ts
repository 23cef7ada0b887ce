import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Picodollars, parsePicodollars } from '@spanledger/schemas';
import fc from 'fast-check';
import type { TrailEntry, TrailSpan } from '../../src/queries/read-trail.ts';
import { buildTrail } from '../../src/trail/build-trail.ts';
import { shareOf, type TrailNode } from '../../src/trail/trail.ts';

function span(id: string, parent: string, changes: Partial<TrailSpan> = {}): TrailSpan {
  const names = { trace_id: 't', span_id: id, parent_span_id: parent, name: id, kind: 'agent', status: 'unset' };
  const empty = {
    status_message: '',
    tool_name: '',
    agent_name: '',
    provider: '',
    request_model: '',
    response_model: '',
  };
  const rest = {
    server_address: '',
    suppressed_reason: '',
    charge_period_start: '2026-11-23T10:00:00Z',
    duration_ms: 1,
  };
  return { ...names, ...empty, ...rest, ...changes };
}

function charge(id: string, cost: string, status = 'priced'): TrailEntry {
  const names = { tenant: 'default', session_id: 's', trace_id: 't', span_id: id, parent_span_id: '', name: id };
  const lineage = { step_span_id: '', tool_call_span_id: '', tool_name: '', agent_name: '', team: '', provider: '' };
  const figures = {
    model: 'm',
    meter: 'input',
    consumed_quantity: '1',
    pricing_unit: '',
    list_unit_price: '0',
    contracted_unit_price: '0',
    pricing_currency: 'USD',
    exchange_rate: '1',
    billing_currency: 'USD',
    price_id: '',
  };
  const rest = { price_status: status, price_status_reason: '', effective_cost: cost, running_cost: '0' };
  const times = { charge_period_start: '2026-11-23T10:00:00Z', charge_period_end: '2026-11-23T10:00:01Z' };
  return {
    ...names,
    ...lineage,
    ...figures,
    ...rest,
    ...times,
    entry: 'charge',
    kept_trace_id: '',
    kept_span_id: '',
    dialect_rule: '',
  };
}

const shape = (nodes: readonly TrailNode[]): unknown[] =>
  nodes.map((node) => [node.span.span_id, ...shape(node.children)]);

test('children stand beneath their parents, whose total is their own cost and everything beneath', () => {
  const spans = [span('a', ''), span('b', 'a'), span('c', 'b'), span('d', 'a')];
  const trail = buildTrail(spans, [
    charge('c', '0.5'),
    charge('c', '0.25'),
    charge('d', '0.000000000001'),
    charge('a', '1'),
  ]);
  assert.deepEqual(shape(trail.roots), [['a', ['b', ['c']], ['d']]]);
  assert.equal(trail.totalCost, parsePicodollars('1.750000000001'));
  assert.equal(trail.roots[0]?.ownCost, parsePicodollars('1'));
  assert.equal(trail.roots[0]?.children[0]?.totalCost, parsePicodollars('0.75'));
});

test('an other span without lines is left out and its children take its place', () => {
  const spans = [
    span('a', ''),
    span('http', 'a', { kind: 'other' }),
    span('tls', 'http', { kind: 'other' }),
    span('b', 'tls'),
  ];
  const trail = buildTrail(spans, []);
  assert.deepEqual(shape(trail.roots), [['a', ['b']]]);
  assert.equal(trail.hiddenSpanCount, 2);
});

test('an other span with a line is shown', () => {
  const trail = buildTrail([span('x', '', { kind: 'other' })], [charge('x', '0.1')]);
  assert.deepEqual(shape(trail.roots), [['x']]);
});

test('a span whose parent is missing, or lies in a circle of parents, stands at the top', () => {
  const trail = buildTrail(
    [span('a', 'gone'), span('b', 'c'), span('c', 'b'), span('d', 'd'), span('e', 'c')],
    [charge('e', '1')],
  );
  assert.equal(trail.totalCost, parsePicodollars('1'));
  const ids = trail.roots.flatMap(function all(node: TrailNode): string[] {
    return [node.span.span_id, ...node.children.flatMap(all)];
  });
  assert.deepEqual(ids.sort(), ['a', 'b', 'c', 'd', 'e']);
});

test('a line whose span was not read yet is shown and summed', () => {
  const trail = buildTrail([], [charge('late', '0.5')]);
  assert.deepEqual(shape(trail.roots), [['late']]);
  assert.equal(trail.totalCost, parsePicodollars('0.5'));
});

test('calls without a price or usage are counted all the way up', () => {
  const trail = buildTrail(
    [span('a', ''), span('b', 'a')],
    [charge('b', '0', 'unpriced'), charge('a', '0', 'no_usage')],
  );
  assert.equal(trail.unknownCalls, 2);
  assert.equal(trail.roots[0]?.children[0]?.unknownCalls, 1);
});

test('a trace of 50,000 spans in one line is built', () => {
  const spans = Array.from({ length: 50_000 }, (_, index) => span(`s${index}`, index === 0 ? '' : `s${index - 1}`));
  const trail = buildTrail(spans.reverse(), [charge('s49999', '0.001')]);
  assert.equal(trail.roots.length, 1);
  assert.equal(trail.roots[0]?.totalCost, parsePicodollars('0.001'));
});

test('whatever the parents, every span stands in the tree once and the roots sum to the lines', () => {
  const parents = fc.array(fc.integer({ min: -1, max: 12 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(parents, fc.array(fc.nat(11), { maxLength: 20 }), (links, charged) => {
      const spans = links.map((parent, index) =>
        span(`s${index}`, `s${parent}`, { kind: index % 3 === 0 ? 'other' : 'step' }),
      );
      const trail = buildTrail(
        spans,
        charged.filter((index) => index < spans.length).map((index) => charge(`s${index}`, '0.1')),
      );
      const seen = new Set<string>();
      const stack = [...trail.roots];
      for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
        assert.ok(!seen.has(node.span.span_id));
        seen.add(node.span.span_id);
        stack.push(...node.children);
      }
      assert.equal(seen.size + trail.hiddenSpanCount, spans.length);
      const count = charged.filter((index) => index < spans.length).length;
      assert.equal(trail.totalCost, BigInt(count) * 100_000_000_000n);
    }),
  );
});

test('a share is in tenths of a percent, and none where nothing cost anything', () => {
  assert.equal(shareOf(1n as Picodollars, 3n as Picodollars), 333);
  assert.equal(shareOf(2n as Picodollars, 3n as Picodollars), 667);
  assert.equal(shareOf(3n as Picodollars, 3n as Picodollars), 1000);
  assert.equal(shareOf(0n as Picodollars, 0n as Picodollars), undefined);
});
