import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { counted } from '../text/figures.ts';
import { renderRecords, renderTable, tableWidth } from '../text/table.ts';
import { ask, badArgument } from './ask.ts';

export type QueryOptions = ConfigOptions & { readonly format: string };

const FORMATS = ['table', 'json', 'csv', 'jsonl'] as const;

/** A wider table is shown row by row. */
const WIDEST_TABLE = 160;
/** More rows are for a file, not for a screen. */
const MAX_TABLE_ROWS = 1_000;

/** `query "<SQL>"`: read-only SQL over the published tables. */
export async function query(sql: string, options: QueryOptions, context: CommandContext): Promise<void> {
  const format = FORMATS.find((name) => name === options.format);
  if (format === undefined) throw badArgument('--format', `one of ${FORMATS.join(', ')}`, options.format);
  await ask(options, context, async (reader) => {
    if (format === 'table') await printTable(reader, sql, context);
    else if (format === 'json') await printJson(reader, sql, context);
    else await pass(await reader.queryRaw(sql, format === 'csv' ? 'CSVWithNames' : 'JSONEachRow'), context);
  });
}

async function pass(stream: Readable, context: CommandContext): Promise<void> {
  for await (const chunk of stream.setEncoding('utf8')) {
    context.out(String(chunk));
    await context.drained();
  }
}

/** An array of objects, row by row. */
async function printJson(reader: WarehouseReader, sql: string, context: CommandContext): Promise<void> {
  let separator = '[';
  for await (const line of linesOf(await reader.queryRaw(sql, 'JSONEachRow'))) {
    context.out(`${separator}\n  ${line}`);
    separator = ',';
    await context.drained();
  }
  context.out(separator === '[' ? '[]\n' : '\n]\n');
}

async function printTable(reader: WarehouseReader, sql: string, context: CommandContext): Promise<void> {
  const rows: string[][] = [];
  let titles: string[] | undefined;
  let types: string[] | undefined;
  let isCut = false;
  for await (const line of linesOf(await reader.queryRaw(sql, 'JSONCompactEachRowWithNamesAndTypes'))) {
    const cells = cellsOf(line);
    // The statement names a format of its own: its lines are the answer.
    if (cells === undefined) context.out(`${line}\n`);
    else if (titles === undefined) titles = cells;
    else if (types === undefined) types = cells;
    else if (rows.length < MAX_TABLE_ROWS) rows.push(cells);
    else isCut = true;
  }
  if (titles === undefined || types === undefined) return;
  const columns = titles.map((title, index) => ({
    title,
    ...(isNumber(types[index] ?? '') ? { align: 'right' as const } : {}),
  }));
  const table = renderTable(columns, rows);
  context.out(tableWidth(table) <= WIDEST_TABLE ? table : renderRecords(titles, rows));
  context.note(
    isCut
      ? `Only the first ${MAX_TABLE_ROWS} rows; --format csv or jsonl gives all.\n`
      : `${counted(rows.length, 'row')}\n`,
  );
}

function linesOf(stream: Readable) {
  return createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
}

function cellsOf(line: string): string[] | undefined {
  try {
    const values: unknown = JSON.parse(line);
    return Array.isArray(values) ? values.map(cellText) : undefined;
  } catch {
    return undefined;
  }
}

function cellText(value: unknown): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isNumber(type: string): boolean {
  return /^(LowCardinality\()?(Nullable\()?(U?Int|Float|Decimal)/.test(type);
}
