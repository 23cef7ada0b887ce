import type { Picodollars } from '@spanledger/schemas';
import type { TrailEntry, TrailSpan } from '../queries/read-trail.ts';

/** One span of a session's trail with what was charged on it and what lies beneath. */
export type TrailNode = {
  readonly span: TrailSpan;
  /** Its charge lines; empty for a span that only holds others. */
  readonly charges: readonly TrailEntry[];
  /** Set when its usage is charged elsewhere: the lines that it states. */
  readonly suppressed: readonly TrailEntry[];
  readonly children: readonly TrailNode[];
  readonly ownCost: Picodollars;
  /** Own cost and everything beneath. */
  readonly totalCost: Picodollars;
  /** Calls here and beneath whose cost is not known: without a price, or without usage. */
  readonly unknownCalls: number;
};

export type Trail = {
  readonly roots: readonly TrailNode[];
  /** Sum of all lines; equal to the sum of the roots' totals. */
  readonly totalCost: Picodollars;
  readonly unknownCalls: number;
  /** Spans of kind `other` that carry nothing and are left out of the tree. */
  readonly hiddenSpanCount: number;
};

/** Part of the session's cost in tenths of a percent, rounded half up; undefined where the session cost nothing. */
export function shareOf(cost: Picodollars, whole: Picodollars): number | undefined {
  return whole === 0n ? undefined : Number((cost * 2000n + whole) / (whole * 2n));
}
