import type { WarehouseReader } from '@spanledger/warehouse';
import type { BillingPeriod } from '../time/billing-period.ts';

/** By what a statement can be split, and the ledger's column for it. */
export const CHARGEBACK_DIMENSIONS = {
  tenant: 'tenant',
  team: 'team',
  project: 'project',
  agent: 'agent_name',
  environment: 'environment',
  provider: 'provider',
  model: "if(response_model = '', request_model, response_model)",
  meter: 'meter',
  user: 'user_id',
  session: 'session_id',
} as const;

export type ChargebackDimension = keyof typeof CHARGEBACK_DIMENSIONS;

/** Sums over the charges of one combination of dimensions; money as exact decimals. */
export type ChargebackGroup = {
  readonly keys: readonly string[];
  readonly effectiveCost: string;
  readonly contractedCost: string;
  readonly listCost: string;
  readonly lines: number;
  readonly unpricedLines: number;
  readonly noUsageLines: number;
};

export type ChargebackGroups = {
  readonly groups: readonly ChargebackGroup[];
  readonly ledger: ChargebackGroup;
  /** ISO 4217; of all costs. */
  readonly billingCurrency: string;
};

export type ChargebackFilter = {
  readonly period: BillingPeriod;
  readonly by: readonly ChargebackDimension[];
  readonly tenant?: string | undefined;
};

type Row = {
  readonly keys: string[];
  readonly is_total: number;
  readonly effective_cost: string;
  readonly contracted_cost: string;
  readonly list_cost: string;
  readonly lines: string;
  readonly unpriced_lines: string;
  readonly no_usage_lines: string;
  readonly currency: string;
};

/**
 * The period's charges summed by the dimensions, and summed as a whole. Both come from one query, so both are of the same
 * state of the ledger while it grows. The start decides the period: that is how `billing_period` is made, and it prunes.
 */
export async function readChargebackGroups(
  reader: WarehouseReader,
  { period, by, tenant }: ChargebackFilter,
): Promise<ChargebackGroups> {
  const keys = by.map((dimension, index) => `toString(${CHARGEBACK_DIMENSIONS[dimension]}) AS key_${index}`);
  const names = keys.map((_, index) => `key_${index}`).join(', ');
  const sql = `SELECT [${names}] AS keys, is_total, effective_cost, contracted_cost, list_cost, lines, unpriced_lines, no_usage_lines, currency FROM
    (
      SELECT ${names}, grouping(key_0) = 1 AS is_total,
        sum(charge.effective_cost) AS effective_cost, sum(charge.contracted_cost) AS contracted_cost, sum(charge.list_cost) AS list_cost,
        count() AS lines, countIf(price_status = 'unpriced') AS unpriced_lines, countIf(price_status = 'no_usage') AS no_usage_lines, any(charge.billing_currency) AS currency
      FROM
      (
        SELECT ${keys.join(', ')}, effective_cost, contracted_cost, list_cost, price_status, billing_currency FROM spanledger.charges
        WHERE charge_period_start >= {start:DateTime64(3, 'UTC')} AND charge_period_start < {end:DateTime64(3, 'UTC')}
          AND ({tenant:String} = '' OR tenant = {tenant:String})
      ) AS charge
      GROUP BY GROUPING SETS ((${names}), ())
    )
    ORDER BY is_total, keys`;
  const rows = await reader.queryRows<Row>(sql, { start: period.start, end: period.end, tenant: tenant ?? '' });
  const total = rows.find((row) => row.is_total === 1);
  return {
    groups: rows.filter((row) => row.is_total === 0).map(toGroup),
    ledger: total === undefined ? EMPTY : { ...toGroup(total), keys: [] },
    billingCurrency: total === undefined || total.currency === '' ? 'USD' : total.currency,
  };
}

const EMPTY: ChargebackGroup = {
  keys: [],
  effectiveCost: '0',
  contractedCost: '0',
  listCost: '0',
  lines: 0,
  unpricedLines: 0,
  noUsageLines: 0,
};

function toGroup(row: Row): ChargebackGroup {
  return {
    keys: row.keys,
    effectiveCost: row.effective_cost,
    contractedCost: row.contracted_cost,
    listCost: row.list_cost,
    lines: Number(row.lines),
    unpricedLines: Number(row.unpriced_lines),
    noUsageLines: Number(row.no_usage_lines),
  };
}
