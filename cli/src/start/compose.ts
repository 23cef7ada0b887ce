import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Attribution,
  createAttribution,
  createPricedRater,
  keepPriceFile,
  publishPrices,
  settleBillingCurrency,
} from '@spanledger/attribution';
import { createIngest, type Ingest } from '@spanledger/ingest';
import { createApi } from '@spanledger/reports';
import { type Config, TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog } from '@spanledger/spanlog';
import {
  createEmbeddedEngine,
  createWarehouse,
  createWarehouseReader,
  type EmbeddedEngine,
  migrate,
  openDataFolder,
  type RunAddresses,
} from '@spanledger/warehouse';
import type { Logger } from 'pino';
import { splitAddress } from '../config/listen-address.ts';
import { cliError } from '../errors.ts';
import { openPrices } from '../prices/open-prices.ts';
import { createClosers } from './closers.ts';
import { engineLimits } from './engine-limits.ts';
import { createHealthProbe } from './health.ts';
import { metricSnapshot } from './metrics.ts';
import { MIGRATIONS } from './migrations.ts';
import { openRepairs } from './repairs.ts';

export type ProductOptions = { readonly config: Config; readonly logger: Logger; readonly clock: () => number };

export type Product = {
  readonly addresses: Required<RunAddresses>;
  /** Absolute. */
  readonly dataDir: string;
  readonly engineVersion: string;
  /** Resolves when a part gave up; the product must then be stopped. */
  readonly failed: Promise<Error>;
  /** Drains and stops every part in the reverse order of its start; may be called twice. */
  stop(): Promise<void>;
};

const INGEST_STOP_MS = 5_000;
const ATTRIBUTION_STOP_MS = 20_000;
/** How long after a lost connection the end of the engine's process is known at the latest. */
const ENGINE_END_SEEN_MS = 2_000;
const MS_AN_HOUR = 3_600_000;

/** All parts in one process: folder, engine, log, attribution, API, and ingest last, when what it takes can be worked off. */
export async function startProduct({ config, logger, clock }: ProductOptions): Promise<Product> {
  const prices = openPrices(config);
  for (const warning of prices.warnings) logger.warn({ file: config['prices.file'] }, `price file, ${warning}`);
  const closers = createClosers(logger);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let failure: Error | undefined;
  void failed.then((error) => {
    failure = error;
  });
  try {
    const folder = await openDataFolder({ path: config.data_dir, clock });
    closers.add('data folder', async () => folder.release());

    const sqlAddress = addressOf(config, 'sql');
    const engine = createEmbeddedEngine({
      dataDir: folder.path,
      sqlAddress,
      logger,
      limits: engineLimits(config),
      clock,
    });
    closers.add('engine', () => engine.stop());
    const connection = await engine.start();
    reportEngineEnd(engine, fail);
    const warehouse = createWarehouse({ ...connection, logger });
    closers.add('warehouse client', () => warehouse.close());
    await migrate({ warehouse, directory: MIGRATIONS, clock });
    await settleBillingCurrency(warehouse, prices.billingCurrency, clock());
    const earlierFiles = await keepPriceFile(warehouse, prices.file, clock());
    await publishPrices(warehouse, prices.book, prices.file);

    const repairs = openRepairs(folder.path, connection.brokenParts);
    const log = openLog(config, folder.path, clock, logger);
    closers.add('span log', () => log.stop());
    const attribution = createAttribution({
      log,
      warehouse,
      rater: createPricedRater({ ...prices, earlierFiles }),
      keys: config['ingest.keys'],
      clock,
      logger,
      settings: {
        lookbackDays: config['attribution.lookback_days'],
        cacheSpans: config['attribution.cache_spans'],
        twinCalls: config['attribution.twin_calls'],
        ownerAttributes: {
          team: config['attribution.team_attributes'],
          project: config['attribution.project_attributes'],
        },
        batchBytes: config['attribution.batch_bytes'],
      },
      brokenParts: repairs.isNeeded,
      onCaughtUp: repairs.done,
    });
    closers.add('attribution', () => attribution.stop(failure === undefined ? ATTRIBUTION_STOP_MS : 0));
    await attribution.start();
    reportAttributionEnd(attribution, engine, fail);

    const reader = createWarehouseReader(connection.reader);
    closers.add('reader', () => reader.close());
    let ingest: Ingest | undefined;
    const spans = log.topic(TOPICS.spans);
    const startedAtMs = clock();
    const sources = {
      config,
      clock,
      startedAtMs,
      attribution: attribution.stats,
      topics: Object.values(TOPICS).map(log.topic),
    };
    const api = createApi({
      address: addressOf(config, 'api'),
      reader,
      health: createHealthProbe({ reader, spans, attribution: attribution.stats, failure: () => failure, clock }),
      metrics: () => metricSnapshot({ ...sources, ingest: () => ingest?.counters() }),
      clock,
      logger,
    });
    closers.add('API', () => api.stop());
    const apiAddress = await api.start();

    ingest = openIngest(config, { spans, logs: log.topic(TOPICS.logs), clock, logger });
    closers.add('ingest', () => ingest?.stop(INGEST_STOP_MS) ?? Promise.resolve());
    const otlp = await ingest.start();

    const addresses = { otlpGrpc: otlp.grpc, otlpHttp: otlp.http, api: apiAddress, sql: new URL(connection.url).host };
    folder.publish(addresses);
    return {
      addresses,
      dataDir: folder.path,
      engineVersion: connection.version,
      failed,
      stop: () => closers.closeAll(),
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

function addressOf(config: Config, section: 'api' | 'sql') {
  return {
    ...splitAddress(config[`${section}.address`]),
    allowedHosts: config[`${section}.allowed_hosts`],
    insecure: config[`${section}.insecure`],
  };
}

function reportEngineEnd(engine: EmbeddedEngine, fail: (error: Error) => void): void {
  void engine.exited.then(({ expected, reason }) => {
    if (!expected)
      fail(
        cliError('SPL_START_PART_FAILED', `${reason} What was acknowledged is on the span log; start again to go on.`),
      );
  });
}

/** When the engine ends, attribution's lost connection is often seen first; the cause is to be named, not the consequence. */
function reportAttributionEnd(attribution: Attribution, engine: EmbeddedEngine, fail: (error: Error) => void): void {
  void attribution.failed.then(async (error) => {
    await Promise.race([engine.exited, pause(ENGINE_END_SEEN_MS, undefined, { ref: false })]);
    fail(error);
  });
}

function openLog(config: Config, dataDir: string, clock: () => number, logger: Logger) {
  const directory = join(dataDir, 'spanlog');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const partitionCount = config['log.partitions'];
  return createEmbeddedLog({
    directory,
    topics: {
      [TOPICS.spans]: { partitionCount },
      [TOPICS.logs]: { partitionCount },
      [TOPICS.deadLetters]: { partitionCount },
    },
    retention: { maxBytes: config['log.retention_bytes'], maxAgeMs: config['log.retention_hours'] * MS_AN_HOUR },
    maxBacklogBytes: config['log.max_backlog_bytes'],
    clock,
    logger,
  });
}

type IngestInput = Pick<Parameters<typeof createIngest>[0], 'spans' | 'logs'> & Omit<ProductOptions, 'config'>;

function openIngest(config: Config, { spans, logs, clock, logger }: IngestInput): Ingest {
  return createIngest({
    grpcAddress: config['otlp.grpc_address'],
    httpAddress: config['otlp.http_address'],
    spans,
    logs,
    keys: config['ingest.keys'],
    limits: {
      maxRequestBytes: config['ingest.max_request_bytes'],
      maxInFlightBytes: config['ingest.max_in_flight_bytes'],
    },
    insecure: config['ingest.insecure'],
    allowedOrigins: config['ingest.allowed_origins'],
    clock,
    logger,
  });
}
