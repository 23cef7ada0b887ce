import type { CallFacts } from '../facts.ts';
import type { Lineage } from '../lineage/lineage.ts';
import type { Rated } from '../rating/types.ts';
import type { Charged } from './charge-call.ts';

/** Why a span that tells of usage is not charged, and which span is instead. */
export type Suppression = {
  readonly reason: 'duplicate' | 'aggregate';
  readonly rule: string;
  readonly keptTraceId: string;
  readonly keptSpanId: string;
};

/** Everything about a span that may change after it was first written: what its ledger row says now. */
export type RowState = {
  readonly lineage: Lineage;
  /** Of the span that carries a call: what all its sightings know together. Of others: their own. */
  readonly call: CallFacts | undefined;
  readonly rated: Rated | undefined;
  readonly suppression: Suppression | undefined;
  readonly ownCost: bigint;
  /** Own and everything beneath, for tool calls and agents; equal to own for other spans. */
  readonly totalCost: bigint;
  /** As the total cost, at list price. */
  readonly totalListCost: bigint;
  readonly totalTokens: number;
  readonly totalModelCalls: number;
  readonly totalToolCalls: number;
  readonly priceBookVersion: string;
  readonly rulesVersion: number;
};

/** What became of the call that a span tells of: charged here, or suppressed in another's favour. */
export type Outcome = { readonly charged?: Charged; readonly suppression?: Suppression };

/** What lies beneath a span, itself included, as far as its parent must know. */
export type Beneath = {
  cost: bigint;
  listCost: bigint;
  tokens: number;
  modelCalls: number;
  toolCalls: number;
  firstCall: string;
};

/** Whether a row would be written the same: objects that did not change keep their identity, so this is cheap. */
export function sameRow(a: RowState, b: RowState): boolean {
  return (
    a.lineage === b.lineage &&
    a.call === b.call &&
    a.rated === b.rated &&
    a.ownCost === b.ownCost &&
    a.totalCost === b.totalCost &&
    a.totalListCost === b.totalListCost &&
    a.totalTokens === b.totalTokens &&
    a.totalModelCalls === b.totalModelCalls &&
    a.totalToolCalls === b.totalToolCalls &&
    sameSuppression(a.suppression, b.suppression)
  );
}

function sameSuppression(a: Suppression | undefined, b: Suppression | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.rule === b.rule && a.keptSpanId === b.keptSpanId && a.keptTraceId === b.keptTraceId && a.reason === b.reason;
}
