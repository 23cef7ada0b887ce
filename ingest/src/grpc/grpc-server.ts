import { createServer, type Socket } from 'node:net';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { listenOn } from '../doors/listen.ts';
import type { OtlpServerOptions } from '../http/http-server.ts';
import { countIn } from '../receive/counters.ts';
import { encodeStatus, encodeSuccess } from '../receive/encode-answer.ts';
import { gunzip } from '../receive/gunzip.ts';
import type { ExportOutcome, Signal } from '../receive/receiver.ts';
import { REFUSALS, type Refusal, refusalOf } from '../receive/refusal.ts';
import { createCallGate, GATE_HEADERS } from './call-gate.ts';
import { withGatedHttp2 } from './http2-server.ts';

export type OtlpGrpcServer = {
  /** The port in use. Rejects with SPL_INGEST_ADDRESS_IN_USE or SPL_INGEST_LISTEN_FAILED. */
  readonly listen: () => Promise<number>;
  /** No new connections or calls; resolves when the calls in progress are answered. */
  readonly drain: () => Promise<void>;
  readonly closeAll: () => void;
};

type Call = ServerUnaryCall<Buffer, Buffer>;
type Reply = sendUnaryData<Buffer>;

const SERVICES: Record<Signal, string> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
};

const IDLE_CONNECTION_MS = 10 * 60_000;
const KEEPALIVE_INTERVAL_MS = 60_000;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** OTLP/gRPC on one port. Messages stay bytes: grpc-js neither decodes nor encodes them. */
export function createOtlpGrpcServer(options: OtlpServerOptions): OtlpGrpcServer {
  const { address, limits } = options;
  let isDraining = false;
  const server = new Server({
    'grpc.max_receive_message_length': limits.maxRequestBytes,
    'grpc.max_concurrent_streams': limits.maxStreamsPerConnection,
    'grpc.max_connection_idle_ms': IDLE_CONNECTION_MS,
    'grpc.keepalive_time_ms': KEEPALIVE_INTERVAL_MS,
    'grpc.enable_channelz': 0,
  });
  for (const [signal, service] of Object.entries(SERVICES) as [Signal, string][]) {
    server.addService(exportService(service), { Export: exportHandler(options, signal) });
  }
  const gate = createCallGate(options, () => isDraining);
  const injector = withGatedHttp2(gate, () => server.createConnectionInjector(ServerCredentials.createInsecure()));
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  listener.maxConnections = limits.maxConnections;
  return {
    listen: () => listenOn(listener, address),
    async drain() {
      isDraining = true;
      // tryShutdown calls back before the calls in progress are answered (their sessions count as closed once told to
      // close); the listener closes when the last connection has ended, which is after them.
      server.tryShutdown(() => undefined);
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
    closeAll() {
      server.forceShutdown();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function exportService(service: string): ServiceDefinition {
  const identity = (bytes: Buffer): Buffer => bytes;
  return {
    Export: {
      path: `/${service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  };
}

function exportHandler(options: OtlpServerOptions, signal: Signal): handleUnaryCall<Buffer, Buffer> {
  return (call, reply) => {
    void receiveCall(options, signal, call, reply);
  };
}

async function receiveCall(options: OtlpServerOptions, signal: Signal, call: Call, reply: Reply): Promise<void> {
  const { receiver, inFlight, limits, counters } = options;
  let reserved = 0;
  const onReserved = (bytes: number): void => {
    reserved += bytes;
  };
  try {
    const body = isGzip(call)
      ? await gunzip(call.request, { maxBytes: limits.maxRequestBytes, inFlight, onReserved })
      : call.request;
    const keyId = String(call.metadata.get(GATE_HEADERS.keyId)[0] ?? '');
    report(options, signal, await receiver.receive({ signal, encoding: 'protobuf', body, keyId }), reply);
  } catch (error) {
    const refusal = refusalOf(error);
    countIn(counters.requests, refusal.kind);
    reply(serviceError(refusal, limits.retryAfterSeconds));
  } finally {
    inFlight.release(reserved);
  }
}

/** A compressed call may still send small messages as they are. No OTLP message starts with gzip's first byte. */
function isGzip({ metadata, request }: Call): boolean {
  return (
    metadata.get(GATE_HEADERS.compression).length > 0 && GZIP_MAGIC.every((byte, index) => request[index] === byte)
  );
}

function report({ limits }: OtlpServerOptions, signal: Signal, outcome: ExportOutcome, reply: Reply): void {
  if (outcome.taken) reply(null, encodeSuccess('protobuf', signal, outcome.rejected, outcome.message));
  else reply(serviceError(outcome.refusal, limits.retryAfterSeconds));
}

function serviceError(refusal: Refusal, retryAfterSeconds: number): Partial<ServiceError> {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeStatus('protobuf', refusal, retryAfterSeconds));
  return { code: REFUSALS[refusal.kind].grpc, details: refusal.message, metadata };
}
