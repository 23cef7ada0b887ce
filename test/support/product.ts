import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Attribution, type AttributionKey, createAttribution, createRater, loadBasePriceBook } from '@spanledger/attribution';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog, type SpanLog } from '@spanledger/spanlog';
import { createEmbeddedEngine, createWarehouse, type EmbeddedEngine, migrate, type Warehouse } from '@spanledger/warehouse';
import { pino } from 'pino';

/** Log, engine and attribution on a folder of their own: the product without its doors. */
export type Product = {
  readonly log: SpanLog;
  readonly warehouse: Warehouse;
  readonly attribution: Attribution;
  /** Waits until all that is on the log is in the ledger and the rollups. */
  settle(): Promise<void>;
  /** Ends attribution and starts another on the same data, as after a restart: nothing is left in memory. */
  restartAttribution(): Promise<void>;
  stop(): Promise<void>;
};

export type ProductOptions = {
  readonly keys?: readonly AttributionKey[];
  readonly cacheSpans?: number;
  readonly partitionCount?: number;
  readonly clock?: () => number;
};

const MIGRATIONS = resolve(import.meta.dirname, '../../schemas/clickhouse');
const SETTLE_DEADLINE_MS = 60_000;

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-test-'));
  const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'error' }, pino.destination(2));
  const clock = options.clock ?? Date.now;
  const engine = createEmbeddedEngine({ dataDir: folder, sqlAddress: { host: '127.0.0.1', port: 0 }, logger });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger });
  await migrate({ warehouse, directory: MIGRATIONS, clock });
  const partitionCount = options.partitionCount ?? 4;
  const log = createEmbeddedLog({
    directory: join(folder, 'log'),
    topics: { [TOPICS.spans]: { partitionCount }, [TOPICS.logs]: { partitionCount }, [TOPICS.deadLetters]: { partitionCount: 1 } },
    retention: { maxBytes: 2 ** 30, maxAgeMs: 86_400_000 },
    maxBacklogBytes: 2 ** 30,
    clock,
    logger,
  });
  const rater = createRater(loadBasePriceBook());
  const settings = { lookbackDays: 30, cacheSpans: options.cacheSpans ?? 100_000, twinCalls: 10_000, batchBytes: 8 * 2 ** 20 };
  const makeAttribution = () =>
    createAttribution({ log, warehouse, rater, keys: options.keys ?? [], clock, logger, settings });
  let attribution = makeAttribution();
  await attribution.start();
  return {
    log,
    warehouse,
    get attribution() {
      return attribution;
    },
    settle: () => settle(log, attribution),
    restartAttribution: async () => {
      await attribution.stop(0);
      attribution = makeAttribution();
      await attribution.start();
    },
    stop: () => stopAll(attribution, log, warehouse, engine, folder),
  };
}

async function settle(log: SpanLog, attribution: Attribution): Promise<void> {
  const topic = log.topic(TOPICS.spans);
  const deadline = Date.now() + SETTLE_DEADLINE_MS;
  let quiet = 0;
  while (quiet < 3) {
    if (Date.now() > deadline) throw new Error('the log was not worked off in time');
    const failure = await Promise.race([attribution.failed, new Promise<undefined>((done) => setTimeout(() => done(undefined), 60))]);
    if (failure !== undefined) throw failure;
    const { lagRecords, deferredTraces } = attribution.stats();
    const ends = Array.from({ length: topic.partitionCount }, (_, partition) => topic.range(partition).end);
    const end = ends.reduce((sum, one) => sum + one, 0);
    quiet = lagRecords === 0 && deferredTraces === 0 && attribution.stats().records >= 0 && end >= 0 && topic.stats().backlogBytes === 0 ? quiet + 1 : 0;
  }
}

async function stopAll(
  attribution: Attribution,
  log: SpanLog,
  warehouse: Warehouse,
  engine: EmbeddedEngine,
  folder: string,
): Promise<void> {
  await attribution.stop(5_000);
  await warehouse.close();
  await engine.stop();
  await log.stop();
  await rm(folder, { recursive: true, force: true });
}
