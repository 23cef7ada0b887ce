import type { Warehouse } from '@spanledger/warehouse';

/** What a batch writes, as far as rollups and the check at start must know. */
export type Receipt = {
  readonly partition: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
  readonly rowCount: number;
  /** Hours since 1970 whose rollups the batch changes. */
  readonly hours: readonly number[];
};

export type Receipts = {
  /** Before rows are written (a crash then leaves the mark) and after (a rollup may have been built in between). */
  write(phase: 'before' | 'after', receipts: readonly Receipt[]): Promise<void>;
};

const SECONDS_AN_HOUR = 3600;

const INSERT = `INSERT INTO spanledger_store.receipts
  (sequence, phase, written_at, log_partition, first_offset, next_offset, row_count, hours) FORMAT Values`;

/** Receipts in a table whose sequence follows the clock and grows over restarts, also when the clock is set back. */
export function createReceipts(warehouse: Warehouse, clock: () => number): Receipts {
  let last: number | undefined;
  return {
    write: async (phase, receipts) => {
      if (receipts.length === 0) return;
      const writtenAt = clock();
      let sequence = last ?? (await lastSequence(warehouse));
      const rows = receipts.map((receipt) => {
        sequence = Math.max(sequence + 1, writtenAt * 1000);
        const hours = receipt.hours.map((hour) => hour * SECONDS_AN_HOUR).join(',');
        const { partition, firstOffset, nextOffset, rowCount } = receipt;
        // With its three digits always: ClickHouse reads a number without a fraction as milliseconds.
        const at = (writtenAt / 1000).toFixed(3);
        return `(${sequence}, '${phase}', ${at}, ${partition}, ${firstOffset}, ${nextOffset}, ${rowCount}, [${hours}])`;
      });
      last = sequence;
      await warehouse.insertBytes(INSERT, Buffer.from(rows.join(',')));
    },
  };
}

async function lastSequence(warehouse: Warehouse): Promise<number> {
  const [row] = await warehouse.queryRows<{ last: string }>(
    'SELECT max(sequence) AS last FROM spanledger_store.receipts',
  );
  return Number(row?.last ?? 0);
}
