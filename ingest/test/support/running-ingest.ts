import type { TestContext } from 'node:test';
import pino from 'pino';
import { createIngest, type Ingest, type IngestOptions } from '../../src/index.ts';
import { type MemoryTopic, memoryTopic } from './memory-topic.ts';

export type RunningIngest = {
  readonly ingest: Ingest;
  readonly grpc: string;
  readonly http: string;
  readonly spans: MemoryTopic;
  readonly logs: MemoryTopic;
};

/** An ingest on ports of the system's choice with topics in memory; stopped after the test. */
export async function runIngest(context: TestContext, options: Partial<IngestOptions> = {}): Promise<RunningIngest> {
  const spans = memoryTopic('spanledger.spans.v1');
  const logs = memoryTopic('spanledger.logs.v1');
  const ingest = createIngest({
    grpcAddress: '127.0.0.1:0',
    httpAddress: '127.0.0.1:0',
    spans,
    logs,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  const addresses = await ingest.start();
  context.after(() => ingest.stop(1_000));
  return { ingest, ...addresses, spans, logs };
}
