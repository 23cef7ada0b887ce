import { type Picodollars, parsePicodollars, ZERO_PICODOLLARS } from '@spanledger/schemas';
import type { TrailEntry, TrailSpan } from '../queries/read-trail.ts';
import type { Trail, TrailNode } from './trail.ts';

/** A node under construction. */
type Draft = {
  readonly span: TrailSpan;
  readonly charges: TrailEntry[];
  readonly suppressed: TrailEntry[];
  readonly children: Draft[];
  ownCost: bigint;
  totalCost: bigint;
  unknownCalls: number;
};

/**
 * The tree of a session's spans, which come in the order of time. Spans of kind `other` that carry no lines are left out
 * and their children take their place; a span whose parent is missing, or lies in a circle of parents, stands at the top.
 * Nothing recurses, because a trace may be tens of thousands of spans deep.
 */
export function buildTrail(spans: readonly TrailSpan[], entries: readonly TrailEntry[]): Trail {
  const drafts = new Map<string, Draft>();
  for (const span of spans) drafts.set(identity(span), emptyDraft(span));
  for (const entry of entries) addEntry(drafts, entry);

  const shown = [...drafts.values()].filter(isShown);
  const parents = shownParents(drafts);
  const roots: Draft[] = [];
  for (const draft of shown) (parents.get(draft)?.children ?? roots).push(draft);
  sumUp(roots);
  return {
    roots: roots as unknown as readonly TrailNode[],
    totalCost: roots.reduce((sum, { totalCost }) => sum + totalCost, 0n) as Picodollars,
    unknownCalls: roots.reduce((sum, { unknownCalls }) => sum + unknownCalls, 0),
    hiddenSpanCount: drafts.size - shown.length,
  };
}

function emptyDraft(span: TrailSpan): Draft {
  const costs = { ownCost: ZERO_PICODOLLARS, totalCost: ZERO_PICODOLLARS, unknownCalls: 0 };
  return { span, charges: [], suppressed: [], children: [], ...costs };
}

function addEntry(drafts: Map<string, Draft>, entry: TrailEntry): void {
  const key = identity(entry);
  const draft = drafts.get(key) ?? emptyDraft(spanOfEntry(entry));
  drafts.set(key, draft);
  if (entry.entry === 'suppressed') {
    draft.suppressed.push(entry);
    return;
  }
  draft.charges.push(entry);
  draft.ownCost += picodollars(entry.effective_cost);
  if (entry.price_status === 'unpriced' || entry.price_status === 'no_usage') draft.unknownCalls = 1;
}

/** Spans and entries are read one after the other: an entry may be of a span that was not there yet. */
function spanOfEntry(entry: TrailEntry): TrailSpan {
  return {
    ...entry,
    duration_ms: 0,
    kind: 'model_request',
    status: 'unset',
    status_message: '',
    request_model: entry.model,
    response_model: entry.model,
    server_address: '',
    suppressed_reason: '',
  };
}

function isShown({ span, charges, suppressed }: Draft): boolean {
  return span.kind !== 'other' || charges.length > 0 || suppressed.length > 0;
}

/** The nearest shown ancestor of every span that has one; each step of each path is walked once. */
function shownParents(drafts: ReadonlyMap<string, Draft>): Map<Draft, Draft | undefined> {
  const found = new Map<Draft, Draft | undefined>();
  for (const draft of drafts.values()) {
    const path: Draft[] = [];
    const onPath = new Set<Draft>();
    let current: Draft | undefined = draft;
    while (current !== undefined && !found.has(current) && !onPath.has(current)) {
      path.push(current);
      onPath.add(current);
      current = drafts.get(parentIdentity(current.span));
    }
    const isCircle = current !== undefined && onPath.has(current);
    let above: Draft | undefined;
    if (current !== undefined && !isCircle) above = isShown(current) ? current : found.get(current);
    for (const step of path.reverse()) {
      found.set(step, above);
      if (isShown(step)) above = step;
    }
  }
  return found;
}

/** Children are summed before their parents: the reverse of the order in which a walk from the top meets them. */
function sumUp(roots: readonly Draft[]): void {
  const order = [...roots];
  for (let index = 0; index < order.length; index += 1) {
    for (const child of order[index]?.children ?? []) order.push(child);
  }
  for (const draft of order.reverse()) {
    draft.totalCost = draft.children.reduce((sum, child) => sum + child.totalCost, draft.ownCost);
    draft.unknownCalls = draft.children.reduce((sum, child) => sum + child.unknownCalls, draft.unknownCalls);
  }
}

function identity({ trace_id, span_id }: { readonly trace_id: string; readonly span_id: string }): string {
  return `${trace_id}/${span_id}`;
}

function parentIdentity({ trace_id, parent_span_id }: TrailSpan): string {
  return `${trace_id}/${parent_span_id}`;
}

function picodollars(text: string): bigint {
  const amount = parsePicodollars(text);
  if (amount === undefined) throw new Error(`the ledger answered the cost ${JSON.stringify(text)}, expected a decimal`);
  return amount;
}
