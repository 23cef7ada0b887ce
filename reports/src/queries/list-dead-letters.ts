import type { WarehouseReader } from '@spanledger/warehouse';
import { z } from 'zod';
import { COUNT, columnsOf, queryRows, TEXT, UTC_TIME } from './row.ts';

export const DEAD_LETTER_ROW = z.object({
  tenant: TEXT,
  received_at: UTC_TIME,
  dead_since: UTC_TIME,
  topic: TEXT,
  log_partition: COUNT,
  log_offset: COUNT,
  trace_id: TEXT,
  span_id: TEXT,
  reason: TEXT,
  detail: TEXT,
  ingest_key_id: TEXT,
});

export type DeadLetterRow = z.output<typeof DEAD_LETTER_ROW>;

export type DeadLetterFilter = { readonly since: Date; readonly tenant?: string | undefined; readonly limit: number };

/** What could not be processed, the latest first; its content stands in the table alone. */
export function listDeadLetters(
  reader: WarehouseReader,
  { since, tenant, limit }: DeadLetterFilter,
): Promise<DeadLetterRow[]> {
  const sql = `SELECT ${columnsOf(DEAD_LETTER_ROW)} FROM spanledger.dead_letters
    WHERE dead_since >= {since:DateTime64(3, 'UTC')} AND ({tenant:String} = '' OR tenant = {tenant:String})
    ORDER BY dead_since DESC, log_partition, log_offset LIMIT {limit:UInt32}`;
  return queryRows(reader, DEAD_LETTER_ROW, sql, { since, tenant: tenant ?? '', limit });
}
