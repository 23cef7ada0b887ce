import type { Picodollars } from '@spanledger/schemas';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { CallFacts, DecodedSpan, MeterQuantity, SpanIdentity, SpanRole, Usage } from '../facts.ts';
import type { Lineage } from '../lineage/lineage.ts';
import type { RatedLine } from '../rating/types.ts';
import type { SpanNode, Trace } from '../trace/trace.ts';
import { readLineWord } from './line-word.ts';
import { readCall, readFacts, readLineage, readMeters, readTwin } from './read-facts.ts';
import type { Suppression } from './row-state.ts';
import { type Owner, readCallWord, readEmitterWord, readOwnerWord, readSuppressedWord } from './row-words.ts';

/** One row of the ledger as the reload query gives it; 64-bit integers and decimals as text. */
export type LedgerRow = Readonly<Record<(typeof TEXT_COLUMNS)[number] | DerivedText, string>> &
  Readonly<Record<(typeof NUMBER_COLUMNS)[number] | 'status' | 'received_ms', number>> &
  Readonly<Record<ListColumn, readonly string[]>> & { readonly reported_cost: string | null };

type DerivedText = 'role' | 'start_ns' | 'end_ns' | 'own' | 'total' | 'total_list' | 'tokens' | 'log_offset_text';
type ListColumn = 'tool_call_path' | 'lines' | 'line_quantities' | 'line_costs' | 'contracted';

const TEXT_COLUMNS = [
  'tenant',
  'trace_id',
  'span_id',
  'parent_span_id',
  'name',
  'status_message',
  'session_id',
  'step_span_id',
  'tool_call_span_id',
  'tool_name',
  'tool_call_id',
  'user_id',
  'owner',
  'emitter',
  'call',
  'response_id',
  'suppressed',
  'kept_trace_id',
  'kept_span_id',
  'facts',
] as const;

const NUMBER_COLUMNS = ['otlp_kind', 'size_bytes', 'total_model_calls', 'total_tool_calls', 'log_partition'] as const;

const SELECT = `SELECT ${[...TEXT_COLUMNS, ...NUMBER_COLUMNS].join(', ')},
  toString(role) AS role, toInt8(status_code) AS status, tool_call_path, lines,
  toString(toUnixTimestamp64Nano(charge_period_start)) AS start_ns, toString(toUnixTimestamp64Nano(charge_period_end)) AS end_ns,
  toUnixTimestamp64Milli(received_at)::Float64 AS received_ms, toString(log_offset) AS log_offset_text,
  if(isNull(ledger_rows.reported_cost), NULL, toString(reinterpretAsInt128(assumeNotNull(ledger_rows.reported_cost)))) AS reported_cost,
  arrayMap(q -> toString(reinterpretAsInt128(q)), quantities) AS line_quantities,
  arrayMap(c -> toString(reinterpretAsInt128(c)), list_costs) AS line_costs,
  arrayMap(c -> toString(reinterpretAsInt128(c)), contracted_costs) AS contracted,
  toString(reinterpretAsInt128(own_cost)) AS own, toString(reinterpretAsInt128(total_cost)) AS total,
  toString(reinterpretAsInt128(total_list_cost)) AS total_list, toString(total_tokens) AS tokens
FROM spanledger_store.ledger_rows FINAL`;

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
  // The key's columns are equal in all versions of a row, so FINAL may look at the rows that PREWHERE leaves only.
  const sql = `${SELECT}
    PREWHERE tenant = {tenant:String} AND trace_id IN ({traceIds:Array(String)})
    WHERE charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC')
    ${inMinutes}`;
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
  const call = readCallWord(row.call);
  const emitter = readEmitterWord(row.emitter);
  const owner = readOwnerWord(row.owner);
  const lines = linesOf(row);
  const span: DecodedSpan = {
    identity: identityOf(row, emitter),
    resource: { serviceName: owner.serviceName, processKey: facts.p, lineage: readLineage(facts.s) },
    classification: {
      dialect: emitter.dialect,
      rule: emitter.rule,
      role: facts.o ?? (row.role as SpanRole),
      rank: facts.r,
      own: readLineage(facts.l),
      call: facts.c === undefined ? shownCall(row, call, lines) : readCall(facts.c),
      aggregate: readMeters(facts.g ?? []),
      remoteAgent: facts.a === 1,
      toolName: facts.t ?? (row.role === 'tool_call' ? row.tool_name : ''),
      toolCallId: row.tool_call_id,
    },
  };
  const origin = {
    partition: row.log_partition,
    offset: Number(row.log_offset_text),
    keyId: emitter.ingestKeyId,
    receivedAtMs: row.received_ms,
  };
  const { node } = trace.add(span, origin);
  node.twins = (facts.w ?? []).map(readTwin);
  node.writtenTwins = node.twins;
  node.written = {
    lineage: lineageOf(row, owner),
    call: facts.m === undefined ? span.classification.call : callOfColumns(row, call, lines, facts.m),
    // A charged call whose quantities are all 0 has no lines, but the versions that it was charged by.
    rated: call.priceBookVersion === '' ? undefined : { pricedModel: call.pricedModel, lines },
    suppression: suppressionOf(row),
    ownCost: BigInt(row.own),
    totalCost: BigInt(row.total),
    totalListCost: BigInt(row.total_list),
    totalTokens: Number(row.tokens),
    totalModelCalls: row.total_model_calls,
    totalToolCalls: row.total_tool_calls,
    priceBookVersion: call.priceBookVersion,
    rulesVersion: call.rulesVersion,
  };
  return node;
}

function identityOf(row: LedgerRow, { scopeName, scopeVersion }: ReturnType<typeof readEmitterWord>): SpanIdentity {
  return {
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    name: row.name,
    otlpKind: row.otlp_kind,
    startNs: BigInt(row.start_ns),
    endNs: BigInt(row.end_ns),
    statusCode: row.status,
    statusMessage: row.status_message,
    scopeName,
    scopeVersion,
    sizeBytes: row.size_bytes,
  };
}

type CallWord = ReturnType<typeof readCallWord>;

/** What a span itself stated, where the columns show just that. */
function shownCall(row: LedgerRow, call: CallWord, lines: readonly RatedLine[]): CallFacts | undefined {
  if (row.role !== 'model_request' && row.role !== 'api_call') return undefined;
  return callOfColumns(row, call, lines, '');
}

function callOfColumns(row: LedgerRow, call: CallWord, lines: readonly RatedLine[], assumed: string): CallFacts {
  return {
    ...call.names,
    responseId: row.response_id,
    usage: usageOfLines(lines, assumed, call.usageSource),
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
  return row.lines.map((word, index) => {
    const listCost = BigInt(row.line_costs[index] ?? '0') as Picodollars;
    const contracted = row.contracted[index];
    const contractedCost = contracted === undefined ? listCost : (BigInt(contracted) as Picodollars);
    const { meter, price } = readLineWord(word);
    return { meter, quantityNano: BigInt(row.line_quantities[index] ?? '0'), price, listCost, contractedCost };
  });
}

function suppressionOf(row: LedgerRow): Suppression | undefined {
  if (row.suppressed === '') return undefined;
  return { ...readSuppressedWord(row.suppressed), keptTraceId: row.kept_trace_id, keptSpanId: row.kept_span_id };
}

function lineageOf(row: LedgerRow, owner: Owner): Lineage {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    ...owner,
    stepSpanId: row.step_span_id,
    toolCallSpanId: row.tool_call_span_id,
    toolCallPath: row.tool_call_path,
    toolName: row.tool_name,
  };
}
