import { writeFileSync } from 'node:fs';
import {
  DIMENSIONS_EXPECTED,
  parseDimensions,
  readStatement,
  type Statement,
  statementCsv,
  statementRecords,
} from '@spanledger/reports';
import type { ConfigOptions } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';
import { counted, formatMoney } from '../text/figures.ts';
import { ask, badArgument, periodOf } from './ask.ts';

export type ExportOptions = ConfigOptions & {
  readonly period: string;
  readonly by: string;
  readonly format: string;
  readonly output?: string;
  readonly tenant?: string;
};

/** `export chargeback`: a statement of the ledger's charges of one period, which sums to them exactly. */
export async function exportChargeback(options: ExportOptions, context: CommandContext): Promise<void> {
  const period = periodOf(options.period);
  const by = parseDimensions(options.by);
  if (by === undefined) throw badArgument('--by', DIMENSIONS_EXPECTED, options.by);
  if (options.format !== 'csv' && options.format !== 'json')
    throw badArgument('--format', 'csv or json', options.format);
  const filter = { period, by, tenant: options.tenant };
  const statement = await ask(options, context, (reader) => readStatement(reader, filter));
  const text = options.format === 'csv' ? statementCsv(statementRecords(statement)) : statementJson(statement);
  if (options.output === undefined) context.out(text);
  else writeOut(options.output, text);
  context.note(summary(statement, options.output));
  if (context.clock() < period.end.getTime()) context.note(`${period.name} is not over yet: there will be more.\n`);
}

function statementJson(statement: Statement): string {
  return `${JSON.stringify({ period: statement.period.name, by: statement.by, rows: statementRecords(statement) }, undefined, 2)}\n`;
}

function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw cliError('SPL_CLI_BAD_ARGUMENT', `--output ${path} cannot be written: ${(cause as Error).message}.`, cause);
  }
}

/** To standard error, so that a pipe gets the statement alone. */
function summary({ period, lines, total, billingCurrency }: Statement, output: string | undefined): string {
  const where = output === undefined ? '' : ` written to ${output}`;
  if (lines.length === 0) return `The ledger has no charges in ${period.name}${where}.\n`;
  const unknown = total.unpricedLines + total.noUsageLines;
  const warning =
    unknown === 0
      ? ''
      : ` ${counted(unknown, 'charge line')} without a price or usage are in no cost: see "spanledger unpriced".`;
  return `${period.name}: ${counted(lines.length, 'line')}, ${formatMoney(total.effectiveCost, billingCurrency)}, equal to the ledger to the last digit${where}.${warning}\n`;
}
