import {
  type BillingPeriod,
  PERIOD_EXPECTED,
  parseBillingPeriod,
  parseSince,
  SINCE_EXPECTED,
} from '@spanledger/reports';
import type { WarehouseReader } from '@spanledger/warehouse';
import { openLedger } from '../asking/open-ledger.ts';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';

/** Opens the ledger for one question and closes it again. */
export async function ask<Answer>(
  options: ConfigOptions,
  context: CommandContext,
  question: (reader: WarehouseReader) => Promise<Answer>,
): Promise<Answer> {
  const ledger = await openLedger(readConfig(options, context.environment), context.clock);
  try {
    return await question(ledger.reader);
  } finally {
    await ledger.close();
  }
}

export function sinceOf(text: string, context: CommandContext): Date {
  const since = parseSince(text, context.clock());
  if (since === undefined) throw badArgument('--since', SINCE_EXPECTED, text);
  return since;
}

export function periodOf(text: string): BillingPeriod {
  const period = parseBillingPeriod(text);
  if (period === undefined) throw badArgument('--period', PERIOD_EXPECTED, text);
  return period;
}

const MAX_LIMIT = 100_000;

export function limitOf(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw badArgument('--limit', `a number from 1 to ${MAX_LIMIT}`, text);
  return limit;
}

export function badArgument(option: string, expected: string, actual: string) {
  return cliError('SPL_CLI_BAD_ARGUMENT', `${option} must be ${expected}; found ${JSON.stringify(actual)}.`);
}
