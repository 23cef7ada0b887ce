import { type Attribute, attribute, type Json, type Span, type TraceRequest } from './otlp.ts';

/** A span of a model call as the newest OpenTelemetry conventions write it, for tests to bend. */
export type SpanInput = {
  /** Made into a trace id and a span id; 0 makes an invalid one. */
  readonly trace: number;
  readonly span: number;
  readonly parent?: number;
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly name?: string;
  /** Laid over those of a plain call; undefined takes one away. */
  readonly attributes?: Readonly<Record<string, AttributeInput | undefined>>;
  /** Fields of the span itself. */
  readonly more?: Json;
};

/** A plain value, or an OTLP AnyValue as it stands in JSON. */
type AttributeInput = string | number | boolean | Json;

const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};
/** 1000 × 0.25 + 100 × 2 US dollars per million tokens. */
export const CALL_COST = '0.00045';

export function modelCall(input: SpanInput): Span {
  return plainSpan({ name: 'chat gpt-5-mini', ...input, attributes: { ...CALL, ...input.attributes } });
}

/** A span that nothing is charged for. */
export function plainSpan(input: SpanInput): Span {
  const { trace, span, parent, startMs = Date.now() - 10_000, durationMs = 100, name = 'work', more = {} } = input;
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdOf(span),
    ...(parent === undefined ? {} : { parentSpanId: spanIdOf(parent) }),
    name,
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + durationMs}000000`,
    attributes: attributesOf(input.attributes ?? {}),
    ...more,
  };
}

function attributesOf(values: Readonly<Record<string, AttributeInput | undefined>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [typeof value === 'object' ? { key, value } : attribute(key, value)];
  });
}

export type Surroundings = {
  readonly resource?: Readonly<Record<string, AttributeInput>>;
  readonly scope?: { readonly name: string; readonly version?: string };
};

export function requestWith(spans: readonly Span[], { resource = {}, scope }: Surroundings = {}): TraceRequest {
  const attributes = attributesOf({ 'service.name': 'agent', ...resource });
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: scope ?? { name: 'tests' }, spans }] }] };
}

export function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function spanIdOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}
