import type { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import { type ClickHouseConnection, connect } from './connection.ts';
import { asWarehouseError } from './failure.ts';

/** Values for the `{name:Type}` places of a statement; bound by the server, never spliced into text. */
export type QueryParameters = Readonly<Record<string, unknown>>;

export type WarehouseReader = {
  /** Rows as objects; 64-bit integers and decimals are strings, so that nothing is rounded. */
  queryRows<Row>(sql: string, parameters?: QueryParameters, options?: QueryOptions): Promise<Row[]>;
  /**
   * The answer's bytes in ClickHouse's `format`, unless the statement names another.
   * The server finishes the query before the first byte, so a failure is thrown and never lies within the data.
   */
  queryRaw(sql: string, format: string, options?: RawQueryOptions): Promise<Readable>;
  /** True when the server answers. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
};

export type QueryOptions = { readonly signal?: AbortSignal };
export type RawQueryOptions = QueryOptions & { readonly parameters?: QueryParameters };

const EXACT_NUMBERS = { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 } as const;

/** Queries over a connection that needs no right to write, such as the embedded engine's public port. */
export function createWarehouseReader(connection: ClickHouseConnection): WarehouseReader {
  return readerOver(connect(connection));
}

/** The queries of an open client; closing the reader closes the client. */
export function readerOver(client: ClickHouseClient): WarehouseReader {
  return {
    queryRows: (sql, parameters, options) => queryRows(client, sql, parameters, options),
    queryRaw: (sql, format, options) => queryRaw(client, sql, format, options),
    ping: async () => (await client.ping()).success,
    close: () => client.close(),
  };
}

async function queryRows<Row>(
  client: ClickHouseClient,
  sql: string,
  parameters: QueryParameters = {},
  { signal }: QueryOptions = {},
): Promise<Row[]> {
  try {
    const answer = await client.query({
      query: sql,
      format: 'JSONEachRow',
      query_params: parameters,
      clickhouse_settings: EXACT_NUMBERS,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return await answer.json<Row>();
  } catch (error) {
    throw asWarehouseError(error, sql, signal);
  }
}

async function queryRaw(
  client: ClickHouseClient,
  sql: string,
  format: string,
  { signal, parameters = {} }: RawQueryOptions = {},
): Promise<Readable> {
  try {
    const { stream } = await client.exec({
      query: sql,
      query_params: parameters,
      clickhouse_settings: { wait_end_of_query: 1 },
      http_headers: { 'X-ClickHouse-Format': format },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return stream;
  } catch (error) {
    throw asWarehouseError(error, sql, signal);
  }
}
