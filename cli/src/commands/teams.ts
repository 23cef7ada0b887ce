import { sumTeamCosts, TEAM_SPLITS, type TeamCostRow, type TeamSplit } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { formatMoney, formatMoneyColumn, formatQuantity, sumMoney } from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { ask, badArgument, limitOf, sinceOf } from './ask.ts';

export type TeamsOptions = ConfigOptions & {
  readonly by: string;
  readonly since: string;
  readonly limit: string;
  readonly tenant?: string;
};

/** `teams`: what each used, split once more. */
export async function teams(options: TeamsOptions, context: CommandContext): Promise<void> {
  const by = TEAM_SPLITS.find((split) => split === options.by);
  if (by === undefined) throw badArgument('--by', `one of ${TEAM_SPLITS.join(', ')}`, options.by);
  const since = sinceOf(options.since, context);
  const limit = limitOf(options.limit);
  const filter = { since, by, tenant: options.tenant, limit: limit + 1 };
  const found = await ask(options, context, (reader) => sumTeamCosts(reader, filter));
  const from = `${since.toISOString().slice(0, 13).replace('T', ' ')}:00 UTC`;
  if (found.length === 0) {
    context.out(`No costs since ${from}.\nTry --since 30d, or run "npm run demo" to have some.\n`);
    return;
  }
  const rows = found.slice(0, limit);
  const costs = rows.map(({ effective_cost }) => effective_cost);
  const currency = rows[0]?.billing_currency ?? 'USD';
  const money = formatMoneyColumn(costs, currency);
  const assumed = formatMoneyColumn(
    rows.map(({ assumed_cost }) => assumed_cost),
    currency,
  );
  const lines = rows.map((row, index) => cells(row, by, money[index] ?? '', assumed[index] ?? ''));
  context.out(`${renderTable(columns(by), lines)}\n`);
  context.out(`Total ${formatMoney(sumMoney(costs), currency)} since ${from} (whole hours)\n`);
  if (found.length > limit) context.note(`Only the dearest ${limit}, and their total; --limit shows more.\n`);
}

function columns(by: TeamSplit): Column[] {
  return [
    { title: 'team', maxWidth: 24 },
    ...(by === 'team' ? [] : [{ title: by, maxWidth: 36 }]),
    { title: by === 'meter' ? 'quantity' : 'tokens', align: 'right' as const },
    { title: 'cost', align: 'right' as const },
    { title: 'of it assumed', align: 'right' as const },
    { title: '' },
  ];
}

function cells(row: TeamCostRow, by: TeamSplit, money: string, assumed: string): string[] {
  const isKnown = row.effective_cost !== '0' || (row.unpriced_lines === 0 && row.part !== 'unknown');
  return [
    row.team,
    ...(by === 'team' ? [] : [row.part]),
    formatQuantity(row.consumed_quantity),
    isKnown ? money : 'not known',
    row.assumed_cost === '0' ? '' : assumed,
    row.unpriced_lines > 0 ? `${row.unpriced_lines} unpriced` : '',
  ];
}
