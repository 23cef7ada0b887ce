import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, columnsOf, MONEY, queryRows, TEXT } from './row.ts';

export const REPORTED_ROW = z.object({
  tenant: TEXT,
  provider: TEXT,
  model: TEXT,
  dialect: TEXT.meta({ description: 'Convention of the emitter, with its version' }),
  calls: COUNT.meta({ description: 'Calls whose emitter states a cost' }),
  differing_calls: COUNT.meta({ description: 'Of them with a difference of more than a ten-thousandth of a cent' }),
  unknown_calls: COUNT.meta({ description: 'Of them unpriced or without usage here' }),
  reported_cost: MONEY.meta({ description: 'As the emitters state it, USD' }),
  list_cost: MONEY.meta({ description: 'As the ledger has it at list price, USD' }),
  difference: MONEY.meta({ description: 'Reported less ledger, USD' }),
  example_trace_id: TEXT.meta({ description: 'Of the call with the greatest difference' }),
  example_span_id: TEXT,
});

export type ReportedRow = z.output<typeof REPORTED_ROW>;

export type ReportedFilter = { readonly since: Date; readonly tenant?: string | undefined; readonly limit: number };

/**
 * What emitters say that calls cost beside what the ledger has, by model and emitter; the greatest difference first.
 * List cost is compared, because emitters know no contract, and in USD, which is what they state.
 */
export function listReported(
  reader: WarehouseReader,
  { since, tenant, limit }: ReportedFilter,
): Promise<ReportedRow[]> {
  const sql = `SELECT ${columnsOf(REPORTED_ROW)} FROM (
      SELECT tenant, provider, model, dialect, count() AS calls, countIf(abs(stated - ours) > 0.000001) AS differing_calls,
        countIf(is_unknown) AS unknown_calls, sum(stated) AS reported_cost, sum(ours) AS list_cost,
        reported_cost - list_cost AS difference,
        argMax(trace_id, (abs(stated - ours), span_id)) AS example_trace_id, argMax(span_id, (abs(stated - ours), span_id)) AS example_span_id
      FROM (
        SELECT tenant, provider, if(response_model = '', request_model, response_model) AS model, dialect, trace_id, span_id,
          assumeNotNull(any(charges.reported_cost)) AS stated,
          sum(if(exchange_rate IN (0, 1), charges.list_cost, toDecimal128(charges.list_cost / exchange_rate, 12))) AS ours,
          max(price_status IN ('unpriced', 'no_usage')) AS is_unknown
        FROM spanledger.charges AS charges
        WHERE charge_period_start >= {since:DateTime64(3, 'UTC')} AND charges.reported_cost IS NOT NULL
          AND ({tenant:String} = '' OR tenant = {tenant:String})
        GROUP BY tenant, provider, model, dialect, trace_id, span_id)
      GROUP BY tenant, provider, model, dialect)
    ORDER BY abs(difference) DESC, calls DESC, provider, model, dialect LIMIT {limit:UInt32}`;
  return queryRows(reader, REPORTED_ROW, sql, { since, tenant: tenant ?? '', limit });
}
