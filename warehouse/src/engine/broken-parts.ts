import type { Warehouse } from '../client/warehouse.ts';

/** A part that the engine set aside because it could not be read: its rows are missing until they are written again. */
export type BrokenPart = {
  readonly database: string;
  readonly table: string;
  /** ClickHouse's partition id; empty when not even that was readable. */
  readonly partition: string;
  readonly part: string;
  readonly reason: string;
};

/** Parts detached by hand have no reason; `ignored` and `clone` are leftovers whose rows live on in other parts. */
const BROKEN_PARTS = `
  SELECT database, table, ifNull(partition_id, '') AS partition, name AS part, reason
  FROM system.detached_parts
  WHERE reason NOT IN ('', 'ignored', 'clone', 'attaching', 'deleting')
  ORDER BY database, table, name`;

export function findBrokenParts(warehouse: Warehouse): Promise<BrokenPart[]> {
  return warehouse.queryRows<BrokenPart>(BROKEN_PARTS);
}
