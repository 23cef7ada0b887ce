import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, DECIMAL, queryRows, TEXT, UTC_TIME } from './row.ts';

export const UNPRICED_ROW = z.object({
  tenant: TEXT,
  price_status: TEXT.meta({ description: 'unpriced, or no_usage' }),
  price_status_reason: TEXT,
  provider: TEXT,
  model: TEXT,
  meter: TEXT,
  consumed_quantity: DECIMAL,
  consumed_unit: TEXT,
  lines: COUNT.meta({ description: 'Charge lines' }),
  sessions: COUNT,
  example_session_id: TEXT,
  first_seen: UTC_TIME,
  last_seen: UTC_TIME,
});

export type UnpricedRow = z.output<typeof UNPRICED_ROW>;

export type UnpricedFilter = { readonly since: Date; readonly tenant?: string | undefined; readonly limit: number };

/** Usage that has no price and calls that state no usage, grouped by cause; the most frequent first. */
export function listUnpriced(
  reader: WarehouseReader,
  { since, tenant, limit }: UnpricedFilter,
): Promise<UnpricedRow[]> {
  const sql = `SELECT tenant, price_status, price_status_reason, provider,
      if(response_model = '', request_model, response_model) AS model, meter,
      sum(consumed_quantity) AS consumed_quantity, any(consumed_unit) AS consumed_unit, count() AS lines,
      uniq(session_id) AS sessions, argMax(session_id, charge_period_start) AS example_session_id,
      min(charge_period_start) AS first_seen, max(charge_period_start) AS last_seen
    FROM spanledger.charges
    WHERE charge_period_start >= {since:DateTime64(3, 'UTC')} AND price_status IN ('unpriced', 'no_usage')
      AND ({tenant:String} = '' OR tenant = {tenant:String})
    GROUP BY tenant, price_status, price_status_reason, provider, model, meter
    ORDER BY lines DESC, last_seen DESC, provider, model, meter LIMIT {limit:UInt32}`;
  return queryRows(reader, UNPRICED_ROW, sql, { since, tenant: tenant ?? '', limit });
}
