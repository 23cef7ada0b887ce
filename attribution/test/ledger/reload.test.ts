import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import fc from 'fast-check';
import { RANK } from '../../src/dialects/rank.ts';
import type { DecodedSpan, Usage } from '../../src/facts.ts';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import type { RowState } from '../../src/ledger/row-state.ts';
import { Trace } from '../../src/trace/trace.ts';
import { newerVersion } from '../../src/trace/versions.ts';
import { ratedBy } from '../rating/price-file/price-files.ts';
import { decodeSet, truthSets } from '../support/fixtures.ts';
import { startLedger, type TestLedger } from '../support/ledger.ts';
import {
  type MadeSpan,
  made,
  metersOf,
  origin,
  RESOLVE,
  sighting,
  spanId,
  traceId,
  traceOf,
} from '../support/made-spans.ts';
import { anyTree, emit } from '../support/random-trees.ts';

let ledger: TestLedger;

before(async () => {
  ledger = await startLedger();
});

after(() => ledger.close());

function tracesOf(tenant: string, spans: readonly DecodedSpan[]): Trace[] {
  const traces = new Map<string, Trace>();
  for (const [offset, span] of spans.entries()) {
    const id = span.identity.traceId;
    const trace = traces.get(id) ?? new Trace(tenant, id);
    traces.set(id, trace);
    trace.add(span, origin(offset));
  }
  return [...traces.values()];
}

/**
 * What a row says, without what two equal states may write differently: meters without quantity give no line, and what
 * was read back is never rated with.
 */
function said(state: RowState | undefined): unknown {
  if (state === undefined) return undefined;
  const { call, rated, ...others } = state;
  const lines = rated?.lines.map(({ price: { perUnit: _, ...price }, ...line }) => ({ ...line, price }));
  const rest = { ...others, pricedModel: rated?.pricedModel, lines };
  if (call === undefined || call.usage.status === 'none') return { ...rest, call };
  const meters = call.usage.meters
    .filter(({ quantityNano }) => quantityNano !== 0n)
    .map(({ meter, quantityNano }) => `${meter} ${quantityNano}`);
  return { ...rest, call: { ...call, usage: { ...call.usage, meters } } };
}

/**
 * Given resolved traces, when they are written and read back by a process that knows nothing, then it finds the same spans
 * and rows, has nothing to write, and takes no span that is sent again for a newer one.
 */
async function assertRoundTrip(traces: readonly Trace[], write = true, rater = RESOLVE.rater): Promise<void> {
  if (write) {
    for (const trace of traces) resolveTrace(trace, { ...RESOLVE, rater });
    await ledger.write(traces);
  }
  const tenant = traces[0]?.tenant ?? '';
  const restored = await ledger.reload(
    tenant,
    traces.map((trace) => trace.traceId),
  );
  for (const trace of traces) {
    const again = restored.get(trace.traceId);
    assert.ok(again !== undefined);
    assert.equal(again.nodes.size, trace.nodes.size);
    const { changed } = resolveTrace(again, { ...RESOLVE, rater });
    for (const [id, node] of trace.nodes) {
      const back = again.nodes.get(id);
      const about = `${tenant} ${node.span.identity.name} ${id}`;
      assert.deepEqual(said(back?.written), said(node.resolved), about);
      assert.deepEqual(back?.span.identity, node.span.identity, about);
      assert.deepEqual(back?.twins, node.twins, about);
      assert.deepEqual(back?.origin, node.origin, about);
      assert.equal(again.add(node.span, origin(1)).changed, false, `${about} sent again`);
      assert.equal(back !== undefined && newerVersion(back.span, node.span), false, about);
    }
    assert.deepEqual(
      changed.map((node) => ({ id: node.span.identity.spanId, was: node.written, now: node.resolved })),
      [],
      `${tenant}: nothing to write`,
    );
  }
}

for (const set of Object.keys(truthSets())) {
  test(`spans of ${set} come back from the ledger as they were resolved`, async () => {
    await assertRoundTrip(tracesOf(set, decodeSet(set)));
  });
}

test('random agent runs come back from the ledger as they were resolved', async () => {
  const runs = fc.sample(anyTree, { numRuns: 60, seed: 7 });
  const traces = runs.map((items, number) =>
    traceOf(
      emit(items).spans.map((span) => ({ ...span, trace: number + 1 })),
      number + 1,
    ),
  );
  await assertRoundTrip(traces);
});

const HOSTILE = '\'; DROP TABLE ledger; -- \t tab \n line \r\n \\ " \u0000 \u2028 \u{1f600} {x:String} \\N';
const zero: Usage = { status: 'stated', meters: metersOf({ input: 0, output: 0 }), assumed: '', source: '' };
const guessed: Usage = {
  status: 'stated',
  meters: metersOf({ input: 10, output: 5 }),
  assumed: 'a guess\twith a tab',
  source: 'some.key',
};

const CASES: readonly (readonly [string, readonly MadeSpan[]])[] = [
  ['a call without usage', [{ id: 1 }]],
  ['a call whose usage is 0', [{ id: 1, call: { usage: zero } }]],
  ['requests that the span states itself', [{ id: 1, tokens: { input: 10, request: 3 } }]],
  ['a call with one meter of 0', [{ id: 1, tokens: { input: 10, output: 0 } }]],
  ['usage that a rule guessed', [{ id: 1, call: { usage: guessed } }]],
  [
    'fractions of a unit',
    [
      {
        id: 1,
        call: { usage: { status: 'stated', meters: [{ meter: 'second', quantityNano: 1n }], assumed: '', source: '' } },
      },
    ],
  ],
  [
    'an unknown model with a hostile name',
    [{ id: 1, tokens: { input: 3 }, call: { requestModel: HOSTILE, responseModel: HOSTILE } }],
  ],
  ['a hostile reason', [{ id: 1, call: { usage: { status: 'none', reason: HOSTILE } } }]],
  ['a reported cost', [{ id: 1, tokens: { input: 1 }, call: { reportedCost: (2n ** 70n) as Picodollars } }]],
  [
    'a model with a fee per request',
    [
      {
        id: 1,
        tokens: { input: 10, output: 5 },
        call: { provider: 'perplexity', requestModel: 'sonar', responseModel: 'sonar' },
      },
    ],
  ],
  [
    'an API call',
    [
      {
        id: 1,
        role: 'api_call',
        call: { usage: { status: 'none', reason: 'no price' }, serverAddress: 'api.example.com' },
      },
    ],
  ],
  [
    'an agent that repeats usage',
    [
      { id: 1, role: 'agent', aggregate: { input: 5, cache_read: 2 } },
      { id: 2, parent: 1, tokens: { input: 7 } },
    ],
  ],
  ['a remote agent that is charged', [{ id: 1, role: 'agent', remoteAgent: true, tokens: { input: 7 } }]],
  [
    'a remote agent with calls beneath it',
    [
      { id: 1, role: 'agent', remoteAgent: true, tokens: { input: 7 } },
      { id: 2, parent: 1, tokens: { input: 7 } },
    ],
  ],
  [
    'a tool call seen twice, with a name and id of its own',
    [
      { id: 1, role: 'tool_call', toolName: 'search', toolCallId: 'c1' },
      { id: 2, parent: 1, role: 'tool_call', toolName: 'web search', toolCallId: 'c1', scope: 'mcp' },
      { id: 3, parent: 2, tokens: { input: 7 } },
    ],
  ],
  [
    'lineage of every kind, hostile',
    [
      { id: 1, role: 'step', own: everyLineage(HOSTILE), resource: { lineage: everyLineage('process') } },
      { id: 2, parent: 1 },
    ],
  ],
  [
    'a cycle',
    [
      { id: 1, parent: 2, role: 'step' },
      { id: 2, parent: 1, role: 'step' },
      { id: 3, parent: 2, tokens: { input: 1 } },
    ],
  ],
  [
    'a call that two instrumentations know in part',
    [
      { id: 1, scope: 'framework', rank: RANK.framework, tokens: { input: 100, output: 0 } },
      {
        id: 2,
        parent: 1,
        scope: 'native',
        rank: RANK.nativeSdk,
        tokens: { input: 40, cache_read: 60, output: 0, web_search: 2 },
        call: { responseId: 'r', region: 'eu' },
      },
    ],
  ],
  [
    'a carrier without usage whose twin guessed it',
    [
      { id: 1, scope: 'framework', rank: RANK.framework },
      { id: 2, parent: 1, scope: 'native', rank: RANK.nativeSdk, call: { usage: guessed } },
    ],
  ],
  [
    'a carrier with usage whose twin nearer to the wire guessed it',
    [
      { id: 1, scope: 'framework', rank: RANK.framework, tokens: { input: 10, output: 5 } },
      { id: 2, parent: 1, scope: 'native', rank: RANK.nativeSdk, call: { usage: guessed } },
    ],
  ],
  [
    'a carrier that guessed, with a twin nearer to the wire that knows',
    [
      { id: 1, scope: 'framework', rank: RANK.framework, call: { usage: guessed } },
      { id: 2, parent: 1, scope: 'native', rank: RANK.nativeSdk, tokens: { input: 10, output: 5 } },
    ],
  ],
];

for (const [number, [name, spans]] of CASES.entries()) {
  test(`comes back from the ledger as it was resolved: ${name}`, async () => {
    const trace = 1000 + number;
    await assertRoundTrip([
      traceOf(
        spans.map((span) => ({ ...span, trace })),
        trace,
      ),
    ]);
  });
}

test('fees, contracts and compute come back as they were charged, whatever prices hold then', async () => {
  const rater = ratedBy(`
exchange_rates: [{ from_currency: EUR, to_currency: USD, rate: 1.0853, from: 2026-01-01 }]
call_fees: [{ tool: lookup, price: 0.01 per call }, { host: api.example, price: 3 per 7 calls }]
compute: [{ kind: h100, currency: EUR, prices: { gpu_second: 2.95 per hour } }]
contracts: [{ percent_off: 33.333333 }]
`);
  const none = { provider: '', requestModel: '', responseModel: '', operation: '' };
  const api = { role: 'api_call', call: { ...none, serverAddress: 'api.example' }, tokens: { api_call: 1 } } as const;
  const spans: MadeSpan[] = [
    { id: 1, role: 'agent' },
    { id: 2, parent: 1, role: 'tool_call', toolName: 'lookup' },
    { id: 3, parent: 2, ...api },
    { id: 4, parent: 1, ...api },
    { id: 5, parent: 1, ...api, call: { ...none, serverAddress: 'free.example' } },
    { id: 6, parent: 1, role: 'api_call', call: { ...none, requestModel: 'H100' }, tokens: { gpu_second: 7 } },
    { id: 7, parent: 1, tokens: { input: 1000, output: 7 } },
  ];
  const trace = traceOf(
    spans.map((span) => ({ ...span, trace: 901 })),
    901,
  );
  await assertRoundTrip([trace], true, rater);
  await assertRoundTrip([trace], false);
});

test('twins in other traces come back with all that they know', async () => {
  const trace = traceOf(
    [
      { id: 1, trace: 2000, tokens: { input: 10 } },
      { id: 2, trace: 2000, tokens: { input: 10 }, start: 5000 },
    ],
    2000,
  );
  const [suppressed, carrier] = [1, 2].map((id) => trace.nodes.get(spanId(id)));
  assert.ok(suppressed !== undefined && carrier !== undefined);
  const twin = (rank: number, usage: Usage) => ({
    id: 9,
    trace: 3000,
    scope: HOSTILE,
    rank,
    call: { usage, reportedCost: 3n as Picodollars },
  });
  suppressed.twins = [{ sighting: sighting(twin(RANK.framework, guessed)), rule: 'twin.response_id@1' }];
  carrier.twins = [
    { sighting: sighting(twin(RANK.nativeSdk, { status: 'none', reason: HOSTILE })), rule: 'twin.same_usage@1' },
  ];
  await assertRoundTrip([trace]);
});

test('a span that arrives after a restart changes only what it must, and what was charged keeps its versions', async () => {
  const spans: MadeSpan[] = [
    { id: 1, trace: 4000, role: 'agent', own: { agentName: 'lead' } },
    { id: 2, trace: 4000, parent: 1, role: 'tool_call', toolName: 'x' },
    { id: 3, trace: 4000, parent: 2, tokens: { input: 1000 } },
  ];
  const written = traceOf(spans, 4000);
  resolveTrace(written, RESOLVE);
  await ledger.write([written]);
  const restored = (await ledger.reload('default', [traceId(4000)])).get(traceId(4000));
  assert.ok(restored !== undefined);
  restored.add(made({ id: 4, trace: 4000, parent: 1, start: 3000, tokens: { input: 5 } }), origin(9));
  const { changed } = resolveTrace(restored, { ...RESOLVE, rulesVersion: 2 });
  assert.deepEqual(changed.map((node) => node.span.identity.spanId).sort(), [spanId(1), spanId(4)]);
  assert.equal(restored.nodes.get(spanId(3))?.resolved?.rulesVersion, 1);
});

test('traces of one id in two tenants are read apart', async () => {
  const traces = ['one', 'two'].map((tenant) => {
    const trace = new Trace(tenant, traceId(5000));
    trace.add(made({ id: tenant === 'one' ? 1 : 2, trace: 5000, tokens: { input: 1 } }), origin());
    resolveTrace(trace, RESOLVE);
    return trace;
  });
  await ledger.write(traces);
  const restored = await ledger.reload('two', [traceId(5000)]);
  assert.deepEqual([...(restored.get(traceId(5000))?.nodes.keys() ?? [])], [spanId(2)]);
});

function everyLineage(value: string) {
  return {
    sessionId: `s ${value}`,
    userId: `u ${value}`,
    team: `t ${value}`,
    project: `p ${value}`,
    agentName: `a ${value}`,
    environment: `e ${value}`,
  };
}
