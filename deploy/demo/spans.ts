import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';

export type SpanDescription = {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
};

/** Runs `work` within a span of its own, which is the parent of every span that `work` makes. */
export function withSpan<Result>(
  tracer: Tracer,
  { name, kind = SpanKind.INTERNAL, attributes }: SpanDescription,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const { name: errorName, message } = error as Error;
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.setAttribute('error.type', errorName);
      throw error;
    } finally {
      span.end();
    }
  });
}
