import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { partitionOfTrace } from '@spanledger/spanlog';
import { modelCall, plainSpan, requestWith, spanIdOf, traceIdOf } from '../support/model-call.ts';
import type { Json, Span } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { sendJson } from '../support/send.ts';

const HOUR_MS = 3_600_000;
const CALL = { cost: '0.00045', twoCost: '0.0009' };
const PARTITIONS = 4;

let product: Product;
before(async () => {
  product = await startProduct({ partitionCount: PARTITIONS, cacheSpans: 50 });
});
after(() => product.stop());

let lastTrace = 1000;
function nextTrace(): number {
  lastTrace += 1;
  return lastTrace;
}

/** What lies between the children and their parent. */
const BETWEEN: Readonly<Record<string, () => Promise<void>>> = {
  nothing: async () => undefined,
  'a restart': () => product.restartAttribution(),
  'the eviction of the trace': async () => {
    const spans = Array.from({ length: 60 }, () => plainSpan({ trace: nextTrace(), span: 1 }));
    const { reloadedRows } = product.attribution.stats();
    await sendJson(product, requestWith(spans));
    await product.attributed();
    assert.equal(product.attribution.stats().reloadedRows, reloadedRows);
  },
};

for (const [what, happens] of Object.entries(BETWEEN)) {
  test(`a late parent moves its children's charges to its team, after ${what}`, async () => {
    // Given: two calls whose parents have not come, charged to nobody
    const trace = nextTrace();
    const id = traceIdOf(trace);
    const team = `team of ${trace}`;
    const step = plainSpan({ trace, span: 2, parent: 1 });
    const calls = [3, 4].map((span) => modelCall({ trace, span, parent: 2 }));
    await send(calls);
    await product.settle();
    assert.deepEqual(await ownersOf(id), [['unattributed', id]]);
    assert.deepEqual(await costsOfTeam('unattributed', id), [CALL.twoCost]);
    // When: the root comes that names team and session, and last what stands between
    await happens();
    const attributes = { 'spanledger.team': team, 'session.id': `session ${trace}` };
    await send([plainSpan({ trace, span: 1, attributes })]);
    await product.attributed();
    await send([step]);
    await product.settle();
    // Then: the same charges, each one row, are the team's, and the rollups follow
    assert.deepEqual(await ownersOf(id), [[team, `session ${trace}`]]);
    assert.deepEqual(await linesOf(id), [
      ['input', '2'],
      ['output', '2'],
    ]);
    assert.deepEqual(await costsOfTeam(team, `session ${trace}`), [CALL.twoCost]);
    assert.deepEqual(
      await query('SELECT session_id FROM spanledger.session_costs WHERE session_id = {id:String}', { id }),
      [],
    );
    assert.deepEqual(
      await query(
        'SELECT toString(sum(effective_cost)) AS cost FROM spanledger.team_costs WHERE team = {team:String}',
        { team },
      ),
      [{ cost: CALL.twoCost }],
    );
  });
}

test('a span sent again with a team is charged once, to that team', async () => {
  const trace = nextTrace();
  const named = modelCall({
    trace,
    span: 1,
    startMs: 1_000 * Math.floor(Date.now() / 1000),
    attributes: { 'spanledger.team': 'last' },
  });
  const unnamed = {
    ...named,
    attributes: (named['attributes'] as Json[]).filter(({ key }) => key !== 'spanledger.team'),
  } as Span;
  await send([unnamed]);
  await product.attributed();
  await send([named]);
  await product.attributed();
  assert.deepEqual(await ownersOf(traceIdOf(trace)), [['last', traceIdOf(trace)]]);
  assert.deepEqual(await linesOf(traceIdOf(trace)), [
    ['input', '1'],
    ['output', '1'],
  ]);
});

test('a tool call costs what its sub-agent costs, and the path names every tool call around', async () => {
  // Given: an agent calls a tool, which runs a sub-agent that calls a model and a tool, which calls a model
  const trace = nextTrace();
  const tool = (span: number, parent: number, name: string) =>
    plainSpan({
      trace,
      span,
      parent,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name },
    });
  const agent = (span: number, parent: number | undefined, name: string) =>
    plainSpan({
      trace,
      span,
      ...(parent === undefined ? {} : { parent }),
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name },
    });
  const spans = [
    agent(1, undefined, 'main'),
    modelCall({ trace, span: 2, parent: 1 }),
    tool(3, 1, 'ask_expert'),
    agent(4, 3, 'expert'),
    modelCall({ trace, span: 5, parent: 4 }),
    tool(6, 4, 'look_up'),
    modelCall({ trace, span: 7, parent: 6 }),
    tool(8, 1, 'free_of_charge'),
  ];
  // When: they come leaf first
  for (const span of spans.toReversed()) await send([span]);
  await product.settle();
  // Then
  const tools = await query(
    `SELECT tool_name, agent_name, parent_tool_call_span_id AS around, own_cost, total_cost, total_tokens, model_calls, tool_calls
     FROM spanledger.tool_call_costs WHERE trace_id = {id:String} ORDER BY tool_name`,
    { id: traceIdOf(trace) },
  );
  const row = (
    tool_name: string,
    agent_name: string,
    around: string,
    total_cost: string,
    tokens: string,
    calls: number,
    tool_calls: number,
  ) => {
    return {
      tool_name,
      agent_name,
      around,
      own_cost: '0',
      total_cost,
      total_tokens: tokens,
      model_calls: calls,
      tool_calls,
    };
  };
  assert.deepEqual(tools, [
    row('ask_expert', 'main', '', CALL.twoCost, '2200', 2, 1),
    row('free_of_charge', 'main', '', '0', '0', 0, 0),
    row('look_up', 'expert', spanIdOf(3), CALL.cost, '1100', 1, 0),
  ]);
  const paths = await query(
    `SELECT DISTINCT span_id, tool_call_path AS path, agent_name FROM spanledger.charges WHERE trace_id = {id:String} ORDER BY span_id`,
    { id: traceIdOf(trace) },
  );
  assert.deepEqual(paths, [
    { span_id: spanIdOf(2), path: [], agent_name: 'main' },
    { span_id: spanIdOf(5), path: [spanIdOf(3)], agent_name: 'expert' },
    { span_id: spanIdOf(7), path: [spanIdOf(3), spanIdOf(6)], agent_name: 'expert' },
  ]);
});

test('a session over two traces and two hours is one session, and two hours of its team', async () => {
  const [first, second] = [nextTrace(), nextTrace()];
  const attributes = { 'session.id': 'two hours', 'spanledger.team': 'night shift' };
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
  await send([modelCall({ trace: first, span: 1, startMs: startMs - 1_000, attributes })]);
  await send([modelCall({ trace: second, span: 1, startMs, attributes })]);
  await product.settle();
  const sessions = await query(
    `SELECT effective_cost, traces, model_calls, duration_ms, team FROM spanledger.session_costs WHERE session_id = 'two hours'`,
  );
  assert.deepEqual(sessions, [
    { effective_cost: CALL.twoCost, traces: '2', model_calls: '2', duration_ms: 1100, team: 'night shift' },
  ]);
  const hours = await query(
    `SELECT charge_period_start AS hour, toString(sum(effective_cost)) AS cost FROM spanledger.team_costs
     WHERE team = 'night shift' GROUP BY hour ORDER BY hour`,
  );
  assert.deepEqual(
    hours.map(({ cost }) => cost),
    [CALL.cost, CALL.cost],
  );
  assert.equal(new Set(hours.map(({ hour }) => hour)).size, 2);
});

type TwinCase = { readonly isWinnerFirst: boolean; readonly restart: boolean };
const TWINS: Readonly<Record<string, TwinCase>> = {
  'the one that carries the charge first': { isWinnerFirst: true, restart: false },
  'the other first': { isWinnerFirst: false, restart: false },
  'the one that carries the charge first, then a restart': { isWinnerFirst: true, restart: true },
  'the other first, then a restart': { isWinnerFirst: false, restart: true },
};

for (const [what, { isWinnerFirst, restart }] of Object.entries(TWINS)) {
  test(`one call seen in two traces of two partitions is charged once: ${what}`, async () => {
    // Given: a framework's span in the agent's trace, the native client's as the root of a trace of its own
    const [framework, native] = tracesInTwoPartitions();
    const common = { 'gen_ai.response.id': `resp-${framework}`, 'gen_ai.response.model': 'gpt-5-mini-2025-08-07' };
    const startMs = Date.now() - 5_000;
    const shown = modelCall({
      trace: framework,
      span: 1,
      startMs,
      durationMs: 200,
      attributes: { ...common, 'spanledger.team': 'owner' },
    });
    const root = modelCall({ trace: native, span: 2, startMs: startMs + 10, durationMs: 100, attributes: common });
    const sends = [
      () => sendJson(product, requestWith([shown], { scope: { name: 'opentelemetry.instrumentation.langchain' } })),
      () => sendJson(product, requestWith([root], { scope: { name: 'opentelemetry.instrumentation.openai_v2' } })),
    ];
    // When
    const [one, other] = isWinnerFirst ? sends : sends.toReversed();
    await one?.();
    await product.attributed();
    if (restart) await product.restartAttribution();
    await other?.();
    await product.attributed();
    // Then
    const ids = [traceIdOf(framework), traceIdOf(native)];
    const charged = await query(
      'SELECT trace_id, count() AS lines, sum(effective_cost) AS cost, any(team) AS team FROM spanledger.charges WHERE trace_id IN {ids:Array(String)} GROUP BY trace_id',
      { ids },
    );
    assert.deepEqual(charged, [{ trace_id: ids[0], lines: '2', cost: CALL.cost, team: 'owner' }]);
    const suppressed = await query(
      'SELECT trace_id, span_id, reason, rule, kept_trace_id, kept_span_id FROM spanledger.suppressed_calls WHERE trace_id IN {ids:Array(String)}',
      { ids },
    );
    const kept = { kept_trace_id: ids[0], kept_span_id: spanIdOf(1) };
    assert.deepEqual(suppressed, [
      { trace_id: ids[1], span_id: spanIdOf(2), reason: 'duplicate', rule: 'twin.response_id@1', ...kept },
    ]);
  });
}

test('after all of it both rollups are the ledger, to the last digit', async () => {
  await product.settle();
  const [sums] = await query(
    `SELECT (SELECT toString(sum(effective_cost)) FROM spanledger.charges) AS ledger,
       (SELECT toString(sum(effective_cost)) FROM spanledger.session_costs) AS sessions,
       (SELECT toString(sum(effective_cost)) FROM spanledger.team_costs) AS teams`,
  );
  assert.equal(sums?.['sessions'], sums?.['ledger']);
  assert.equal(sums?.['teams'], sums?.['ledger']);
});

function send(spans: readonly Span[]): Promise<void> {
  return sendJson(product, requestWith(spans));
}

function query(sql: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Json[]> {
  return product.warehouse.queryRows<Json>(sql, parameters);
}

async function ownersOf(traceId: string): Promise<unknown[]> {
  const rows = await query(
    'SELECT DISTINCT team, session_id FROM spanledger.charges WHERE trace_id = {traceId:String}',
    { traceId },
  );
  return rows.map(({ team, session_id: session }) => [team, session]);
}

/** How many rows each meter of a trace has; two of one span would be one too many. */
async function linesOf(traceId: string): Promise<unknown[]> {
  const rows = await query(
    'SELECT toString(meter) AS name, count() AS lines FROM spanledger.charges WHERE trace_id = {traceId:String} GROUP BY name ORDER BY name',
    { traceId },
  );
  return rows.map(({ name, lines }) => [name, lines]);
}

async function costsOfTeam(team: string, session: string): Promise<unknown[]> {
  const rows = await query(
    'SELECT effective_cost FROM spanledger.session_costs WHERE session_id = {session:String} AND team = {team:String}',
    { session, team },
  );
  return rows.map(({ effective_cost: cost }) => cost);
}

function tracesInTwoPartitions(): [number, number] {
  const first = nextTrace();
  let second = nextTrace();
  const partition = (trace: number) => partitionOfTrace(traceIdOf(trace), PARTITIONS);
  while (partition(second) === partition(first)) second = nextTrace();
  return [first, second];
}
