import type { Meter, Picodollars } from '@spanledger/schemas';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { CallFacts, DecodedSpan, MeterQuantity, SpanRole, Usage } from '../facts.ts';
import type { Lineage } from '../lineage/lineage.ts';
import type { RatedLine } from '../rating/types.ts';
import type { SpanNode, Trace } from '../trace/trace.ts';
import { readLinePrice } from './price-word.ts';
import { readCall, readFacts, readLineage, readMeters, readTwin } from './read-facts.ts';
import type { RowFacts } from './row-facts.ts';
import type { RowState, Suppression } from './row-state.ts';

/** One row of the ledger as the reload query gives it; 64-bit integers and decimals as text. */
export type LedgerRow = Readonly<Record<TextColumn, string>> &
  Readonly<Record<NumberColumn, number>> &
  Readonly<Record<ListColumn, readonly string[]>> & { readonly reported_cost: string | null };

type TextColumn =
  | (typeof TEXT_COLUMNS)[number]
  | 'role'
  | 'start_ns'
  | 'end_ns'
  | 'own'
  | 'total'
  | 'tokens'
  | 'log_offset_text';
type NumberColumn = (typeof NUMBER_COLUMNS)[number] | 'status' | 'received_ms';
type ListColumn = 'tool_call_path' | 'meter' | 'quantities' | 'costs' | 'price' | 'price_state';

const TEXT_COLUMNS = [
  'tenant',
  'trace_id',
  'span_id',
  'parent_span_id',
  'name',
  'status_message',
  'scope_name',
  'scope_version',
  'session_id',
  'step_span_id',
  'tool_call_span_id',
  'tool_name',
  'agent_name',
  'user_id',
  'project',
  'team',
  'environment',
  'service_name',
  'dialect',
  'dialect_rule',
  'tool_call_id',
  'provider',
  'request_model',
  'response_model',
  'priced_model',
  'operation',
  'response_id',
  'service_tier',
  'region',
  'server_address',
  'suppressed_reason',
  'suppressed_rule',
  'kept_trace_id',
  'kept_span_id',
  'facts',
  'ingest_key_id',
  'price_book_version',
] as const;

const NUMBER_COLUMNS = [
  'otlp_kind',
  'size_bytes',
  'total_model_calls',
  'total_tool_calls',
  'rules_version',
  'log_partition',
] as const;

const SELECT = `SELECT ${[...TEXT_COLUMNS, ...NUMBER_COLUMNS].join(', ')},
  toString(role) AS role, toInt8(status_code) AS status, tool_call_path, meter, price, price_state,
  toString(toUnixTimestamp64Nano(charge_period_start)) AS start_ns, toString(toUnixTimestamp64Nano(charge_period_end)) AS end_ns,
  toUnixTimestamp64Milli(received_at)::Float64 AS received_ms, toString(log_offset) AS log_offset_text,
  if(isNull(ledger.reported_cost), NULL, toString(reinterpretAsInt128(assumeNotNull(ledger.reported_cost)))) AS reported_cost,
  arrayMap(q -> toString(reinterpretAsInt128(q)), consumed_quantity) AS quantities,
  arrayMap(c -> toString(reinterpretAsInt128(c)), list_cost) AS costs,
  toString(reinterpretAsInt128(own_cost)) AS own, toString(reinterpretAsInt128(total_cost)) AS total, toString(total_tokens) AS tokens
FROM spanledger_store.ledger FINAL`;

/** Which traces to read, all of one tenant, and where in time their spans may start. */
export type ReloadRequest = {
  readonly tenant: string;
  readonly traceIds: readonly string[];
  /** Minutes since 1970 that hold their spans; undefined when only the range below is known. */
  readonly minutes: readonly number[] | undefined;
  readonly fromMinute: number;
  readonly toMinute: number;
};

/** Reads the ledger's rows of traces that are not at hand. */
export function readLedgerRows(reader: WarehouseReader, request: ReloadRequest): Promise<LedgerRow[]> {
  const { tenant, traceIds, minutes, fromMinute, toMinute } = request;
  const inMinutes =
    minutes === undefined
      ? ''
      : 'AND toStartOfMinute(charge_period_start) IN (SELECT arrayJoin({minutes:Array(DateTime)}))';
  const sql = `${SELECT}
    WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC')
    ${inMinutes} AND tenant = {tenant:String} AND trace_id IN ({traceIds:Array(String)})`;
  return reader.queryRows<LedgerRow>(sql, {
    tenant,
    traceIds,
    from: fromMinute * 60,
    to: (toMinute + 1) * 60,
    ...(minutes === undefined ? {} : { minutes: minutes.map((minute) => minute * 60) }),
  });
}

/** Puts a row back into its trace, with what the ledger says of it as the node's written state. */
export function restoreRow(trace: Trace, row: LedgerRow): SpanNode {
  const facts = readFacts(row.facts);
  const lines = linesOf(row);
  const stated = statedCall(row, facts.c === undefined ? undefined : readCall(facts.c), lines);
  const span = spanOf(row, facts, stated);
  const origin = {
    partition: row.log_partition,
    offset: Number(row.log_offset_text),
    keyId: row.ingest_key_id,
    receivedAtMs: row.received_ms,
  };
  const { node } = trace.add(span, origin);
  node.twins = (facts.w ?? []).map(readTwin);
  node.writtenTwins = node.twins;
  node.written = writtenState(row, span, lines, facts);
  return node;
}

function spanOf(row: LedgerRow, facts: ReturnType<typeof readFacts>, call: CallFacts | undefined): DecodedSpan {
  return {
    identity: {
      traceId: row.trace_id,
      spanId: row.span_id,
      parentSpanId: row.parent_span_id,
      name: row.name,
      otlpKind: row.otlp_kind,
      startNs: BigInt(row.start_ns),
      endNs: BigInt(row.end_ns),
      statusCode: row.status,
      statusMessage: row.status_message,
      scopeName: row.scope_name,
      scopeVersion: row.scope_version,
      sizeBytes: row.size_bytes,
    },
    resource: { serviceName: row.service_name, processKey: facts.p, lineage: readLineage(facts.s) },
    classification: {
      dialect: row.dialect,
      rule: row.dialect_rule,
      role: facts.o ?? (row.role as SpanRole),
      rank: facts.r,
      own: readLineage(facts.l),
      call,
      aggregate: readMeters(facts.g ?? []),
      remoteAgent: facts.a === 1,
      toolName: facts.t ?? (row.role === 'tool_call' ? row.tool_name : ''),
      toolCallId: row.tool_call_id,
    },
  };
}

/** What the span itself stated: kept apart where the columns show something else, else the columns. */
function statedCall(row: LedgerRow, own: CallFacts | undefined, lines: readonly RatedLine[]): CallFacts | undefined {
  if (own !== undefined) return own;
  if (row.role !== 'model_request' && row.role !== 'api_call') return undefined;
  return callOfColumns(row, lines, '', '');
}

function callOfColumns(row: LedgerRow, lines: readonly RatedLine[], assumed: string, source: string): CallFacts {
  return {
    provider: row.provider,
    requestModel: row.request_model,
    responseModel: row.response_model,
    operation: row.operation,
    responseId: row.response_id,
    serviceTier: row.service_tier,
    region: row.region,
    serverAddress: row.server_address,
    usage: usageOfLines(lines, assumed, source),
    reportedCost: row.reported_cost === null ? undefined : (BigInt(row.reported_cost) as Picodollars),
  };
}

function usageOfLines(lines: readonly RatedLine[], assumed: string, source: string): Usage {
  const [first] = lines;
  if (first === undefined || first.price.status === 'no_usage')
    return { status: 'none', reason: first?.price.reason ?? '' };
  // A fee per request is the price book's, not the span's.
  const charged = lines.filter((line) => line.meter !== 'request');
  const meters = charged.map(({ meter, quantityNano }): MeterQuantity => ({ meter, quantityNano }));
  return { status: 'stated', meters, assumed, source };
}

function linesOf(row: LedgerRow): RatedLine[] {
  return row.meter.map((meter, index) => ({
    meter: meter as Meter,
    quantityNano: BigInt(row.quantities[index] ?? '0'),
    listCost: BigInt(row.costs[index] ?? '0') as Picodollars,
    contractedCost: BigInt(row.costs[index] ?? '0') as Picodollars,
    price: readLinePrice(row.price[index] ?? '', row.price_state[index] ?? ''),
  }));
}

function writtenState(
  row: LedgerRow,
  span: DecodedSpan,
  lines: readonly RatedLine[],
  merged: Pick<RowFacts, 'm' | 'u'>,
): RowState {
  const own = span.classification.call;
  return {
    lineage: lineageOfRow(row),
    call: merged.m === undefined ? own : callOfColumns(row, lines, merged.m, merged.u ?? ''),
    // A charged call whose quantities are all 0 has no lines, but the versions that it was charged by.
    rated: row.price_book_version === '' ? undefined : { pricedModel: row.priced_model, lines },
    suppression: suppressionOf(row),
    ownCost: BigInt(row.own),
    totalCost: BigInt(row.total),
    totalTokens: Number(row.tokens),
    totalModelCalls: row.total_model_calls,
    totalToolCalls: row.total_tool_calls,
    priceBookVersion: row.price_book_version,
    rulesVersion: row.rules_version,
  };
}

function suppressionOf(row: LedgerRow): Suppression | undefined {
  if (row.suppressed_reason === '') return undefined;
  return {
    reason: row.suppressed_reason as Suppression['reason'],
    rule: row.suppressed_rule,
    keptTraceId: row.kept_trace_id,
    keptSpanId: row.kept_span_id,
  };
}

function lineageOfRow(row: LedgerRow): Lineage {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    team: row.team,
    project: row.project,
    agentName: row.agent_name,
    environment: row.environment,
    stepSpanId: row.step_span_id,
    toolCallSpanId: row.tool_call_span_id,
    toolCallPath: row.tool_call_path,
    toolName: row.tool_name,
    serviceName: row.service_name,
  };
}
