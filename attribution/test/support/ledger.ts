import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmbeddedEngine, createWarehouse, migrate, type Warehouse } from '@spanledger/warehouse';
import { pino } from 'pino';
import { readLedgerRows, restoreRow } from '../../src/ledger/reload.ts';
import { Trace } from '../../src/trace/trace.ts';
import { createLedgerWriter, type PendingRow } from '../../src/worker/ledger-writer.ts';
import { EPOCH_MS } from './made-spans.ts';

/** A real engine with the product's tables, empty, on a folder of its own. */
export type TestLedger = {
  readonly warehouse: Warehouse;
  /** Writes what the traces' last resolution says, as the worker does. */
  write(traces: readonly Trace[], revision?: bigint): Promise<void>;
  /** A trace as another process would find it: nothing in memory. */
  reload(tenant: string, traceIds: readonly string[]): Promise<Map<string, Trace>>;
  /** One figure of one query. */
  figure(sql: string): Promise<string>;
  close(): Promise<void>;
};

export const SILENT = pino({ level: 'silent' });
const MIGRATIONS = fileURLToPath(new URL('../../../schemas/clickhouse', import.meta.url));
const NEVER = new AbortController().signal;
/** A range that holds all that tests write. */
const RANGE = { fromMinute: 0, toMinute: EPOCH_MS / 60_000 + 1_000_000 };

export async function startLedger(): Promise<TestLedger> {
  const dataDir = await mkdtemp(join(tmpdir(), 'spanledger-attribution-'));
  const engine = createEmbeddedEngine({ dataDir, sqlAddress: { host: '127.0.0.1', port: 0 }, logger: SILENT });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger: SILENT });
  await migrate({ warehouse, directory: MIGRATIONS, clock: () => EPOCH_MS });
  const writer = createLedgerWriter(warehouse);
  return {
    warehouse,
    write: async (traces, revision = 1n) => {
      const refused = await writer.write(pendingRows(traces, revision), [], NEVER);
      if (refused.length > 0) throw new Error(`refused: ${refused[0]?.detail}`);
    },
    reload: async (tenant, traceIds) => {
      const rows = await readLedgerRows(warehouse, { tenant, traceIds, minutes: undefined, ...RANGE });
      const traces = new Map(traceIds.map((id) => [id, new Trace(tenant, id)]));
      for (const row of rows) {
        const trace = traces.get(row.trace_id);
        if (trace !== undefined) restoreRow(trace, row);
      }
      return traces;
    },
    figure: async (sql) => {
      const [row] = await warehouse.queryRows<{ figure: string | number }>(
        `SELECT toString(figure) AS figure FROM (${sql})`,
      );
      return `${row?.figure}`;
    },
    close: async () => {
      await warehouse.close();
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function pendingRows(traces: readonly Trace[], revision: bigint): PendingRow[] {
  return traces.flatMap(({ tenant, nodes }) => [...nodes.values()].map((node) => ({ tenant, node, revision })));
}
