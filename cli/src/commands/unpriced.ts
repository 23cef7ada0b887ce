import { listUnpriced } from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { formatQuantity, formatTime } from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { ask, limitOf, sinceOf } from './ask.ts';

export type UnpricedOptions = ConfigOptions & {
  readonly since: string;
  readonly limit: string;
  readonly tenant?: string;
};

const COLUMNS: readonly Column[] = [
  { title: 'status' },
  { title: 'reason', maxWidth: 20 },
  { title: 'model', maxWidth: 30 },
  { title: 'meter', maxWidth: 14 },
  { title: 'quantity', align: 'right' },
  { title: 'lines', align: 'right' },
  { title: 'example session', maxWidth: 18 },
];

/** `unpriced`: usage without a price and calls without usage; none of it counts as zero. */
export async function unpriced(options: UnpricedOptions, context: CommandContext): Promise<void> {
  const since = sinceOf(options.since, context);
  const limit = limitOf(options.limit);
  const filter = { since, tenant: options.tenant, limit: limit + 1 };
  const found = await ask(options, context, (reader) => listUnpriced(reader, filter));
  if (found.length === 0) {
    context.out(`Everything since ${formatTime(since.toISOString())} UTC has usage and a price.\n`);
    return;
  }
  const rows = found
    .slice(0, limit)
    .map((row) => [
      row.price_status,
      row.price_status_reason,
      [row.provider, row.model].filter((name) => name !== '').join('/'),
      row.meter,
      formatQuantity(row.consumed_quantity),
      String(row.lines),
      row.example_session_id,
    ]);
  context.out(renderTable(COLUMNS, rows));
  context.out(
    '\nNone of this is in any cost above. "session <id>" shows the calls; docs/prices.md says how prices are found.\n',
  );
  if (found.length > limit) context.note(`Only the ${limit} most frequent; --limit shows more.\n`);
}
