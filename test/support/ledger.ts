import type { WarehouseReader } from '@spanledger/warehouse';

export type ChargeLine = {
  readonly trace_id: string;
  readonly span_id: string;
  readonly meter: string;
  readonly consumed_quantity: string;
  readonly price_status: string;
  readonly price_status_reason: string;
  readonly effective_cost: string;
  readonly tool_call_path: readonly string[];
  readonly dialect_rule: string;
};

export type ToolCallRow = {
  readonly trace_id: string;
  readonly span_id: string;
  readonly tool_name: string;
  readonly session_id: string;
};

export type SuppressedRow = {
  readonly trace_id: string;
  readonly span_id: string;
  readonly kept_trace_id: string;
  readonly kept_span_id: string;
};

/** What the published tables say of one tenant. */
export type TenantLedger = {
  readonly charges: readonly ChargeLine[];
  readonly toolCalls: readonly ToolCallRow[];
  readonly suppressed: readonly SuppressedRow[];
};

export async function readTenantLedger(reader: WarehouseReader, tenant: string): Promise<TenantLedger> {
  const rows = <Row>(columns: string, table: string) =>
    reader.queryRows<Row>(`SELECT ${columns} FROM spanledger.${table} WHERE tenant = {tenant:String} ORDER BY ALL`, {
      tenant,
    });
  const [charges, toolCalls, suppressed] = await Promise.all([
    rows<ChargeLine>(
      'trace_id, span_id, meter, consumed_quantity, price_status, price_status_reason, effective_cost, tool_call_path, dialect_rule',
      'charges',
    ),
    rows<ToolCallRow>('trace_id, span_id, tool_name, session_id', 'tool_call_costs'),
    rows<SuppressedRow>('trace_id, span_id, kept_trace_id, kept_span_id', 'suppressed_calls'),
  ]);
  return { charges, toolCalls, suppressed };
}

/** All that must not depend on how spans were delivered: every column of these tables but where they stood on the log. */
const DELIVERY_COLUMNS: Readonly<Record<string, string>> = {
  charges: 'tenant, revision, log_partition, log_offset',
  spans: 'tenant, revision, log_partition, log_offset, received_at, ingest_key_id, size_bytes',
  tool_call_costs: 'tenant',
  session_costs: 'tenant',
  team_costs: 'tenant',
  suppressed_calls: 'tenant',
};

/** The rows of a tenant by table, as text, without what a delivery alone decides. */
export async function readTenantRows(reader: WarehouseReader, tenant: string): Promise<Record<string, string[]>> {
  const tables = Object.entries(DELIVERY_COLUMNS).map(async ([table, columns]) => {
    const rows = await reader.queryRows<object>(
      `SELECT * EXCEPT (${columns}) FROM spanledger.${table} WHERE tenant = {tenant:String} ORDER BY ALL`,
      { tenant },
    );
    return [table, rows.map((row) => JSON.stringify(row))] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

export type CostSums = { readonly charges: string; readonly sessions: string; readonly teams: string };

/** The cost of a tenant as the ledger and both rollups have it; decimals as text. */
export async function readCostSums(reader: WarehouseReader, tenant: string): Promise<CostSums> {
  const sum = (table: string) =>
    `(SELECT toString(sum(effective_cost)) FROM spanledger.${table} WHERE tenant = {tenant:String})`;
  const [row] = await reader.queryRows<CostSums>(
    `SELECT ${sum('charges')} AS charges, ${sum('session_costs')} AS sessions, ${sum('team_costs')} AS teams`,
    { tenant },
  );
  if (row === undefined) throw new Error('A query without a table has one row.');
  return row;
}
