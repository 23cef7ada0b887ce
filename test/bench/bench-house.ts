import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Attribution, createAttribution, createRater, loadBasePriceBook } from '@spanledger/attribution';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog, type SpanLog } from '@spanledger/spanlog';
import {
  createEmbeddedEngine,
  createWarehouse,
  createWarehouseReader,
  migrate,
  type Warehouse,
  type WarehouseReader,
} from '@spanledger/warehouse';
import { pino } from 'pino';

/** Log and engine on a temporary folder, with the engine's process id for measuring it. */
export type BenchHouse = {
  readonly log: SpanLog;
  readonly warehouse: Warehouse;
  /** As users ask: read-only, by the SQL port. */
  readonly reader: WarehouseReader;
  readonly enginePid: number;
  attribution(): Attribution;
  stop(): Promise<void>;
};

export const BENCH_PARTITIONS = 4;
const MIGRATIONS = resolve(import.meta.dirname, '../../schemas/clickhouse');

export async function buildBenchHouse(): Promise<BenchHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const engine = createEmbeddedEngine({ dataDir: folder, sqlAddress: { host: '127.0.0.1', port: 0 }, logger });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger });
  await migrate({ warehouse, directory: MIGRATIONS, clock: Date.now });
  const topics = { [TOPICS.spans]: BENCH_PARTITIONS, [TOPICS.logs]: BENCH_PARTITIONS, [TOPICS.deadLetters]: 1 };
  const log = createEmbeddedLog({
    directory: join(folder, 'log'),
    topics: Object.fromEntries(Object.entries(topics).map(([name, partitionCount]) => [name, { partitionCount }])),
    retention: { maxBytes: 2 ** 31, maxAgeMs: 3_600_000 },
    maxBacklogBytes: 2 ** 32,
    clock: Date.now,
    logger,
  });
  const reader = createWarehouseReader(connection.reader);
  const rater = createRater(loadBasePriceBook());
  const settings = { lookbackDays: 7, cacheSpans: 100_000, twinCalls: 100_000, batchBytes: 8 * 2 ** 20 };
  return {
    log,
    warehouse,
    reader,
    enginePid: connection.pid,
    attribution: () => createAttribution({ log, warehouse, rater, keys: [], clock: Date.now, logger, settings }),
    stop: async () => {
      await reader.close();
      await warehouse.close();
      await engine.stop();
      await log.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
