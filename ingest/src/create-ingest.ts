import { createKeyring } from './doors/keyring.ts';
import { formatAddress, type ListenAddress, parseListenAddress, refuseOpenDoor } from './doors/listen-address.ts';
import { createWebFence } from './doors/web-fence.ts';
import { createOtlpGrpcServer } from './grpc/grpc-server.ts';
import { createOtlpHttpServer } from './http/http-server.ts';
import { type IngestOptions, limitsWithDefaults } from './options.ts';
import { createCounterStore, type IngestCounters } from './receive/counters.ts';
import { createInFlight } from './receive/in-flight.ts';
import { createReceiver } from './receive/receiver.ts';

export type Ingest = {
  /** Opens both ports; resolves with the addresses in use. Rejects with an SPL_INGEST_… error that names the setting. */
  readonly start: () => Promise<{ readonly grpc: string; readonly http: string }>;
  /** Takes no new requests, answers those in flight, and cuts what is left after `deadlineMs`. May be called twice. */
  readonly stop: (deadlineMs?: number) => Promise<void>;
  readonly counters: () => IngestCounters;
};

const DEFAULT_STOP_MS = 10_000;

/**
 * OTLP in, over gRPC and HTTP, onto the span log; every success is sent after the log has the data durably.
 * Throws SPL_INGEST_BAD_OPTIONS, or SPL_INGEST_INSECURE_ADDRESS for an open address without keys.
 */
export function createIngest(options: IngestOptions): Ingest {
  const { keys = [], insecure = false, allowedOrigins = [], clock = Date.now, logger } = options;
  const limits = limitsWithDefaults(options.limits);
  const keyring = createKeyring(keys);
  const addresses = {
    grpc: parseListenAddress(options.grpcAddress ?? '127.0.0.1:4317', GRPC),
    http: parseListenAddress(options.httpAddress ?? '127.0.0.1:4318', HTTP),
  };
  for (const address of Object.values(addresses)) refuseOpenDoor(address, { hasKeys: !keyring.isEmpty, insecure });
  const counters = createCounterStore();
  const inFlight = createInFlight(limits.maxInFlightBytes);
  const receiver = createReceiver({ spans: options.spans, logs: options.logs, limits, counters, clock, logger });
  const shared = { receiver, keyring, limits, inFlight, counters };
  const fenced = (address: ListenAddress) => ({ ...shared, address, fence: createWebFence(address, allowedOrigins) });
  const grpc = createOtlpGrpcServer(fenced(addresses.grpc));
  const http = createOtlpHttpServer(fenced(addresses.http));
  let stopped: Promise<void> | undefined;

  async function stop(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => {
      logger.warn({ pending: receiver.pending() }, 'stop deadline reached: open connections are cut');
      grpc.closeAll();
      http.closeAll();
    }, deadlineMs);
    await Promise.all([grpc.drain(), http.drain()]);
    clearTimeout(timer);
  }

  return {
    async start() {
      try {
        const [grpcPort, httpPort] = await Promise.all([grpc.listen(), http.listen()]);
        return {
          grpc: formatAddress(addresses.grpc.host, grpcPort),
          http: formatAddress(addresses.http.host, httpPort),
        };
      } catch (error) {
        await stop(0);
        throw error;
      }
    },
    stop(deadlineMs = DEFAULT_STOP_MS) {
      stopped ??= stop(deadlineMs);
      return stopped;
    },
    counters: () => ({ ...structuredClone(counters), inFlightBytes: inFlight.bytes() }),
  };
}

const GRPC = { protocol: 'OTLP/gRPC', setting: 'SPANLEDGER_OTLP_GRPC_ADDRESS' };
const HTTP = { protocol: 'OTLP/HTTP', setting: 'SPANLEDGER_OTLP_HTTP_ADDRESS' };
