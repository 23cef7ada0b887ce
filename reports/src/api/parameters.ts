import { z } from 'zod';
import { PERIOD_EXPECTED, parseBillingPeriod } from '../time/billing-period.ts';
import { parseSince, SINCE_EXPECTED } from '../time/since.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Query parameters that several routes share. They stay text here and are read by the functions below. */
export const SINCE = z
  .string()
  .refine((text) => parseSince(text, 0) !== undefined, { error: `expected ${SINCE_EXPECTED}` })
  .default('7d')
  .meta({ description: `From when on: ${SINCE_EXPECTED}` });

export const LIMIT = z.coerce
  .number()
  .int()
  .min(1)
  .max(MAX_LIMIT)
  .default(DEFAULT_LIMIT)
  .meta({ description: `Most rows in the answer, at most ${MAX_LIMIT}` });

export const TENANT = z.string().max(128).optional().meta({ description: 'Only this tenant' });

export const SESSION_ID = z.string().min(1).max(4096);

export const PERIOD = z
  .string()
  .refine((text) => parseBillingPeriod(text) !== undefined, { error: `expected ${PERIOD_EXPECTED}` })
  .meta({ description: 'Billing period: a month, UTC', examples: ['2026-11'] });

/** A checked `since` as a moment. */
export function momentOf(since: string, nowMs: number): Date {
  return parseSince(since, nowMs) ?? new Date(0);
}

/** Rows, and whether the limit cut them. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ rows: z.array(row), limit: z.number().int(), is_cut: z.boolean() });
}

/** One row more than asked for was read: it tells whether there are more. */
export function toPage<Row>(rows: readonly Row[], limit: number) {
  return { rows: rows.slice(0, limit), limit, is_cut: rows.length > limit };
}
