import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import type { RowState } from '../../src/ledger/row-state.ts';
import { createPricedRater } from '../../src/rating/price-file/priced-rater.ts';
import type { Rater } from '../../src/rating/types.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { book } from '../rating/calls.ts';
import { priceFile, ratedBy } from '../rating/price-file/price-files.ts';
import { type MadeSpan, made, origin, RESOLVE, rowsOf, spanId, traceOf } from '../support/made-spans.ts';

const FEES = ratedBy(`
call_fees:
  - { tool: lookup, price: 0.01 per call }
  - { host: api.search.example, price: 0.002 per call }
contracts:
  - { team: search, meters: [api_call, input], percent_off: 50 }
`);
const CENT = 10_000_000_000n;

function api(id: number, parent: number, host = 'api.search.example'): MadeSpan {
  const call = { provider: '', requestModel: '', responseModel: '', operation: 'GET', serverAddress: host };
  return { id, parent, role: 'api_call', call, tokens: { api_call: 1 } };
}

function tool(id: number, parent: number, toolName = 'lookup'): MadeSpan {
  return { id, parent, role: 'tool_call', toolName };
}

function write(trace: Trace, rater: Rater = FEES): void {
  for (const node of resolveTrace(trace, { ...RESOLVE, rater }).changed) node.written = node.resolved;
}

/** `cost status` of the fee of each span that has one. */
function fees(trace: Trace): Record<number, string> {
  const rows = [...trace.nodes].flatMap(([id, { resolved }]) => {
    const line = resolved?.rated?.lines.find(({ meter }) => meter === 'api_call');
    return line === undefined ? [] : [[Number.parseInt(id, 16), `${line.contractedCost} ${line.price.status}`]];
  });
  return Object.fromEntries(rows);
}

function stateOf(trace: Trace, id: number): RowState | undefined {
  return trace.nodes.get(spanId(id))?.resolved;
}

test('a tool call and an API call cost their fees; those without a configured fee have no line', () => {
  const trace = traceOf([
    { id: 1, role: 'agent' },
    tool(2, 1),
    tool(3, 1, 'other'),
    api(4, 1),
    api(5, 1, 'api.other.example'),
    { id: 6, parent: 1, tokens: { input: 1000 } },
  ]);
  write(trace);
  assert.deepEqual(fees(trace), { 2: `${CENT} priced`, 4: `${CENT / 5n} priced` });
  assert.equal(stateOf(trace, 2)?.ownCost, CENT);
  assert.equal(stateOf(trace, 3)?.rated, undefined);
  // Fees are in the sums of what lies above them, and are no model calls.
  const agent = stateOf(trace, 1);
  assert.equal(agent?.totalCost, CENT + CENT / 5n + 150_000_000n);
  assert.equal(agent?.totalModelCalls, 1);
});

test('a tool call’s fee covers the API calls beneath it, at any depth; an unpriced tool call covers none', () => {
  const trace = traceOf([
    tool(1, 99),
    { id: 2, parent: 1, role: 'step' },
    tool(3, 2, 'other'),
    api(4, 3),
    tool(5, 99, 'other'),
    api(6, 5),
  ]);
  write(trace);
  assert.deepEqual(fees(trace), { 1: `${CENT} priced`, 4: '0 included', 6: `${CENT / 5n} priced` });
  const line = stateOf(trace, 4)?.rated?.lines[0];
  assert.equal(line?.price.reason, 'included_in_tool_call: lookup');
});

test('a tool call seen twice has one fee, which covers the request between its two ends', () => {
  const client = { ...tool(1, 99), kind: 3, scope: 'mcp-client', toolCallId: 'call-1' };
  const server = { ...tool(3, 2), kind: 2, scope: 'mcp-server', toolCallId: 'call-1' };
  const trace = traceOf([client, api(2, 1), server, api(4, 3)]);
  write(trace);
  const all = Object.values(fees(trace));
  assert.deepEqual(
    all.filter((fee) => fee.endsWith('priced')),
    [`${CENT} priced`],
  );
  assert.equal(all.filter((fee) => fee === '0 included').length, 2);
});

test('a late tool call takes over the fee of an API call that is written already', () => {
  const trace = traceOf([api(2, 1)]);
  write(trace);
  assert.deepEqual(fees(trace), { 2: `${CENT / 5n} priced` });
  trace.add(made(tool(1, 99)), origin(5));
  write(trace);
  assert.deepEqual(fees(trace), { 1: `${CENT} priced`, 2: '0 included' });
});

test('a team learnt late changes the price of what is charged already, and only that', () => {
  const trace = traceOf([{ id: 2, parent: 1, tokens: { input: 1_000_000 } }, api(3, 1)]);
  write(trace);
  const before = stateOf(trace, 2)?.ownCost ?? 0n;
  trace.add(made({ id: 1, role: 'agent', own: { team: 'search' } }), origin(5));
  write(trace);
  assert.equal((stateOf(trace, 2)?.ownCost ?? 0n) * 2n, before);
  assert.deepEqual(fees(trace), { 3: `${CENT / 10n} priced` });
});

test('a changed file re-prices nothing that is written: neither fees and discounts that were, nor those that are new', () => {
  const trace = traceOf([
    { id: 1, role: 'agent' },
    tool(2, 1),
    tool(3, 1, 'other'),
    api(4, 1),
    { id: 5, parent: 1, tokens: { input: 1000 } },
  ]);
  write(trace);
  const before = fees(trace);
  const dearer = ratedBy(`
models: [{ provider: openai, model: "*", prices: { input: 1 per token } }]
call_fees:
  - { tool: "*", price: 5 per call }
  - { host: "*", price: 5 per call }
`);
  trace.add(made(tool(6, 1)), origin(9));
  write(trace, dearer);
  assert.deepEqual(fees(trace), { ...before, 6: `${500n * CENT} priced` });
  assert.equal(stateOf(trace, 5)?.ownCost, 150_000_000n);
  write(trace, RESOLVE.rater);
  assert.deepEqual(fees(trace), { ...before, 6: `${500n * CENT} priced` });
});

test('what an earlier file priced is rated again by that file when a late fact changes it', () => {
  const earlier = priceFile('contracts: [{ team: search, percent_off: 50 }]');
  const now = priceFile('contracts: [{ percent_off: 90 }]');
  const billingCurrency = 'USD';
  const before = createPricedRater({ book, file: earlier, billingCurrency });
  const after = createPricedRater({ book, file: now, billingCurrency, earlierFiles: [earlier] });
  const trace = traceOf([{ id: 2, parent: 1, tokens: { input: 1_000_000 } }]);
  write(trace, before);
  for (const node of trace.nodes.values()) node.resolved = undefined;
  trace.add(made({ id: 1, role: 'agent', own: { team: 'search' } }), origin(5));
  trace.add(made({ id: 3, parent: 1, tokens: { input: 1_000_000 } }), origin(6));
  write(trace, after);
  const [late, fresh] = [stateOf(trace, 2), stateOf(trace, 3)];
  assert.deepEqual([late?.ownCost, late?.priceBookVersion], [75_000_000_000n, before.priceBookVersion]);
  assert.deepEqual([fresh?.ownCost, fresh?.priceBookVersion], [15_000_000_000n, after.priceBookVersion]);
});

test('fees do not depend on the order in which spans come', () => {
  const spans = [
    { id: 1, role: 'agent' as const, own: { team: 'search' } },
    tool(2, 1),
    { id: 3, parent: 2, role: 'step' as const },
    api(4, 3),
    tool(5, 3, 'other'),
    api(6, 5),
    api(7, 1),
  ];
  const whole = traceOf(spans);
  write(whole);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(spans, { minLength: spans.length }),
      fc.integer({ min: 1, max: 6 }),
      (order, cut) => {
        const trace = traceOf(order.slice(0, cut));
        write(trace);
        for (const span of order.slice(cut)) trace.add(made(span), origin(7));
        write(trace);
        assert.deepEqual(fees(trace), fees(whole));
      },
    ),
  );
});

test('compute that a span tells of is charged, on tool calls too, and is unpriced without a price', () => {
  const rater = ratedBy('compute: [{ kind: h100, prices: { gpu_second: 3.6 per hour } }]');
  const call = { provider: '', requestModel: 'H100', responseModel: '', operation: '' };
  const compute = (id: number, tokens: Record<string, number>): MadeSpan => ({ id, role: 'api_call', call, tokens });
  const trace = traceOf([compute(1, { gpu_second: 10 }), compute(2, { cpu_second: 10 })]);
  write(trace, rater);
  assert.equal(stateOf(trace, 1)?.ownCost, 10_000_000_000n);
  const line = stateOf(trace, 2)?.rated?.lines[0];
  assert.deepEqual([line?.price.status, line?.price.reason], ['unpriced', 'no_price: cpu_second']);
});

test('usage that cannot be read is a line without usage, a failed request none', () => {
  const told = (id: number, reason: string): MadeSpan => ({
    ...api(id, 99),
    call: { usage: { status: 'none', reason } },
  });
  const { tokens: _, ...failed } = told(1, 'request_failed');
  const { tokens: __, ...unusable } = told(2, 'unusable_quantity: -1');
  const trace = traceOf([failed, unusable]);
  write(trace);
  const statuses = [1, 2].map((id) => stateOf(trace, id)?.rated?.lines.map(({ price }) => price.status));
  assert.deepEqual(statuses, [undefined, ['no_usage']]);
});

test('without a price file tool calls and API calls are not charged', () => {
  const rows = rowsOf(traceOf([tool(1, 99), api(2, 1)]));
  assert.deepEqual(
    [...rows.values()].map(({ rated }) => rated),
    [undefined, undefined],
  );
});
