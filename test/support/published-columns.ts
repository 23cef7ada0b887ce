/** The columns that the public contract names, with their types; a table may have more. */
export const PUBLISHED_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  charges: {
    ...texts('tenant', 'meter', 'tool_name', 'agent_name', 'project', 'team', 'environment', 'service_name'),
    ...texts('provider', 'request_model', 'response_model', 'priced_model', 'operation', 'service_tier', 'region'),
    ...texts('consumed_unit', 'pricing_unit', 'pricing_currency', 'billing_currency', 'price_id', 'price_status'),
    ...texts('price_status_reason', 'charge_class', 'dialect', 'dialect_rule', 'price_book_version', 'usage_source'),
    ...texts('trace_id', 'span_id', 'session_id', 'step_span_id', 'tool_call_span_id', 'user_id', 'response_id'),
    ...texts('billing_period', 'corrects'),
    day: 'Date',
    charge_period_start: "DateTime64(9, 'UTC')",
    charge_period_end: "DateTime64(9, 'UTC')",
    line: 'UInt16',
    posting: 'UInt32',
    tool_call_path: 'Array(String)',
    consumed_quantity: 'Decimal(38, 9)',
    pricing_quantity: 'Decimal(38, 15)',
    ...costs('exchange_rate', 'list_unit_price', 'contracted_unit_price'),
    ...costs('list_cost', 'contracted_cost', 'effective_cost', 'billed_cost'),
    reported_cost: 'Nullable(Decimal(38, 12))',
    rules_version: 'UInt16',
    revision: 'UInt64',
    log_partition: 'UInt16',
    log_offset: 'UInt64',
  },
  spans: {
    ...texts('tenant', 'trace_id', 'span_id', 'parent_span_id', 'name', 'kind', 'status', 'session_id', 'team'),
    charge_period_start: "DateTime64(9, 'UTC')",
    size_bytes: 'UInt32',
    quantities: 'Array(Decimal(38, 9))',
    ...costs('own_cost', 'total_cost'),
  },
  token_audit_trail: {
    ...texts('tenant', 'session_id', 'trace_id', 'span_id', 'step_span_id', 'meter', 'price_id', 'price_status'),
    charge_period_start: "DateTime64(9, 'UTC')",
    consumed_quantity: 'Decimal(38, 9)',
    ...costs('list_unit_price', 'effective_cost', 'running_cost'),
  },
  session_costs: {
    ...texts('tenant', 'session_id', 'team', 'project', 'user_id', 'environment', 'outcome'),
    ...costs('effective_cost', 'list_cost', 'billed_cost', 'input_cost', 'cache_cost', 'output_cost', 'tool_cost'),
    ...costs('api_cost', 'compute_cost', 'other_cost'),
    input_tokens: 'Decimal(38, 9)',
    output_tokens: 'Decimal(38, 9)',
    model_calls: 'UInt64',
    tool_calls: 'UInt64',
    steps: 'UInt64',
    unpriced_calls: 'UInt64',
    duration_ms: 'Float64',
  },
  tool_call_costs: {
    ...texts('tenant', 'session_id', 'trace_id', 'span_id', 'tool_name', 'team', 'status'),
    ...costs('own_cost', 'total_cost'),
    total_tokens: 'UInt64',
    duration_ms: 'Float64',
  },
  team_costs: {
    ...texts('tenant', 'team', 'project', 'agent_name', 'environment', 'provider', 'model', 'meter'),
    charge_period_start: "DateTime('UTC')",
    consumed_quantity: 'Decimal(38, 9)',
    ...costs('effective_cost', 'list_cost', 'contracted_cost', 'billed_cost'),
  },
  suppressed_calls: texts('tenant', 'trace_id', 'span_id', 'kept_trace_id', 'kept_span_id', 'reason', 'rule'),
  api_calls: { ...texts('tenant', 'trace_id', 'span_id', 'host', 'operation', 'status'), ...costs('fee') },
  dead_letters: {
    ...texts('tenant', 'topic', 'reason', 'detail', 'trace_id', 'span_id'),
    log_partition: 'UInt16',
    log_offset: 'UInt64',
  },
  prices: {
    ...texts('price_book_version', 'provider', 'model', 'meter', 'price_id', 'pricing_unit', 'source'),
    ...costs('list_unit_price'),
    valid_from: "Nullable(DateTime('UTC'))",
    valid_to: "Nullable(DateTime('UTC'))",
  },
};

/** Whether a text is kept as a dictionary is no part of the contract. */
function texts(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'String']));
}

function costs(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'Decimal(38, 12)']));
}
