import { ByteBuffer } from './byte-buffer.ts';
import type { Column } from './columns.ts';

/** Named columns in the order in which a block sends them. */
export type BlockColumns = Readonly<Record<string, Column>>;

/**
 * Serialises the columns as one block of ClickHouse's Native format (as of revision 0, which HTTP uses) and empties them.
 * Native is sent column by column: the engine copies whole columns, where RowBinary would parse each value of each row.
 */
export function takeBlock(columns: BlockColumns, rowCount: number): Buffer {
  const into = new ByteBuffer(rowCount * 256 + 4096);
  const entries = Object.entries(columns);
  into.varint(entries.length);
  into.varint(rowCount);
  for (const [name, column] of entries) {
    into.string(name);
    into.string(column.type);
    if (rowCount > 0) {
      column.prefix(into);
      column.body(into);
    }
    column.clear();
  }
  return into.bytes.subarray(0, into.length);
}

/** The column list of the INSERT that takes such a block. */
export function columnList(columns: BlockColumns): string {
  return Object.keys(columns).join(', ');
}
