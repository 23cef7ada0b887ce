import { ClickHouseError } from '@clickhouse/client';
import { SpanledgerError } from '@spanledger/schemas';
import { warehouseError } from '../errors.ts';

/** ClickHouse's codes for what passes by itself: time, connections, memory, disk space, load, coordination. */
const RETRYABLE_CODES = new Set([
  ...['159', '160', '198', '202', '203', '209', '210', '225', '236', '241', '242', '243', '252', '265', '279'],
  ...['285', '286', '319', '364', '394', '410', '415', '416', '439', '473', '499', '519', '733', '745', '999'],
]);

/** One of the retryable codes with a text that says the data itself is at fault, on every try. */
const TOO_MANY_PARTITIONS = /Too many partitions for single INSERT block/i;

/**
 * What the client threw, as one of ours: SPL_WAREHOUSE_UNAVAILABLE when the same statement may succeed later,
 * SPL_WAREHOUSE_REFUSED when ClickHouse refused it for what it says or carries, SPL_WAREHOUSE_ABORTED for the caller's signal.
 */
export function asWarehouseError(error: unknown, statement: string, signal?: AbortSignal): Error {
  if (error instanceof SpanledgerError) return error;
  const about = `Statement: ${excerpt(statement)}`;
  if (signal?.aborted) return warehouseError('SPL_WAREHOUSE_ABORTED', `Given up by the caller. ${about}`, error);
  if (!(error instanceof ClickHouseError)) {
    const text = error instanceof Error ? error.message : String(error);
    return warehouseError('SPL_WAREHOUSE_UNAVAILABLE', `ClickHouse did not answer: ${text}. ${about}`, error);
  }
  const text = `ClickHouse answered ${error.type ?? 'an error'} (code ${error.code}): ${error.message}`;
  const code = isRetryable(error) ? 'SPL_WAREHOUSE_UNAVAILABLE' : 'SPL_WAREHOUSE_REFUSED';
  return warehouseError(code, `${text} ${about}`, error);
}

function isRetryable(error: ClickHouseError): boolean {
  return RETRYABLE_CODES.has(error.code) && !TOO_MANY_PARTITIONS.test(error.message);
}

function excerpt(statement: string): string {
  const line = statement.trim().replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
