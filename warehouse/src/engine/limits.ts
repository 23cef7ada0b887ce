import { availableParallelism, totalmem } from 'node:os';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** What the engine may use. The product's own statements are bound by `serverMemoryBytes` alone. */
export type EngineLimits = {
  /** @default the smaller of 4 GiB and half of the machine's memory */
  readonly serverMemoryBytes: number;
  /** One query of a reader. @default a quarter of `serverMemoryBytes` */
  readonly readerQueryMemoryBytes: number;
  /** How long a reader's query runs when it does not say. @default 30 */
  readonly readerSeconds: number;
  /** The most a reader may ask for: Grafana's and other drivers send their own timeout plus some seconds. @default 90 */
  readonly readerMaxSeconds: number;
  /** @default the number of cores */
  readonly readerThreads: number;
  /** Queries of all readers at one time; the product's own come on top. @default 16 */
  readonly readerConcurrentQueries: number;
  /** Files that a reader's query may spill to. @default 4 GiB */
  readonly readerTemporaryBytes: number;
};

/** Small because everything in the ledger is read in order of its key; measured at ten million charges. */
export const CACHE_BYTES = {
  mark: 128 * MIB,
  primaryIndex: 128 * MIB,
  indexMark: 16 * MIB,
  queryCondition: 16 * MIB,
} as const;

export function resolveLimits(limits: Partial<EngineLimits> = {}): EngineLimits {
  const serverMemoryBytes = limits.serverMemoryBytes ?? Math.min(4 * GIB, Math.floor(totalmem() / 2));
  return {
    serverMemoryBytes,
    readerQueryMemoryBytes: limits.readerQueryMemoryBytes ?? Math.floor(serverMemoryBytes / 4),
    readerSeconds: limits.readerSeconds ?? 30,
    readerMaxSeconds: limits.readerMaxSeconds ?? Math.max(90, limits.readerSeconds ?? 0),
    readerThreads: limits.readerThreads ?? availableParallelism(),
    readerConcurrentQueries: limits.readerConcurrentQueries ?? 16,
    readerTemporaryBytes: limits.readerTemporaryBytes ?? 4 * GIB,
  };
}
