import { formatPicodollars } from '@spanledger/schemas';
import type { ChargebackDimension } from '../queries/chargeback-groups.ts';
import type { Statement, StatementLine } from './statement.ts';

/** A line of an export: FOCUS column names, exact decimals as text. */
export type StatementRecord = Readonly<Record<string, string>>;

/** FOCUS's own column where it has one, else a custom one with its prefix `x_`. */
const DIMENSION_COLUMNS: Readonly<Record<ChargebackDimension, string>> = {
  tenant: 'BillingAccountId',
  team: 'x_TeamId',
  project: 'x_ProjectId',
  agent: 'x_AgentName',
  environment: 'x_Environment',
  provider: 'ServiceProviderName',
  model: 'x_Model',
  meter: 'SkuMeter',
  user: 'x_UserId',
  session: 'x_SessionId',
};

/**
 * The statement as records: its lines, then one whose x_RowType is `total`. BilledCost is left out on purpose: what the
 * provider bills stands in the provider's own FOCUS file, and both together would count it twice.
 */
export function statementRecords(statement: Statement): StatementRecord[] {
  return [
    ...statement.lines.map((line) => toRecord(statement, line, 'charge')),
    toRecord(statement, statement.total, 'total'),
  ];
}

function toRecord(
  { period, by, billingCurrency }: Statement,
  line: StatementLine,
  rowType: 'charge' | 'total',
): StatementRecord {
  const dimensions = by.map((dimension, index) => [DIMENSION_COLUMNS[dimension], line.keys[index] ?? ''] as const);
  return {
    x_RowType: rowType,
    ...Object.fromEntries(dimensions),
    BillingCurrency: billingCurrency,
    BillingPeriodStart: wholeSeconds(period.start),
    BillingPeriodEnd: wholeSeconds(period.end),
    ListCost: decimal(line.listCost),
    ContractedCost: decimal(line.contractedCost),
    EffectiveCost: decimal(line.effectiveCost),
    x_ChargeLines: String(line.lines),
    x_UnpricedLines: String(line.unpricedLines),
    x_NoUsageLines: String(line.noUsageLines),
  };
}

/** With a decimal point always: FOCUS's validator takes a column of integers for no decimals. */
function decimal(value: bigint): string {
  const text = formatPicodollars(value);
  return text.includes('.') ? text : `${text}.0`;
}

function wholeSeconds(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}
