import type { TestContext } from 'node:test';
import { type Client, credentials, Metadata, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { decode, type Plain } from './otlp-proto.ts';

export type GrpcAnswer = {
  readonly code: number;
  readonly message: string;
  readonly body: Buffer;
  /** google.rpc.Status of a refusal. */
  readonly status: Plain | undefined;
};

export type GrpcCall = {
  readonly service?: string;
  readonly headers?: Record<string, string>;
  readonly gzip?: boolean;
};

const SERVICES: Record<string, string> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};

type RawClient = Client & {
  call(bytes: Buffer, metadata: Metadata, reply: (error: ServiceError | null, body?: Buffer) => void): void;
};

/** Sends bytes as one OTLP/gRPC message with the stock client and tells its answer. */
export function grpcSend(
  context: TestContext,
  address: string,
  bytes: Buffer,
  options: GrpcCall = {},
): Promise<GrpcAnswer> {
  const { service = 'traces', headers = {}, gzip = false } = options;
  const identity = (value: Buffer): Buffer => value;
  const call = {
    path: SERVICES[service] ?? service,
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
  const RawClient = makeGenericClientConstructor({ call }, 'otlp');
  const channelOptions = {
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
    ...(headers[':authority'] === undefined ? {} : { 'grpc.default_authority': headers[':authority'] }),
    ...(gzip ? { 'grpc.default_compression_algorithm': 2 } : {}),
  };
  const client = new RawClient(address, credentials.createInsecure(), channelOptions) as unknown as RawClient;
  context.after(() => client.close());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) if (!name.startsWith(':')) metadata.set(name, value);
  return new Promise((resolve) => {
    client.call(bytes, metadata, (error, body) => {
      const details = error?.metadata?.get('grpc-status-details-bin')[0];
      const status = Buffer.isBuffer(details) ? decode('RpcStatus', details) : undefined;
      resolve({ code: error?.code ?? 0, message: error?.details ?? '', body: body ?? Buffer.alloc(0), status });
    });
  });
}
