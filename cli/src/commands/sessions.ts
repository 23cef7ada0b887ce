import { listSessions, type SessionRow } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import {
  counted,
  formatDuration,
  formatMoney,
  formatMoneyColumn,
  formatQuantity,
  formatTime,
  sumMoney,
} from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { ask, limitOf, sinceOf } from './ask.ts';

export type SessionsOptions = ConfigOptions & {
  readonly since: string;
  readonly limit: string;
  readonly team?: string;
  readonly tenant?: string;
};

/** `sessions`: what each cost, the latest last seen first. */
export async function sessions(options: SessionsOptions, context: CommandContext): Promise<void> {
  const since = sinceOf(options.since, context);
  const limit = limitOf(options.limit);
  const { team, tenant } = options;
  const found = await ask(options, context, (reader) =>
    listSessions(reader, { since, team, tenant, limit: limit + 1 }),
  );
  const rows = found.slice(0, limit);
  if (rows.length === 0) {
    const of = team === undefined ? '' : ` of team ${team}`;
    context.out(
      `No sessions${of} since ${formatTime(since.toISOString())} UTC.\nTry --since 30d, or run "npm run demo" to have some.\n`,
    );
    return;
  }
  context.out(sessionsTable(rows));
  if (found.length > limit) context.note(`Only the latest ${limit}; --limit shows more.\n`);
}

const COLUMNS: readonly Column[] = [
  { title: 'session', maxWidth: 26 },
  { title: 'team', maxWidth: 12 },
  { title: 'last seen (UTC)' },
  { title: 'took', align: 'right' },
  { title: 'calls', align: 'right' },
  { title: 'tokens', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: '' },
];

/** Sessions as a table with its sum. */
export function sessionsTable(rows: readonly SessionRow[]): string {
  const costs = rows.map(({ effective_cost }) => effective_cost);
  const currency = rows[0]?.billing_currency ?? 'USD';
  const money = formatMoneyColumn(costs, currency);
  const table = renderTable(
    COLUMNS,
    rows.map((row, index) => cells(row, money[index] ?? '')),
  );
  return `${table}\n${counted(rows.length, 'session')}, ${formatMoney(sumMoney(costs), currency)}\n`;
}

function cells(row: SessionRow, money: string): string[] {
  const isKnown = row.effective_cost !== '0' || row.unpriced_calls + row.no_usage_calls === 0;
  return [
    row.session_id,
    row.team,
    formatTime(row.charge_period_end),
    formatDuration(row.duration_ms),
    String(row.model_calls),
    formatQuantity(String(tokensOf(row))),
    isKnown ? money : 'not known',
    marks(row),
  ];
}

/** Tokens are whole; the ledger keeps them as decimals because other meters are not. */
function tokensOf(row: SessionRow): bigint {
  const meters = [
    'input',
    'cache_read',
    'cache_write_5m',
    'cache_write_1h',
    'cache_write',
    'output',
    'reasoning',
  ] as const;
  return meters.reduce((sum, meter) => sum + BigInt(row[`${meter}_tokens`].split('.')[0] ?? '0'), 0n);
}

/** What the cost does not tell. */
function marks({ unpriced_calls, no_usage_calls, outcome }: SessionRow): string {
  return [
    unpriced_calls > 0 ? `${unpriced_calls} unpriced` : '',
    no_usage_calls > 0 ? `${no_usage_calls} no_usage` : '',
    outcome === 'error' ? 'error' : '',
  ]
    .filter((mark) => mark !== '')
    .join(', ');
}
