/** Why a single span or log record is refused while the rest of its request is taken; texts follow its JSON path. */
export const REJECTION_REASONS = {
  trace_id_length: '.traceId is not 16 bytes (in JSON: 32 hexadecimal digits)',
  trace_id_zero: '.traceId is all zeros',
  span_id_length: '.spanId is not 8 bytes (in JSON: 16 hexadecimal digits)',
  span_id_zero: '.spanId is all zeros',
  parent_span_id_length: '.parentSpanId is neither empty nor 8 bytes (in JSON: 16 hexadecimal digits)',
  invalid_utf8: ': a string in it, in its scope or in its resource is not UTF-8',
  too_deep: ': values in it, in its scope or in its resource are nested more than 64 messages deep',
  too_large: ': it exceeds the largest log record even without its large attributes',
} as const;

export type RejectionReason = keyof typeof REJECTION_REASONS;

/** Reasons in a fixed order, so that a column of numbers can hold them. */
export const REASONS_IN_ORDER = Object.keys(REJECTION_REASONS) as readonly RejectionReason[];

export type Rejections = {
  readonly total: number;
  readonly byReason: ReadonlyMap<RejectionReason, number>;
  /** The first few, each with its JSON path and reason. */
  readonly examples: readonly string[];
};

export const NO_REJECTIONS: Rejections = { total: 0, byReason: new Map(), examples: [] };

/** One English sentence or two for `partial_success.error_message`; its length has a bound. */
export function describeRejections(rejections: Rejections, noun: string): string {
  const counts = [...rejections.byReason].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const more = rejections.total > rejections.examples.length ? ' First ones: ' : ' ';
  return `${rejections.total} ${noun} rejected (${counts}).${more}${rejections.examples.join('; ')}.`;
}
