import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, DECIMAL, MONEY, queryRows, TEXT } from './row.ts';

/** By what a team's cost can be split. */
export const TEAM_SPLITS = ['team', 'model', 'project', 'agent', 'environment', 'provider', 'meter'] as const;

export type TeamSplit = (typeof TEAM_SPLITS)[number];

export const TEAM_COST_ROW = z.object({
  tenant: TEXT,
  team: TEXT,
  part: TEXT.meta({
    description: 'The model, project, agent ... by which the cost is split; the team itself where it is not',
  }),
  consumed_quantity: DECIMAL.meta({ description: 'Tokens; split by meter: in the unit of the meter' }),
  consumed_unit: TEXT,
  effective_cost: MONEY,
  assumed_cost: MONEY.meta({ description: 'Of the cost, how much rests on an assumed price' }),
  unpriced_lines: COUNT.meta({ description: 'Charge lines without a price' }),
  billing_currency: TEXT,
});

export type TeamCostRow = z.output<typeof TEAM_COST_ROW>;

export type TeamCostFilter = {
  readonly since: Date;
  readonly by: TeamSplit;
  readonly tenant?: string | undefined;
  readonly limit: number;
};

const COLUMNS: Readonly<Record<TeamSplit, string>> = {
  team: 'team',
  model: 'model',
  project: 'project',
  agent: 'agent_name',
  environment: 'environment',
  provider: 'provider',
  meter: 'meter',
};

/** What each team used since the beginning of the hour of `since`, split once more; the dearest first. */
export function sumTeamCosts(
  reader: WarehouseReader,
  { since, by, tenant, limit }: TeamCostFilter,
): Promise<TeamCostRow[]> {
  const sql = `SELECT tenant, team, {column:Identifier} AS part,
      sumIf(team_costs.consumed_quantity, {byMeter:Bool} OR team_costs.consumed_unit = 'token') AS consumed_quantity,
      if({byMeter:Bool}, any(team_costs.consumed_unit), 'token') AS consumed_unit, sum(effective_cost) AS effective_cost,
      sum(assumed_cost) AS assumed_cost, sum(unpriced_calls) AS unpriced_lines, any(billing_currency) AS billing_currency
    FROM spanledger.team_costs
    WHERE charge_period_start >= toStartOfHour({since:DateTime64(3, 'UTC')}) AND ({tenant:String} = '' OR tenant = {tenant:String})
    GROUP BY tenant, team, part ORDER BY effective_cost DESC, tenant, team, part LIMIT {limit:UInt32}`;
  return queryRows(reader, TEAM_COST_ROW, sql, {
    since,
    column: COLUMNS[by],
    byMeter: by === 'meter',
    tenant: tenant ?? '',
    limit,
  });
}
