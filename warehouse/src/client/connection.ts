import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';

export type ClickHouseConnection = {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Sent with every request, such as a token for a proxy before ClickHouse. */
  readonly httpHeaders?: Readonly<Record<string, string>>;
};

/** Bounds the sockets of one process; more statements than this wait for a free one. */
const MAX_CONNECTIONS = 32;

/** Longer than any statement of ours should take; a reader's queries end earlier by the engine's own limits. */
const REQUEST_TIMEOUT_MS = 300_000;

/** Well below the embedded engine's three seconds, so that a busy event loop does not reuse a socket that is being closed. */
const IDLE_SOCKET_MS = 1_500;

/** The stock client: compressed nothing, logging nothing, because errors are thrown with everything it would log. */
export function connect(connection: ClickHouseConnection): ClickHouseClient {
  return createClient({
    url: connection.url,
    ...(connection.username === undefined ? {} : { username: connection.username }),
    ...(connection.password === undefined ? {} : { password: connection.password }),
    http_headers: { ...connection.httpHeaders },
    application: 'spanledger',
    max_open_connections: MAX_CONNECTIONS,
    request_timeout: REQUEST_TIMEOUT_MS,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    log: { level: ClickHouseLogLevel.OFF },
  });
}
