import { listSuppressed, type SuppressedRow } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { formatTime } from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { ask, limitOf, sinceOf } from './ask.ts';

export type SuppressedOptions = ConfigOptions & {
  readonly since: string;
  readonly limit: string;
  readonly tenant?: string;
};

const COLUMNS: readonly Column[] = [
  { title: 'time (UTC)' },
  { title: 'session', maxWidth: 18 },
  { title: 'not charged', maxWidth: 24 },
  { title: 'why', maxWidth: 30 },
  { title: 'charged on span' },
];

/** `suppressed`: spans whose usage is charged elsewhere, so that nothing is counted twice. */
export async function suppressed(options: SuppressedOptions, context: CommandContext): Promise<void> {
  const since = sinceOf(options.since, context);
  const limit = limitOf(options.limit);
  const filter = { since, tenant: options.tenant, limit: limit + 1 };
  const found = await ask(options, context, (reader) => listSuppressed(reader, filter));
  if (found.length === 0) {
    context.out(
      `Nothing since ${formatTime(since.toISOString())} UTC was seen twice: every span with usage was charged.\n`,
    );
    return;
  }
  context.out(renderTable(COLUMNS, found.slice(0, limit).map(cells)));
  if (found.length > limit) context.note(`Only the latest ${limit}; --limit shows more.\n`);
}

function cells(row: SuppressedRow): string[] {
  return [
    formatTime(row.charge_period_start).slice(5),
    row.session_id,
    row.name,
    `${row.reason}: ${row.rule}`,
    row.kept_span_id,
  ];
}
