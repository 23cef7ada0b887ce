import { partitionOfTrace, type StoredRecord } from '@spanledger/spanlog';
import { encodeRequest, keyValues } from './encode.ts';
import { EPOCH_MS, spanId, traceId } from './made-spans.ts';

export const PARTITIONS = 4;

export type SentSpan = {
  readonly id: number;
  readonly trace: number;
  readonly parent?: number;
  /** Milliseconds after the tests' epoch. */
  readonly start?: number;
  readonly end?: number;
  /** Of a chat request; without it the span is a plain one. */
  readonly tokens?: { readonly input: number; readonly output: number };
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly scope?: string;
  readonly name?: string;
  readonly status?: number;
};

/** Spans as an exporter sends them: a serialised ExportTraceServiceRequest. */
function requestBytes(spans: readonly SentSpan[]): Buffer {
  const scopeSpans = spans.map((span) => ({
    scope: { name: span.scope ?? 'library', version: '1' },
    spans: [spanJson(span)],
  }));
  const resource = { attributes: keyValues({ 'service.name': 'agents' }) };
  return encodeRequest({ resourceSpans: [{ resource, scopeSpans }] });
}

/** A record on the partition of its first span's trace. */
export function record(spans: readonly SentSpan[], options: Partial<StoredRecord> = {}): StoredRecord {
  const partition = partitionOf(spans[0]?.trace ?? 1);
  const value = requestBytes(spans);
  return { partition, offset: 0, keyId: '', receivedAtMs: EPOCH_MS, kind: 'otlp', value, ...options };
}

export function partitionOf(trace: number): number {
  return partitionOfTrace(traceId(trace), PARTITIONS);
}

function spanJson(span: SentSpan) {
  const { start = 0, end = start + 1000, tokens } = span;
  const chat =
    tokens === undefined
      ? {}
      : {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.usage.input_tokens': tokens.input,
          'gen_ai.usage.output_tokens': tokens.output,
        };
  return {
    traceId: traceId(span.trace),
    spanId: spanId(span.id),
    ...(span.parent === undefined ? {} : { parentSpanId: spanId(span.parent) }),
    name: span.name ?? 'span',
    kind: 3,
    startTimeUnixNano: `${BigInt(EPOCH_MS + start) * 1_000_000n}`,
    endTimeUnixNano: `${BigInt(EPOCH_MS + end) * 1_000_000n}`,
    attributes: keyValues({ ...chat, ...span.attributes }),
    status: { code: span.status ?? 0 },
  };
}
