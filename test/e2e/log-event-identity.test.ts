import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { attribute, type LogsRequest, type TraceRequest } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { sendJson, sendLogs } from '../support/send.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
type CallRow = { session_id: string; trace_id: string; tokens: string; rule: string; statuses: string[] };

const NOW_MS = Date.now() - 60_000;
const TENANTS = ['acme', 'globex'] as const;
const keys = TENANTS.map((tenant) => ({ id: tenant, sha256: hash('sha256', tenant), tenant }));
const CODEX = { 'service.name': 'codex_cli_rs', 'service.version': '0.99.0', env: 'dev' };
const SPAN_TRACE = '7736af9a1ef7e540d12c715f5393fd77';

function attributes(values: Values) {
  return Object.entries(values).map(([key, value]) => attribute(key, value));
}

function nanos(ms: number): string {
  return `${BigInt(NOW_MS + ms) * 1_000_000n}`;
}

/** One log record that names no trace. */
function event(at: number, values: Values, resource: Values, scope: string): LogsRequest {
  const logRecords = [{ timeUnixNano: nanos(at), attributes: attributes(values) }];
  return {
    resourceLogs: [
      { resource: { attributes: attributes(resource) }, scopeLogs: [{ scope: { name: scope }, logRecords }] },
    ],
  };
}

const codexEvent = event(
  1300,
  {
    ...{
      'event.name': 'codex.sse_event',
      'event.kind': 'response.completed',
      'conversation.id': 'c1',
      auth_mode: 'ApiKey',
    },
    ...{ model: 'gpt-5-codex', input_token_count: '1200', cached_token_count: 1024, output_token_count: '350' },
    reasoning_token_count: 256,
  },
  { ...CODEX, 'host.name': 'laptop' },
  'codex_otel.log_only',
);
const codexSpans: TraceRequest = {
  resourceSpans: [
    {
      resource: { attributes: attributes(CODEX) },
      scopeSpans: [
        {
          scope: { name: 'codex_cli_rs' },
          spans: [
            {
              ...{ traceId: SPAN_TRACE, spanId: '909410a809a1ed76', name: 'completed', kind: 1 },
              ...{ startTimeUnixNano: nanos(1000), endTimeUnixNano: nanos(1302) },
              attributes: attributes({
                ...{ 'gen_ai.usage.input_tokens': 1200, 'gen_ai.usage.cache_read.input_tokens': 1024 },
                ...{ 'gen_ai.usage.output_tokens': 350, 'codex.usage.total_tokens': 1550 },
              }),
            },
          ],
        },
      ],
    },
  ],
};

async function callsOf({ warehouse }: Product, tenant: string): Promise<CallRow[]> {
  return warehouse.queryRows<CallRow>(
    `SELECT any(session_id) AS session_id, trace_id, toString(sum(consumed_quantity)) AS tokens, any(dialect_rule) AS rule,
       groupUniqArray(price_status) AS statuses
     FROM spanledger.charges WHERE tenant = {tenant:String} GROUP BY trace_id, span_id ORDER BY session_id, trace_id`,
    { tenant },
  );
}

test("Codex's event and span of one response are one charge with session and model, whichever comes first", async (context) => {
  const product = await startProduct({ keys });
  context.after(() => product.stop());
  await sendLogs(product, codexEvent, 'acme');
  await product.attributed();
  await sendJson(product, codexSpans, 'acme');
  await sendJson(product, codexSpans, 'globex');
  await product.attributed();
  await product.restartAttribution();
  await sendLogs(product, codexEvent, 'globex');
  await product.settle();
  for (const tenant of TENANTS) {
    const [call, ...more] = await callsOf(product, tenant);
    assert.deepEqual(more, []);
    assert.equal(call?.session_id, 'c1');
    assert.deepEqual([call?.tokens, call?.rule, call?.statuses], ['1550', 'codex.response-completed', ['priced']]);
    assert.notEqual(call?.trace_id, SPAN_TRACE);
    const [row] = await product.warehouse.queryRows<{ trace_id: string }>(
      'SELECT trace_id FROM spanledger.suppressed_calls WHERE tenant = {tenant:String}',
      { tenant },
    );
    assert.equal(row?.trace_id, SPAN_TRACE);
  }
});

test('a request id is one call within a session of a tenant, and another call in every other', async (context) => {
  const product = await startProduct({ keys });
  context.after(() => product.stop());
  const request = (session: string) =>
    event(
      2000,
      {
        ...{ 'event.name': 'api_request', 'session.id': session, request_id: 'req_1', model: 'claude-sonnet-4-5' },
        ...{ input_tokens: 100, output_tokens: 10, duration_ms: 900 },
      },
      { 'service.name': 'claude-code' },
      'com.anthropic.claude_code.events',
    );
  for (const session of ['s1', 's2', 's1', 's2', 's1']) {
    await sendLogs(product, request(session), 'acme');
    await product.attributed();
  }
  await sendLogs(product, request('s1'), 'globex');
  await product.settle();
  const sessions = async (tenant: string) =>
    (await callsOf(product, tenant)).map((call) => [call.session_id, call.tokens]);
  assert.deepEqual(await sessions('acme'), [
    ['s1', '110'],
    ['s2', '110'],
  ]);
  assert.deepEqual(await sessions('globex'), [['s1', '110']]);
  assert.equal(product.attribution.stats().repeatedSpans, 3);
});
