import { listReported, type ReportedRow } from '@spanledger/reports';
import { parsePicodollars } from '@spanledger/schemas';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { formatMoneyColumn, formatTime } from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { ask, limitOf, sinceOf } from './ask.ts';

export type ReportedOptions = ConfigOptions & {
  readonly since: string;
  readonly limit: string;
  readonly tenant?: string;
};

const COLUMNS: readonly Column[] = [
  { title: 'model', maxWidth: 36 },
  { title: 'emitter', maxWidth: 26 },
  { title: 'calls', align: 'right' },
  { title: 'differ', align: 'right' },
  { title: 'reported', align: 'right' },
  { title: 'ledger, list', align: 'right' },
  { title: 'difference', align: 'right' },
  { title: '', align: 'right' },
  { title: 'greatest: explain <trace> <span>' },
];

/** `reported`: what emitters say that calls cost, beside what the ledger has. */
export async function reported(options: ReportedOptions, context: CommandContext): Promise<void> {
  const since = sinceOf(options.since, context);
  const limit = limitOf(options.limit);
  const filter = { since, tenant: options.tenant, limit: limit + 1 };
  const found = await ask(options, context, (reader) => listReported(reader, filter));
  if (found.length === 0) {
    context.out(`No call since ${formatTime(since.toISOString())} UTC came with a cost of its emitter's own.\n`);
    return;
  }
  context.out(renderTable(COLUMNS, cellsOf(found.slice(0, limit))));
  const unknown = found.reduce((sum, row) => sum + row.unknown_calls, 0);
  context.out(
    "\nIn USD. Emitters' figures are kept beside ours and never used: they know no cache lifetimes, tiers or contracts, and often no new model.\n",
  );
  if (unknown > 0)
    context.out(`${unknown} of these calls have no price or usage here: "spanledger unpriced" says why.\n`);
  if (found.length > limit) context.note(`Only the ${limit} greatest differences; --limit shows more.\n`);
}

function cellsOf(rows: readonly ReportedRow[]): string[][] {
  const stated = formatMoneyColumn(
    rows.map((row) => row.reported_cost),
    'USD',
  );
  const ours = formatMoneyColumn(
    rows.map((row) => row.list_cost),
    'USD',
  );
  const differences = formatMoneyColumn(
    rows.map((row) => row.difference),
    'USD',
  );
  return rows.map((row, index) => [
    [row.provider, row.model].filter((name) => name !== '').join('/'),
    row.dialect,
    String(row.calls),
    String(row.differing_calls),
    stated[index] ?? '',
    ours[index] ?? '',
    differences[index] ?? '',
    partOf(row),
    row.differing_calls === 0 ? '' : `${row.example_trace_id} ${row.example_span_id}`,
  ]);
}

/** The difference as a part of the ledger's cost: `+12.5 %`. */
function partOf({ difference, list_cost: cost }: ReportedRow): string {
  const [more, whole] = [parsePicodollars(difference) ?? 0n, parsePicodollars(cost) ?? 0n];
  if (whole === 0n || more === 0n) return '';
  const tenths = Number((more * 1000n) / whole) / 10;
  return `${tenths > 0 ? '+' : ''}${tenths.toFixed(1)} %`;
}
