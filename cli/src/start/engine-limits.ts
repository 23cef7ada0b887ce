import type { Config } from '@spanledger/schemas';
import type { EngineLimits } from '@spanledger/warehouse';

/** What the embedded engine may use, as configured; it fills in the rest. */
export function engineLimits(config: Config): Partial<EngineLimits> {
  const serverMemoryBytes = config['warehouse.max_memory_bytes'];
  const readerQueryMemoryBytes = config['warehouse.reader_query_memory_bytes'];
  return {
    readerSeconds: config['warehouse.reader_seconds'],
    readerConcurrentQueries: config['warehouse.reader_concurrent_queries'],
    readerTemporaryBytes: config['warehouse.reader_temporary_bytes'],
    ...(serverMemoryBytes === undefined ? {} : { serverMemoryBytes }),
    ...(readerQueryMemoryBytes === undefined ? {} : { readerQueryMemoryBytes }),
  };
}
