import { formatPicodollars, type Picodollars, parsePicodollars, ZERO_PICODOLLARS } from '@spanledger/schemas';
import { reportError } from '../errors.ts';
import type { ChargebackDimension, ChargebackGroup, ChargebackGroups } from '../queries/chargeback-groups.ts';
import type { BillingPeriod } from '../time/billing-period.ts';

/** What one team (or project ...) used in a period. */
export type StatementLine = {
  readonly keys: readonly string[];
  readonly effectiveCost: Picodollars;
  readonly contractedCost: Picodollars;
  readonly listCost: Picodollars;
  readonly lines: number;
  readonly unpricedLines: number;
  readonly noUsageLines: number;
};

export type Statement = {
  readonly period: BillingPeriod;
  readonly by: readonly ChargebackDimension[];
  readonly billingCurrency: string;
  readonly lines: readonly StatementLine[];
  /** Equal to the ledger of the period, to the picodollar. */
  readonly total: StatementLine;
};

/**
 * Makes the statement of a period, whose lines sum exactly to the ledger's own total.
 * Throws SPL_REPORT_SUM_DIFFERS otherwise: a statement that is wrong by a cent is not given out.
 */
export function makeStatement(
  period: BillingPeriod,
  by: readonly ChargebackDimension[],
  { groups, ledger, billingCurrency }: ChargebackGroups,
): Statement {
  const lines = groups.map(toLine).sort(dearestFirst);
  const total = lines.reduce(add, emptyLine());
  checkAgainst(toLine(ledger), total, period);
  return { period, by, billingCurrency, lines, total };
}

function toLine(group: ChargebackGroup): StatementLine {
  return {
    ...group,
    effectiveCost: amount(group.effectiveCost),
    contractedCost: amount(group.contractedCost),
    listCost: amount(group.listCost),
  };
}

function emptyLine(): StatementLine {
  const costs = { effectiveCost: ZERO_PICODOLLARS, contractedCost: ZERO_PICODOLLARS, listCost: ZERO_PICODOLLARS };
  return { keys: [], ...costs, lines: 0, unpricedLines: 0, noUsageLines: 0 };
}

function add(sum: StatementLine, line: StatementLine): StatementLine {
  return {
    keys: [],
    effectiveCost: (sum.effectiveCost + line.effectiveCost) as Picodollars,
    contractedCost: (sum.contractedCost + line.contractedCost) as Picodollars,
    listCost: (sum.listCost + line.listCost) as Picodollars,
    lines: sum.lines + line.lines,
    unpricedLines: sum.unpricedLines + line.unpricedLines,
    noUsageLines: sum.noUsageLines + line.noUsageLines,
  };
}

function checkAgainst(ledger: StatementLine, total: StatementLine, { name }: BillingPeriod): void {
  const compared = ['effectiveCost', 'contractedCost', 'listCost', 'lines', 'unpricedLines', 'noUsageLines'] as const;
  const wrong = compared.find((field) => ledger[field] !== total[field]);
  if (wrong === undefined) return;
  const shown = (value: bigint | number) => (typeof value === 'bigint' ? formatPicodollars(value) : String(value));
  throw reportError(
    'SPL_REPORT_SUM_DIFFERS',
    `The statement of ${name} sums to ${wrong} ${shown(total[wrong])}, the ledger to ${shown(ledger[wrong])}. Please report this with the query's log; nothing was written.`,
  );
}

function dearestFirst(left: StatementLine, right: StatementLine): number {
  if (left.effectiveCost !== right.effectiveCost) return left.effectiveCost > right.effectiveCost ? -1 : 1;
  const [a, b] = [left.keys.join('\0'), right.keys.join('\0')];
  return a < b ? -1 : a > b ? 1 : 0;
}

function amount(text: string): Picodollars {
  const value = parsePicodollars(text);
  if (value === undefined) throw new Error(`the ledger answered the cost ${JSON.stringify(text)}, expected a decimal`);
  return value;
}
