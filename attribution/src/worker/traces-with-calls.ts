import type { WarehouseReader } from '@spanledger/warehouse';
import type { TraceRef } from './bring-traces.ts';

/** Traces taken up at a time; beyond this, twins of calls that the ledger has from before a restart may be missed. */
const MAX_TRACES = 5_000;

/** Traces of the ledger with a model call that starts in one of these minutes (since 1970). */
export async function tracesWithCalls(reader: WarehouseReader, minutes: readonly number[]): Promise<TraceRef[]> {
  const rows = await reader.queryRows<{ tenant: string; trace_ids: string[] }>(
    `SELECT tenant, groupArray(trace_id) AS trace_ids FROM
       (SELECT DISTINCT tenant, trace_id FROM spanledger_store.ledger_rows
        WHERE toStartOfMinute(charge_period_start) IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC'))
          AND charge_period_start >= toDateTime64({from:UInt32}, 9, 'UTC') AND charge_period_start < toDateTime64({to:UInt32}, 9, 'UTC')
          AND role IN ('model_request', 'agent')
        LIMIT {limit:UInt32})
     GROUP BY tenant`,
    {
      minutes: minutes.map((minute) => minute * 60),
      from: Math.min(...minutes) * 60,
      to: (Math.max(...minutes) + 1) * 60,
      limit: MAX_TRACES,
    },
  );
  return rows.flatMap(({ tenant, trace_ids: traceIds }) => traceIds.map((traceId) => ({ tenant, traceId })));
}
