import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Attribution,
  createAttribution,
  createRater,
  loadBasePriceBook,
  publishPrices,
} from '@spanledger/attribution';
import { createIngest, type Ingest, type IngestKey } from '@spanledger/ingest';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog, type SpanLog } from '@spanledger/spanlog';
import { createEmbeddedEngine, createWarehouse, migrate, type Warehouse } from '@spanledger/warehouse';
import { pino } from 'pino';
import { settled } from './settled.ts';

/** The product's parts on a folder and ports of their own, in this process. */
export type Product = {
  readonly log: SpanLog;
  readonly warehouse: Warehouse;
  readonly ingest: Ingest;
  readonly attribution: Attribution;
  /** `host:port` of each door. */
  readonly otlp: { readonly grpc: string; readonly http: string };
  /** The SQL port as users see it: read-only, no password. */
  readonly sqlUrl: string;
  /** Waits until all that is on the log is in the ledger and the rollups. */
  settle(): Promise<void>;
  /** Waits until all that is on the log is in the ledger. */
  attributed(): Promise<void>;
  /** Ends attribution and starts another on the same data, as after a restart: nothing is left in memory. */
  restartAttribution(): Promise<void>;
  stop(): Promise<void>;
};

export type ProductOptions = {
  readonly keys?: readonly IngestKey[];
  readonly cacheSpans?: number;
  readonly partitionCount?: number;
  readonly clock?: () => number;
};

const MIGRATIONS = resolve(import.meta.dirname, '../../schemas/clickhouse');
const LOG_BYTES = 2 ** 30;

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const { keys = [], cacheSpans = 100_000, partitionCount = 4, clock = Date.now } = options;
  const folder = await mkdtemp(join(tmpdir(), 'spanledger-test-'));
  const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'error' }, pino.destination(2));
  const engine = createEmbeddedEngine({ dataDir: folder, sqlAddress: { host: '127.0.0.1', port: 0 }, logger });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger });
  await migrate({ warehouse, directory: MIGRATIONS, clock });
  const book = loadBasePriceBook();
  await publishPrices(warehouse, book);
  const log = createEmbeddedLog({
    directory: join(folder, 'log'),
    topics: {
      [TOPICS.spans]: { partitionCount },
      [TOPICS.logs]: { partitionCount },
      [TOPICS.deadLetters]: { partitionCount: 1 },
    },
    retention: { maxBytes: LOG_BYTES, maxAgeMs: 86_400_000 },
    maxBacklogBytes: LOG_BYTES,
    clock,
    logger,
  });
  const settings = { lookbackDays: 30, cacheSpans, twinCalls: 10_000, batchBytes: 8 * 2 ** 20 };
  const rater = createRater(book);
  const makeAttribution = () => createAttribution({ log, warehouse, rater, keys, clock, logger, settings });
  let attribution = makeAttribution();
  await attribution.start();
  const spans = log.topic(TOPICS.spans);
  const logs = log.topic(TOPICS.logs);
  const addresses = { grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0' };
  const ingest = createIngest({ ...addresses, spans, logs, keys, clock, logger });
  const otlp = await ingest.start();

  return {
    log,
    warehouse,
    ingest,
    otlp,
    sqlUrl: connection.reader.url,
    get attribution() {
      return attribution;
    },
    settle: () => settled({ spans, logs, attribution, warehouse }),
    attributed: () => settled({ spans, logs, attribution, warehouse: undefined }),
    async restartAttribution() {
      await attribution.stop(0);
      attribution = makeAttribution();
      await attribution.start();
    },
    async stop() {
      await ingest.stop(1_000);
      await attribution.stop(5_000);
      await warehouse.close();
      await engine.stop();
      await log.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
