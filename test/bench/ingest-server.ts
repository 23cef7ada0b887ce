/**
 * A server of the ingest bench: `product` is ingest as it is, `objects` does the same work with decoded objects behind the
 * same gRPC server, `empty` answers at once. The first two append to a durable log of their own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIngest, DEFAULT_LIMITS } from '@spanledger/ingest';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog, type LogTopic } from '@spanledger/spanlog';
import { pino } from 'pino';
import { createKeyring } from '../../ingest/src/doors/keyring.ts';
import { parseListenAddress } from '../../ingest/src/doors/listen-address.ts';
import { createWebFence } from '../../ingest/src/doors/web-fence.ts';
import { createOtlpGrpcServer } from '../../ingest/src/grpc/grpc-server.ts';
import { createCounterStore } from '../../ingest/src/receive/counters.ts';
import { createInFlight } from '../../ingest/src/receive/in-flight.ts';
import type { Receiver } from '../../ingest/src/receive/receiver.ts';
import { cutWithObjects } from './decoded-objects.ts';
import type { ServerAddresses, ServerUse } from './ingest.ts';

const PARTITION_COUNT = 4;
const KEPT_BYTES = 512 * 2 ** 20;
const COMMIT_INTERVAL_MS = 200;
const ANY_PORT = '127.0.0.1:0';
const SUCCESS = { taken: true, rejected: 0, message: '' } as const;
const EMPTY_RECEIVER: Receiver = { pending: () => 0, receive: async () => SUCCESS };

const logger = pino({ level: 'warn' }, pino.destination(2));
const kind = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
const log = createEmbeddedLog({
  directory: folder,
  topics: { [TOPICS.spans]: { partitionCount: PARTITION_COUNT }, [TOPICS.logs]: { partitionCount: 1 } },
  retention: { maxBytes: KEPT_BYTES, maxAgeMs: 3_600_000 },
  maxBacklogBytes: 2 ** 32,
  clock: Date.now,
  logger,
});
const topic = log.topic(TOPICS.spans);
const committing = setInterval(commitAll, COMMIT_INTERVAL_MS, topic.consumer('bench'));
const server = kind === 'product' ? product() : receiving(kind === 'objects' ? objectsReceiver(topic) : EMPTY_RECEIVER);
process.on('message', () => process.send?.({ cpuSeconds: cpuSeconds() } satisfies ServerUse));
process.once('disconnect', stop);
process.send?.(await server.start());

/** Nobody reads here, but the log must age as it does in life: what is committed beyond the bound is removed. */
function commitAll(consumer: ReturnType<LogTopic['consumer']>): void {
  void consumer.commit(new Map(consumer.assigned().map((partition) => [partition, topic.range(partition).end])));
}

function product(): { start: () => Promise<ServerAddresses>; stop: () => Promise<void> } {
  const addresses = { grpcAddress: ANY_PORT, httpAddress: ANY_PORT };
  const ingest = createIngest({ ...addresses, spans: topic, logs: log.topic(TOPICS.logs), logger });
  return { start: ingest.start, stop: () => ingest.stop(1_000) };
}

/** The product's gRPC server over another receiver. */
function receiving(receiver: Receiver): { start: () => Promise<ServerAddresses>; stop: () => Promise<void> } {
  const address = parseListenAddress(ANY_PORT, { protocol: 'OTLP/gRPC', setting: 'bench' });
  const grpc = createOtlpGrpcServer({
    address,
    receiver,
    keyring: createKeyring([]),
    fence: createWebFence(address, []),
    limits: DEFAULT_LIMITS,
    inFlight: createInFlight(DEFAULT_LIMITS.maxInFlightBytes),
    counters: createCounterStore(),
  });
  return { start: async () => ({ grpc: `127.0.0.1:${await grpc.listen()}`, http: '' }), stop: grpc.drain };
}

function objectsReceiver(spans: LogTopic): Receiver {
  return {
    pending: () => 0,
    async receive({ body, keyId }) {
      const receivedAtMs = Date.now();
      const slices = cutWithObjects(body, PARTITION_COUNT);
      await spans.append(slices.map((slice) => ({ ...slice, keyId, receivedAtMs, kind: 'otlp' })));
      return SUCCESS;
    },
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function stop(): Promise<void> {
  await server.stop();
  clearInterval(committing);
  await log.stop();
  await rm(folder, { recursive: true, force: true });
}
