import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainedLine, ExplainedSpan, ExplainedSuppression } from '@spanledger/reports';
import { renderExplanation } from '../../src/text/explain-text.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALL = '00f067aa0ba902b7';

const SPAN: ExplainedSpan['span'] = {
  tenant: 'default',
  trace_id: TRACE,
  span_id: CALL,
  parent_span_id: '',
  name: 'chat gpt-5-mini',
  kind: 'model_request',
  charge_period_start: '2026-11-23T10:00:00.000000000Z',
  duration_ms: 900,
  status: 'unset',
  status_message: '',
  scope_name: 'openinference.instrumentation.openai',
  scope_version: '0.1.66',
  service_name: 'agents',
  session_id: 's-1',
  agent_name: 'researcher',
  caller_agent_name: 'planner',
  tool_name: '',
  team: 'search',
  project: '',
  user_id: '',
  environment: '',
  provider: 'openai',
  request_model: 'gpt-5-mini',
  response_model: 'gpt-5-mini-2025-08-07',
  operation: 'chat',
  response_id: 'chatcmpl-1',
  service_tier: 'flex',
  region: '',
  server_address: '',
  dialect: 'openinference@1',
  dialect_rule: 'openinference.llm.token-count',
  usage_source: 'input=llm.token_count.prompt-cache_read; cache_read=llm.token_count.prompt_details.cache_read',
  meters: ['input', 'cache_read'],
  quantities: ['176', '1024'],
  own_cost: '0.0000279',
  total_cost: '0.0000279',
  received_at: '2026-11-23T10:00:02.000Z',
  ingest_key_id: 'ci',
  log_partition: 2,
  log_offset: 17,
};

const LINE: ExplainedLine = {
  trace_id: TRACE,
  span_id: CALL,
  meter: 'input',
  line: 0,
  consumed_quantity: '176',
  consumed_unit: 'token',
  pricing_quantity: '0.000176',
  pricing_unit: '1M tokens',
  pricing_currency: 'USD',
  exchange_rate: '1',
  list_unit_price: '0.125',
  contracted_unit_price: '0.125',
  list_cost: '0.000022',
  contracted_cost: '0.000022',
  effective_cost: '0.000022',
  billing_currency: 'USD',
  priced_model: 'gpt-5-mini',
  price_id: 'openai/gpt-5-mini/input+flex',
  price_status: 'priced',
  price_status_reason: '',
  reported_cost: '0.00003',
  price_book_version: 'genai-prices-0.2.3+617b',
  rules_version: 1,
};

const TWIN: ExplainedSuppression = {
  trace_id: 'a'.repeat(32),
  span_id: 'b'.repeat(16),
  name: 'anthropic.messages.create',
  scope_name: 'native',
  reason: 'duplicate',
  rule: 'twin.response_id@1',
  kept_trace_id: TRACE,
  kept_span_id: CALL,
  meters: ['input'],
  quantities: ['1200'],
  dialect_rule: 'anthropic-sdk.request',
};

/** The lines of an explanation without the blanks that align them. */
function explain(changes: Partial<ExplainedSpan>, only = false): string[] {
  const explained = { span: SPAN, charges: [], suppression: undefined, alsoSeenBy: [], ...changes };
  return renderExplanation([explained], only)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trim())
    .filter((line) => line !== '');
}

test('every figure of a charge can be followed: where it was read, times what price, of which entry and book', () => {
  const cached = {
    meter: 'cache_read',
    consumed_quantity: '1024',
    list_cost: '0.0000059',
    effective_cost: '0.0000059',
  };
  assert.deepEqual(
    explain({ charges: [LINE, { ...LINE, ...cached, contracted_cost: '0.0000059' }], alsoSeenBy: [TWIN] }),
    [
      `Trace ${TRACE} of tenant default, session s-1`,
      '1 span, 1 charged, 0 not charged, $0.0000279',
      `chat gpt-5-mini span ${CALL} 2026-11-23 10:00:00 UTC, 900 ms`,
      'is model request: rule openinference.llm.token-count of openinference@1',
      'emitter openinference.instrumentation.openai 0.1.66, service agents',
      'belongs to agent researcher, called by planner, team search',
      'call chat, openai, gpt-5-mini-2025-08-07 (asked for gpt-5-mini), tier flex, response chatcmpl-1',
      'read from input=llm.token_count.prompt-cache_read',
      'cache_read=llm.token_count.prompt_details.cache_read',
      'charged input 176 tokens x $0.125 per 1M tokens = $0.000022',
      'price openai/gpt-5-mini/input+flex',
      'cache_read 1,024 tokens x $0.125 per 1M tokens = $0.0000059',
      'price openai/gpt-5-mini/input+flex',
      'together $0.0000279',
      'price book genai-prices-0.2.3+617b, rules version 1',
      'reported $0.00003 by the emitter, never used',
      `also seen span ${'b'.repeat(16)} of trace ${'a'.repeat(32)} (anthropic.messages.create, native): duplicate, rule twin.response_id@1; it states input 1,200`,
      'from span log partition 2, offset 17; received 2026-11-23 10:00:02 UTC with ingest key ci',
    ],
  );
});

test('a contract and another currency stand beside the list price', () => {
  const contract = {
    contracted_unit_price: '0.1',
    contracted_cost: '0.00001619',
    billing_currency: 'EUR',
    exchange_rate: '0.92',
  };
  const lines = explain({ charges: [{ ...LINE, ...contract, list_cost: '0.00002024', effective_cost: '0.00001619' }] });
  assert.ok(lines.includes('charged input 176 tokens x $0.125 per 1M tokens x 0.92 EUR/USD = EUR 0.00002024'));
  assert.ok(lines.includes('contracted $0.1 per 1M tokens x 0.92 EUR/USD = EUR 0.00001619'));
});

test('what has no price or no usage says why, and what is charged elsewhere says where', () => {
  const unpriced = { ...LINE, price_status: 'unpriced', price_status_reason: 'unknown_model', reported_cost: null };
  assert.ok(explain({ charges: [unpriced] }).includes('charged input 176 tokens, unpriced: unknown_model'));
  const silent = {
    ...unpriced,
    meter: 'unknown',
    price_status: 'no_usage',
    price_status_reason: 'stream_without_usage',
  };
  assert.ok(explain({ charges: [silent] }).includes('charged no usage stated: stream_without_usage'));
  const suppression = { ...TWIN, trace_id: TRACE, kept_trace_id: 'c'.repeat(32), kept_span_id: 'd'.repeat(16) };
  const lines = explain({ suppression });
  assert.ok(
    lines.includes(
      `not charged duplicate: rule twin.response_id@1; charged on span ${'d'.repeat(16)} of trace ${'c'.repeat(32)}`,
    ),
  );
  assert.ok(lines.includes('it states input 1,200'));
});

test('spans that carry nothing are only counted, unless one is asked for', () => {
  const span = {
    ...SPAN,
    kind: 'other',
    usage_source: '',
    meters: [],
    quantities: [],
    request_model: '',
    response_model: '',
  };
  assert.match(explain({ span }).at(-1) ?? '', /^1 span without usage/);
  assert.ok(explain({ span }, true).some((line) => line.startsWith('is part of the tree only')));
});

test('names from spans cannot move the cursor of a terminal', () => {
  assert.ok(
    !explain({ span: { ...SPAN, name: 'a\u001b[2Jb' } })
      .join('')
      .includes('\u001b'),
  );
});
