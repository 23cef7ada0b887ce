import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildTrail, type TrailEntry, type TrailSpan } from '@spanledger/reports';
import { renderTrail } from '../../src/text/trail-text.ts';

const EMPTY_SPAN: TrailSpan = {
  charge_period_start: '2026-11-23T10:00:00Z',
  duration_ms: 40,
  trace_id: 't',
  span_id: '',
  parent_span_id: '',
  name: '',
  kind: 'agent',
  status: 'unset',
  status_message: '',
  tool_name: '',
  agent_name: '',
  provider: '',
  request_model: '',
  response_model: '',
  server_address: '',
  suppressed_reason: '',
};

const EMPTY_ENTRY: TrailEntry = {
  tenant: 'default',
  session_id: 's-1',
  charge_period_start: '',
  charge_period_end: '',
  trace_id: 't',
  span_id: '',
  parent_span_id: '',
  name: '',
  entry: 'charge',
  step_span_id: '',
  tool_call_span_id: '',
  tool_name: '',
  agent_name: '',
  team: '',
  provider: '',
  model: '',
  meter: 'input',
  consumed_quantity: '1200',
  pricing_unit: '1M tokens',
  list_unit_price: '0.25',
  contracted_unit_price: '0.25',
  pricing_currency: 'USD',
  exchange_rate: '1',
  price_id: '',
  price_status: 'priced',
  price_status_reason: '',
  effective_cost: '0',
  running_cost: '0',
  billing_currency: 'USD',
  kept_trace_id: '',
  kept_span_id: '',
  dialect_rule: '',
};

const span = (changes: Partial<TrailSpan>): TrailSpan => ({ ...EMPTY_SPAN, ...changes });
const entry = (changes: Partial<TrailEntry>): TrailEntry => ({
  ...EMPTY_ENTRY,
  contracted_unit_price: changes.list_unit_price ?? EMPTY_ENTRY.contracted_unit_price,
  ...changes,
});

const SPANS = [
  span({ span_id: 'a', kind: 'agent', agent_name: 'researcher' }),
  span({ span_id: 'm', parent_span_id: 'a', kind: 'model_request', response_model: 'gpt-5-mini', provider: 'openai' }),
  span({ span_id: 'd', parent_span_id: 'm', kind: 'model_request', response_model: 'gpt-5-mini' }),
  span({
    span_id: 't',
    parent_span_id: 'a',
    kind: 'tool_call',
    tool_name: 'search\u001b[2J',
    status: 'error',
    status_message: 'timeout',
  }),
  span({ span_id: 'u', parent_span_id: 't', kind: 'model_request', request_model: 'house-model' }),
];

const ENTRIES = [
  entry({ span_id: 'm', effective_cost: '0.0003' }),
  entry({
    span_id: 'm',
    meter: 'output',
    consumed_quantity: '300',
    list_unit_price: '2',
    contracted_unit_price: '2',
    effective_cost: '0.0006',
  }),
  entry({
    span_id: 'd',
    entry: 'suppressed',
    price_status: 'suppressed',
    price_status_reason: 'twin.nested@1',
    kept_span_id: 'm',
  }),
  entry({ span_id: 'u', price_status: 'unpriced', price_status_reason: 'unknown_model' }),
];

test('the trail is a tree with tokens by meter, cost and share; what is unknown or not charged says so in place', () => {
  const text = renderTrail(undefined, 's-1', buildTrail(SPANS, ENTRIES));
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' '));
  assert.deepEqual(lines, [
    'Session s-1',
    '',
    ' cost share',
    'agent researcher, 40 ms > $0.000900 100.0 %',
    '│ trace t',
    '├─ model gpt-5-mini (openai), 40 ms $0.000900 100.0 %',
    '│ │ input 1,200 at $0.25 per 1M tokens',
    '│ │ output 300 at $2 per 1M tokens',
    '│ └─ model gpt-5-mini, 40 ms not charged',
    '│ repeats input 1,200, charged on span m (twin.nested@1)',
    '└─ tool search\\u001b[2J, 40 ms (error: timeout) not known',
    ' └─ model house-model, 40 ms unpriced',
    ' input 1,200, unpriced: unknown_model',
    'Total > $0.000900',
    '',
    '1 call without a price or usage: the cost is not known, and not zero.',
  ]);
});

test('no line of the tree is wider than 100 columns, however deep and long-winded the spans are', () => {
  const spans = Array.from({ length: 60 }, (_, index) =>
    span({ span_id: `s${index}`, parent_span_id: `s${index - 1}`, kind: 'tool_call', tool_name: 'x'.repeat(200) }),
  );
  const trail = buildTrail(spans, [entry({ span_id: 's59', effective_cost: '1234.123456789012' })]);
  const lines = renderTrail(undefined, 's-1', trail).split('\n');
  const tree = lines.filter((line) => line.includes('tool '));
  assert.equal(tree.length, 60);
  for (const line of tree) assert.ok([...line].length <= 100, line);
});

test('a contract shows what is paid, the list price and the rule; another currency its rate', () => {
  const spans = [span({ span_id: 'm', kind: 'model_request', response_model: 'gpt-5-mini' })];
  const entries = [
    entry({
      span_id: 'm',
      contracted_unit_price: '0.225',
      exchange_rate: '0.8',
      price_status_reason: 'contract: file:contracts/team=search',
      effective_cost: '0.000216',
    }),
    entry({
      span_id: 'm',
      meter: 'output',
      list_unit_price: '0.6',
      pricing_currency: 'EUR',
      effective_cost: '0.00072',
    }),
  ];
  const text = renderTrail(undefined, 's-1', buildTrail(spans, entries));
  assert.match(
    text,
    /input 1,200 at \$0\.225 per 1M tokens x 0\.8 \(list \$0\.25; contract: file:contracts\/team=search\)\n/,
  );
  assert.match(text, /output 1,200 at EUR 0\.6 per 1M tokens\n/);
});

test('the reason of an assumed price stands once below the tree, however many lines rest on it', () => {
  const assumed = { price_status: 'assumed', price_status_reason: 'unknown_host: 127.0.0.1', effective_cost: '0.0003' };
  const entries = [entry({ span_id: 'm', ...assumed }), entry({ span_id: 'm', meter: 'output', ...assumed })];
  const text = renderTrail(undefined, 's-1', buildTrail([span({ span_id: 'm', kind: 'model_request' })], entries));
  assert.equal(text.match(/\(assumed, note 1\)/g)?.length, 2);
  assert.equal(text.match(/note 1 {2}assumed: unknown_host: 127\.0\.0\.1/g)?.length, 1);
});
