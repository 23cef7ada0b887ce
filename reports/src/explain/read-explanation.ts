import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { reportError } from '../errors.ts';
import { columnsOf, DECIMAL, MONEY, queryRows, TEXT, UTC_TIME } from '../queries/row.ts';
import { inTreeOrder } from './in-tree-order.ts';

/** A span with what it was taken for and what its usage was read from. */
export const EXPLAINED_SPAN_ROW = z.object({
  tenant: TEXT,
  trace_id: TEXT,
  span_id: TEXT,
  parent_span_id: TEXT,
  name: TEXT,
  kind: TEXT,
  charge_period_start: UTC_TIME,
  duration_ms: z.number(),
  status: TEXT,
  status_message: TEXT,
  scope_name: TEXT,
  scope_version: TEXT,
  service_name: TEXT,
  session_id: TEXT,
  agent_name: TEXT,
  caller_agent_name: TEXT,
  tool_name: TEXT,
  team: TEXT,
  project: TEXT,
  user_id: TEXT,
  environment: TEXT,
  provider: TEXT,
  request_model: TEXT,
  response_model: TEXT,
  operation: TEXT,
  response_id: TEXT,
  service_tier: TEXT,
  region: TEXT,
  server_address: TEXT,
  dialect: TEXT,
  dialect_rule: TEXT,
  usage_source: TEXT.meta({ description: 'From which attributes each quantity was read' }),
  meters: z.array(TEXT),
  quantities: z.array(DECIMAL),
  own_cost: MONEY,
  total_cost: MONEY,
  received_at: UTC_TIME,
  ingest_key_id: TEXT,
  log_partition: z.number(),
  log_offset: z.number(),
});

/** A charge line with everything that its cost follows from. */
export const EXPLAINED_LINE_ROW = z.object({
  trace_id: TEXT,
  span_id: TEXT,
  meter: TEXT,
  line: z.number(),
  consumed_quantity: DECIMAL,
  consumed_unit: TEXT,
  pricing_quantity: DECIMAL,
  pricing_unit: TEXT,
  pricing_currency: TEXT,
  exchange_rate: DECIMAL,
  list_unit_price: MONEY,
  contracted_unit_price: MONEY,
  list_cost: MONEY,
  contracted_cost: MONEY,
  effective_cost: MONEY,
  billing_currency: TEXT,
  priced_model: TEXT,
  price_id: TEXT,
  price_status: TEXT,
  price_status_reason: TEXT,
  reported_cost: MONEY.nullable(),
  price_book_version: TEXT,
  rules_version: z.number(),
});

/** A span that is not charged, the one that is instead, and the rule that decided. */
export const EXPLAINED_SUPPRESSION_ROW = z.object({
  trace_id: TEXT,
  span_id: TEXT,
  name: TEXT,
  scope_name: TEXT,
  reason: TEXT,
  rule: TEXT,
  kept_trace_id: TEXT,
  kept_span_id: TEXT,
  meters: z.array(TEXT),
  quantities: z.array(DECIMAL),
  dialect_rule: TEXT,
});

export type ExplainedSpanRow = z.output<typeof EXPLAINED_SPAN_ROW>;
export type ExplainedLine = z.output<typeof EXPLAINED_LINE_ROW>;
export type ExplainedSuppression = z.output<typeof EXPLAINED_SUPPRESSION_ROW>;

/** One span: what it is, its charges, in whose favour it is not charged, and which spans are not charged in its favour. */
export type ExplainedSpan = {
  readonly span: ExplainedSpanRow;
  readonly charges: readonly ExplainedLine[];
  readonly suppression: ExplainedSuppression | undefined;
  readonly alsoSeenBy: readonly ExplainedSuppression[];
};

export type ExplanationFilter = {
  readonly traceId: string;
  /** Only this span. */
  readonly spanId?: string | undefined;
  readonly tenant?: string | undefined;
};

/** More than anybody reads; what is longer is for SQL. */
const MAX_SPANS = 10_000;
/** Another trace may tell of a call of this one: such spans overlap in time. */
const TWIN_SPREAD_MS = 600_000;

/**
 * The spans of a trace, each beneath its parent and in the order of time, explained; empty when the ledger has no such trace or span.
 * Throws SPL_REPORT_TOO_LARGE, and SPL_REPORT_AMBIGUOUS where several tenants have the trace.
 */
export async function explainTrace(reader: WarehouseReader, filter: ExplanationFilter): Promise<ExplainedSpan[]> {
  const { traceId, spanId = '', tenant = '' } = filter;
  const spans = await readSpans(reader, { traceId, spanId, tenant });
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  onlyTenant(spans, traceId);
  const bounds = {
    traceId,
    spanId,
    tenant: first.tenant,
    from: new Date(Date.parse(first.charge_period_start) - TWIN_SPREAD_MS),
    to: new Date(Date.parse(last.charge_period_start) + last.duration_ms + TWIN_SPREAD_MS),
  };
  const [lines, suppressions] = await Promise.all([readLines(reader, bounds), readSuppressions(reader, bounds)]);
  const linesOf = Map.groupBy(lines, (line) => line.span_id);
  const own = new Map(suppressions.filter((row) => row.trace_id === traceId).map((row) => [row.span_id, row]));
  const inFavour = Map.groupBy(
    suppressions.filter((row) => row.kept_trace_id === traceId),
    (row) => row.kept_span_id,
  );
  return inTreeOrder(spans).map((span) => ({
    span,
    charges: linesOf.get(span.span_id) ?? [],
    suppression: own.get(span.span_id),
    alsoSeenBy: inFavour.get(span.span_id) ?? [],
  }));
}

async function readSpans(
  reader: WarehouseReader,
  parameters: { readonly traceId: string; readonly spanId: string; readonly tenant: string },
): Promise<ExplainedSpanRow[]> {
  const sql = `SELECT ${columnsOf(EXPLAINED_SPAN_ROW)} FROM spanledger.spans
    WHERE trace_id = {traceId:String} AND ({spanId:String} = '' OR span_id = {spanId:String}) AND ({tenant:String} = '' OR tenant = {tenant:String})
    ORDER BY charge_period_start, span_id LIMIT {limit:UInt32}`;
  const spans = await queryRows(reader, EXPLAINED_SPAN_ROW, sql, { ...parameters, limit: MAX_SPANS + 1 });
  if (spans.length <= MAX_SPANS) return spans;
  throw reportError(
    'SPL_REPORT_TOO_LARGE',
    `Trace ${parameters.traceId} has more than ${MAX_SPANS} spans. Name one of them, or query spanledger.charges.`,
  );
}

function onlyTenant(spans: readonly ExplainedSpanRow[], traceId: string): void {
  const tenants = [...new Set(spans.map(({ tenant }) => tenant))].sort();
  if (tenants.length === 1) return;
  throw reportError(
    'SPL_REPORT_AMBIGUOUS',
    `Several tenants have a trace ${traceId}: name one of ${tenants.join(', ')}.`,
  );
}

type Bounds = {
  readonly traceId: string;
  readonly spanId: string;
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
};

const IN_TIME =
  "charge_period_start >= {from:DateTime64(3, 'UTC')} AND charge_period_start <= {to:DateTime64(3, 'UTC')} AND tenant = {tenant:String}";

function readLines(reader: WarehouseReader, bounds: Bounds): Promise<ExplainedLine[]> {
  const sql = `SELECT ${columnsOf(EXPLAINED_LINE_ROW)} FROM spanledger.charges
    WHERE ${IN_TIME} AND trace_id = {traceId:String} AND ({spanId:String} = '' OR span_id = {spanId:String})
    ORDER BY charge_period_start, span_id`;
  return queryRows(reader, EXPLAINED_LINE_ROW, sql, { ...bounds });
}

/** Of the trace's spans, and of those in other traces that are not charged in favour of one here. */
function readSuppressions(reader: WarehouseReader, bounds: Bounds): Promise<ExplainedSuppression[]> {
  const sql = `SELECT ${columnsOf(EXPLAINED_SUPPRESSION_ROW)} FROM spanledger.suppressed_calls
    WHERE ${IN_TIME} AND (trace_id = {traceId:String} OR kept_trace_id = {traceId:String})
    ORDER BY charge_period_start, trace_id, span_id`;
  return queryRows(reader, EXPLAINED_SUPPRESSION_ROW, sql, { ...bounds });
}
