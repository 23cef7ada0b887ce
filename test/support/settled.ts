import type { Attribution } from '@spanledger/attribution';
import type { LogTopic } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';
import { until } from './until.ts';

export type SettleOptions = {
  readonly spans: LogTopic;
  /** Log records: the spans made of them are on the topic of spans before their offsets are committed. */
  readonly logs: LogTopic;
  readonly attribution: Attribution;
  /** Given: the rollups are waited for too. */
  readonly warehouse: WarehouseReader | undefined;
};

const DEADLINE_MS = 120_000;

/**
 * Waits until everything on the log is attributed, then until the rollups stand on it. An offset is committed only after
 * its rows, and the notices that it causes, are durable; so an empty backlog says that nothing is under way.
 */
export async function settled({ spans, logs, attribution, warehouse }: SettleOptions): Promise<void> {
  let failure: Error | undefined;
  void attribution.failed.then((error) => {
    failure = error;
  });
  await until('the log is attributed', DEADLINE_MS, () => {
    if (failure !== undefined) throw failure;
    return logs.stats().backlogBytes === 0 && spans.stats().backlogBytes === 0;
  });
  if (warehouse !== undefined)
    await until('the rollups stand on the ledger', DEADLINE_MS, () => areRollupsBuilt(warehouse));
}

/** Whether the rollups are built through the last receipt of what was written. */
async function areRollupsBuilt(warehouse: WarehouseReader): Promise<boolean> {
  const [row] = await warehouse.queryRows<{ built: number }>(
    `SELECT (SELECT max(sequence) FROM spanledger_store.receipts) <= (SELECT max(built_through) FROM spanledger_store.rollup_state) AS built`,
  );
  return row?.built === 1;
}
