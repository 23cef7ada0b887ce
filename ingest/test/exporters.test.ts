import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SpanledgerError } from '@spanledger/schemas';
import { list, type Plain, spansOf } from './support/otlp-proto.ts';
import { type RunningIngest, runIngest } from './support/running-ingest.ts';

const EXPORTERS: Record<string, (running: RunningIngest) => SpanExporter> = {
  gRPC: ({ grpc }) => new GrpcExporter({ url: `http://${grpc}` }),
  'gRPC with gzip': ({ grpc }) => new GrpcExporter({ url: `http://${grpc}`, compression: CompressionAlgorithm.GZIP }),
  'HTTP with JSON': ({ http }) => new JsonExporter({ url: `http://${http}/v1/traces` }),
  'HTTP with JSON and gzip': ({ http }) =>
    new JsonExporter({ url: `http://${http}/v1/traces`, compression: CompressionAlgorithm.GZIP }),
  'HTTP with protobuf': ({ http }) => new ProtoExporter({ url: `http://${http}/v1/traces` }),
};

for (const [name, create] of Object.entries(EXPORTERS)) {
  test(`OpenTelemetry's own exporter over ${name} is understood`, async (t) => {
    const running = await runIngest(t);
    const traceId = await sendOneTrace(create(running));
    const placed = running.spans.records.flatMap(({ value }) => spansOf(value));
    assert.deepEqual(placed.map(({ span }) => (span as Plain)['name']).sort(), ['agent', 'chat']);
    for (const { span } of placed) {
      assert.equal(Buffer.from(String((span as Plain)['traceId']), 'base64').toString('hex'), traceId);
    }
    const chat = placed.find(({ span }) => (span as Plain)['name'] === 'chat');
    const attributes = new Map(list(chat?.['span'] as Plain, 'attributes').map(({ key, value }) => [key, value]));
    assert.deepEqual(attributes.get('gen_ai.usage.input_tokens'), { intValue: '1200' });
    assert.deepEqual(attributes.get('gen_ai.request.model'), { stringValue: 'gpt-5-mini' });
    const service = list(chat?.['resource'] as Plain, 'attributes').find(({ key }) => key === 'service.name');
    assert.deepEqual(service?.['value'], { stringValue: 'agent-under-test' });
    assert.deepEqual(new Set(running.spans.records.map(({ partition }) => partition)).size, 1);
  });
}

test("OpenTelemetry's own exporter retries what back-pressure refused", async (t) => {
  const running = await runIngest(t, { limits: { retryAfterSeconds: 1 } });
  running.spans.failure = new SpanledgerError('SPL_LOG_FULL', 'The log is full.', { retryable: true });
  const sent = sendOneTrace(new ProtoExporter({ url: `http://${running.http}/v1/traces` }));
  await until(() => (running.ingest.counters().requests.unavailable ?? 0) > 0);
  running.spans.failure = undefined;
  await sent;
  assert.equal(running.ingest.counters().spansAccepted, 2);
});

async function sendOneTrace(exporter: SpanExporter): Promise<string> {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'agent-under-test' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('tests');
  const agent = tracer.startSpan('agent', { kind: SpanKind.INTERNAL });
  const { traceId } = agent.spanContext();
  const chat = tracer.startSpan('chat', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), agent));
  chat.setAttributes({ 'gen_ai.request.model': 'gpt-5-mini', 'gen_ai.usage.input_tokens': 1200 });
  chat.end();
  agent.end();
  await provider.forceFlush();
  await provider.shutdown();
  return traceId;
}

async function until(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
