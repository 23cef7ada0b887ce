import type { WarehouseReader } from '@spanledger/warehouse';
import {
  CHARGEBACK_DIMENSIONS,
  type ChargebackDimension,
  type ChargebackFilter,
  readChargebackGroups,
} from '../queries/chargeback-groups.ts';
import { makeStatement, type Statement } from './statement.ts';

/** Reads the ledger of a period and makes its statement; throws SPL_REPORT_SUM_DIFFERS rather than give out a wrong one. */
export async function readStatement(reader: WarehouseReader, filter: ChargebackFilter): Promise<Statement> {
  return makeStatement(filter.period, filter.by, await readChargebackGroups(reader, filter));
}

/** What `parseDimensions` takes, as it stands in messages. */
export const DIMENSIONS_EXPECTED = `one or more of ${Object.keys(CHARGEBACK_DIMENSIONS).join(', ')}, separated by commas`;

/** Reads `team,project`; undefined for a name that is none, twice the same, or nothing. */
export function parseDimensions(text: string): ChargebackDimension[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is ChargebackDimension => Object.hasOwn(CHARGEBACK_DIMENSIONS, name));
  return known.length === names.length && new Set(known).size === known.length ? known : undefined;
}
