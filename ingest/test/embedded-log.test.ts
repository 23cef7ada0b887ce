import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TOPICS } from '@spanledger/schemas';
import { createEmbeddedLog } from '@spanledger/spanlog';
import pino from 'pino';
import { grpcSend } from './support/grpc-client.ts';
import { httpSend } from './support/http-client.ts';
import { plainSpan, spansOf, traceRequest } from './support/otlp-proto.ts';
import { runIngest } from './support/running-ingest.ts';

test('what was acknowledged can be read from the embedded log after it was opened again', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'spanledger-ingest-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const open = () =>
    createEmbeddedLog({
      directory,
      topics: { [TOPICS.spans]: { partitionCount: 4 }, [TOPICS.logs]: { partitionCount: 4 } },
      retention: { maxAgeMs: 3_600_000, maxBytes: 1e8 },
      maxBacklogBytes: 1e8,
      clock: Date.now,
      logger: pino({ level: 'silent' }),
    });
  const log = open();
  const { grpc, http, ingest } = await runIngest(context, {
    spans: log.topic(TOPICS.spans),
    logs: log.topic(TOPICS.logs),
  });
  const requests = Array.from({ length: 10 }, (_, index) =>
    traceRequest([plainSpan(2 * index), plainSpan(2 * index + 1)]),
  );
  const answers = await Promise.all(
    requests.map(async (bytes, index) =>
      index % 2 === 0
        ? (await grpcSend(context, grpc, bytes)).code === 0
        : (await httpSend(http, { body: bytes })).status === 200,
    ),
  );
  assert.ok(answers.every(Boolean));
  await ingest.stop(1_000);
  await log.stop();

  const reopened = open();
  context.after(() => reopened.stop());
  const consumer = reopened.topic(TOPICS.spans).consumer('test');
  const batches = await consumer.poll({ maxBytes: 1e8, maxWaitMs: 0 });
  const spans = batches.flatMap(({ records }) => records.flatMap(({ value }) => spansOf(value)));
  await consumer.close();
  assert.deepEqual(
    spans.map(({ span }) => JSON.stringify(span)).sort(),
    requests
      .flatMap((bytes) => spansOf(bytes))
      .map(({ span }) => JSON.stringify(span))
      .sort(),
  );
});
