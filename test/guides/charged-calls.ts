import type { WarehouseReader } from '@spanledger/warehouse';
import { usageText } from './expected-call.ts';

/** One charged call of a run, as the ledger has it. */
export type ChargedCall = {
  readonly span: string;
  /** Meters as text, or `no_usage`. */
  readonly usage: string;
  readonly statuses: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
};

type Row = Readonly<Record<string, string>> & {
  readonly meters: readonly string[];
  readonly quantities: readonly string[];
  readonly statuses: readonly string[];
};

/** All model calls of a tenant but attempts that failed, which nobody bills. `columns` are read along. */
export async function readChargedCalls(
  reader: WarehouseReader,
  tenant: string,
  columns: readonly string[],
): Promise<ChargedCall[]> {
  const along = columns.map((column) => `, any(c.${column}) AS ${column}`).join('');
  const rows = await reader.queryRows<Row>(
    `SELECT c.span_id AS span, groupArray(c.meter) AS meters, groupArray(toString(c.consumed_quantity)) AS quantities,
       groupArray(c.price_status) AS statuses${along}
     FROM spanledger.charges AS c
     WHERE c.tenant = {tenant:String} AND c.meter != 'api_call' AND c.price_status_reason != 'request_failed'
     GROUP BY c.trace_id, c.span_id`,
    { tenant },
  );
  return rows.map((row) => ({
    span: String(row['span']),
    usage: row.statuses.includes('no_usage') ? 'no_usage' : meterText(row),
    statuses: row.statuses,
    columns: Object.fromEntries(columns.map((column) => [column, String(row[column])])),
  }));
}

function meterText({ meters, quantities }: Row): string {
  return usageText(Object.fromEntries(meters.map((meter, index) => [meter, Number(quantities[index])])));
}
