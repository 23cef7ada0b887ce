import type { QueryParameters, WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';

/** Kinds of columns: what the warehouse answers is turned into these, and the HTTP API documents them. */
export const UTC_TIME = z.string().meta({ description: 'UTC, ISO 8601', examples: ['2026-11-23T22:10:01.250000000Z'] });
export const DECIMAL = z.string().meta({ description: 'Exact decimal as text', examples: ['0.001234'] });
export const MONEY = z
  .string()
  .meta({ description: 'Exact decimal as text, in the billing currency', examples: ['0.001234'] });
export const COUNT = z.number().int().nonnegative();
export const TEXT = z.string();

type RowSchema = z.ZodObject<z.ZodRawShape>;

/** The columns of a row, as a SELECT list. */
export function columnsOf(row: RowSchema): string {
  return Object.keys(row.shape).join(', ');
}

/** Runs a query whose columns are those of `row`; times become ISO 8601, counts numbers. */
export async function queryRows<Row extends RowSchema>(
  reader: WarehouseReader,
  row: Row,
  sql: string,
  parameters: QueryParameters,
): Promise<z.output<Row>[]> {
  const rows = await reader.queryRows<Record<string, unknown>>(sql, parameters);
  const columns = Object.entries(row.shape);
  return rows.map(
    (raw) => Object.fromEntries(columns.map(([name, kind]) => [name, convert(kind, raw[name])])) as z.output<Row>,
  );
}

/** 64-bit counts come as text, times with a blank and without a zone. */
function convert(kind: unknown, value: unknown): unknown {
  if (kind instanceof z.ZodNumber) return Number(value);
  if (kind === UTC_TIME) return `${String(value).replace(' ', 'T')}Z`;
  return value;
}
