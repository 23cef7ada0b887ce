import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Logger } from 'pino';
import { type ClickHouseConnection, connect } from './connection.ts';
import { asWarehouseError } from './failure.ts';
import { type QueryOptions, type QueryParameters, readerOver, type WarehouseReader } from './reader.ts';
import { withRetry } from './retry.ts';

export type WarehouseDatabases = {
  /** Where the tables are; readers cannot see it. */
  readonly store: string;
  /** Where the views are that users query. */
  readonly published: string;
};

export type WarehouseOptions = ClickHouseConnection & {
  /** @default {store: 'spanledger_store', published: 'spanledger'} */
  readonly databases?: WarehouseDatabases;
  readonly logger: Logger;
};

export type InsertOptions = {
  /** How long to go on after failures that may pass. @default 30,000 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
};

export type InsertSummary = {
  /** Rows that reached the table, after `SELECT` or `ARRAY JOIN` of the statement. */
  readonly writtenRows: number;
};

export type Warehouse = WarehouseReader & {
  readonly databases: WarehouseDatabases;
  /**
   * Runs `INSERT INTO … FORMAT RowBinary` (or `INSERT … SELECT … FROM input('…') FORMAT RowBinary`) with these bytes,
   * again after failures that may pass. A try whose answer was lost is repeated, so the rows must be idempotent.
   * Throws a retryable error at the deadline, and at once SPL_WAREHOUSE_REFUSED when the content is at fault.
   */
  insertBytes(statement: string, chunks: Buffer | readonly Buffer[], options?: InsertOptions): Promise<InsertSummary>;
  /** A statement without an answer; tried once. */
  command(sql: string, parameters?: QueryParameters, options?: QueryOptions): Promise<void>;
};

const DEFAULT_DATABASES: WarehouseDatabases = { store: 'spanledger_store', published: 'spanledger' };
const DEFAULT_DEADLINE_MS = 30_000;

/** An answer means: the rows are in the table. A server's default is to collect inserts first. */
const WRITE_SETTINGS = { async_insert: 0, wait_end_of_query: 1 } as const;

/** A migration may take longer than the socket waits in silence: now and then the engine says that it is at work. */
const COMMAND_SETTINGS = {
  ...WRITE_SETTINGS,
  send_progress_in_http_headers: 1,
  http_headers_progress_interval_ms: '60000',
} as const;

/** ClickHouse over HTTP, embedded or a server: the one way in which the product reads and writes it. */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const client = connect(options);
  return {
    ...readerOver(client),
    databases: options.databases ?? DEFAULT_DATABASES,
    insertBytes: (statement, chunks, insertOptions) =>
      insertBytes(client, options.logger, statement, chunks, insertOptions),
    command: (sql, parameters, commandOptions) => command(client, sql, parameters, commandOptions),
  };
}

async function insertBytes(
  client: ClickHouseClient,
  logger: Logger,
  statement: string,
  chunks: Buffer | readonly Buffer[],
  { deadlineMs = DEFAULT_DEADLINE_MS, signal }: InsertOptions = {},
): Promise<InsertSummary> {
  const buffers = Buffer.isBuffer(chunks) ? [chunks] : chunks;
  return withRetry(() => insertOnce(client, statement, buffers, signal), {
    deadlineMs,
    signal,
    onRetry: (error, attempt, pauseMs) => logger.warn({ err: error, attempt, pauseMs }, 'insert failed, trying again'),
  });
}

async function insertOnce(
  client: ClickHouseClient,
  statement: string,
  buffers: readonly Buffer[],
  signal: AbortSignal | undefined,
): Promise<InsertSummary> {
  try {
    const { stream, summary } = await client.exec({
      query: statement,
      values: Readable.from(buffers, { objectMode: false }),
      clickhouse_settings: WRITE_SETTINGS,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    // The socket goes back to the pool only when the (empty) answer has been read.
    await stream.resume().toArray();
    return { writtenRows: Number(summary?.written_rows ?? 0) };
  } catch (error) {
    throw asWarehouseError(error, statement, signal);
  }
}

async function command(
  client: ClickHouseClient,
  sql: string,
  parameters: QueryParameters = {},
  { signal }: QueryOptions = {},
): Promise<void> {
  try {
    await client.command({
      query: sql,
      query_params: parameters,
      clickhouse_settings: COMMAND_SETTINGS,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
  } catch (error) {
    throw asWarehouseError(error, sql, signal);
  }
}
