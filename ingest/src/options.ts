import type { LogTopic } from '@spanledger/spanlog';
import type { Logger } from 'pino';
import type { IngestKey } from './doors/keyring.ts';
import { ingestError } from './errors.ts';

export type IngestLimits = {
  /** Largest request in bytes, as sent and after decompression. @default 64 MiB */
  readonly maxRequestBytes: number;
  /** Largest value of one log record in bytes; larger spans lose attributes. @default 8 MiB */
  readonly maxRecordBytes: number;
  /** Largest sum of a request's slices in bytes. @default 128 MiB */
  readonly maxCutBytes: number;
  /** Bytes of requests being received or waiting for the log, over all connections. @default 256 MiB */
  readonly maxInFlightBytes: number;
  /** Connections per port. @default 1024 */
  readonly maxConnections: number;
  /** Concurrent gRPC calls per connection. @default 128 */
  readonly maxStreamsPerConnection: number;
  /** How long a request may take to arrive. @default 60 s */
  readonly requestTimeoutMs: number;
  /** What clients are told to wait under back-pressure. @default 5 s */
  readonly retryAfterSeconds: number;
};

export type IngestOptions = {
  /** `host:port`; port 0 lets the system choose. @default 127.0.0.1:4317 */
  readonly grpcAddress?: string;
  /** @default 127.0.0.1:4318 */
  readonly httpAddress?: string;
  readonly spans: LogTopic;
  readonly logs: LogTopic;
  /** Who may send. Without any, only loopback addresses are allowed, unless `insecure`. */
  readonly keys?: readonly IngestKey[];
  readonly limits?: Partial<IngestLimits>;
  /** Allows addresses that other machines reach although there are no keys. */
  readonly insecure?: boolean;
  /** Origins of web pages that may send, as `https://host[:port]`. All other pages are refused. */
  readonly allowedOrigins?: readonly string[];
  readonly logger: Logger;
  readonly clock?: Clock;
};

/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: IngestLimits = {
  maxRequestBytes: 64 * MIB,
  maxRecordBytes: 8 * MIB,
  maxCutBytes: 128 * MIB,
  maxInFlightBytes: 256 * MIB,
  maxConnections: 1024,
  maxStreamsPerConnection: 128,
  requestTimeoutMs: 60_000,
  retryAfterSeconds: 5,
};

/** The limits in effect. Throws SPL_INGEST_BAD_OPTIONS for one that is no positive integer or contradicts another. */
export function limitsWithDefaults(limits: Partial<IngestLimits> = {}): IngestLimits {
  const merged = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(merged)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw ingestError('SPL_INGEST_BAD_OPTIONS', `limits.${name} must be a positive integer, got ${value}.`);
    }
  }
  if (merged.maxInFlightBytes < merged.maxRequestBytes) {
    throw ingestError(
      'SPL_INGEST_BAD_OPTIONS',
      `limits.maxInFlightBytes (${merged.maxInFlightBytes}) must not be below limits.maxRequestBytes ` +
        `(${merged.maxRequestBytes}): the largest request could never be received.`,
    );
  }
  return merged;
}
