import type { LogRecord } from '@spanledger/spanlog';
import type { SpanNode, Trace } from '../trace/trace.ts';
import type { ClaimRef } from './claims.ts';
import { noticeTo } from './notice.ts';
import { sameCall } from './same-call.ts';
import { sightingOf } from './sighting.ts';

/** A call of a trace at hand, and a place elsewhere that may tell of the same call. */
export type TwinCandidate = { readonly tenant: string; readonly node: SpanNode; readonly other: ClaimRef };

/** Pairs remembered until their notices have come back through the log. */
const MAX_PENDING = 10_000;

/**
 * Decides which candidates are one call. Each call has at most one span per instrumentation, also among pairs whose
 * notices are still on their way.
 */
export class TwinSearch {
  private readonly pending = new Map<string, Set<string>>();

  /** One notice to each side of every pair found. `traceOf` gives the traces of the candidates, as far as they exist. */
  notices(
    candidates: readonly TwinCandidate[],
    traceOf: (ref: ClaimRef) => Trace | undefined,
    nowMs: number,
  ): LogRecord[] {
    const notices: LogRecord[] = [];
    for (const { tenant, node, other } of candidates) {
      const twin = traceOf(other)?.nodes.get(other.spanId);
      if (twin === undefined) continue;
      twin.sighting ??= sightingOf(twin.span);
      const [mine, theirs] = [node.sighting, twin.sighting];
      if (mine === undefined || theirs === undefined) continue;
      const [here, there] = [placeOf(tenant, node), placeOf(tenant, twin)];
      if (this.hasInstrumentation(node, here, theirs.scopeName)) continue;
      if (this.hasInstrumentation(twin, there, mine.scopeName)) continue;
      const rule = sameCall(mine, theirs);
      if (rule === undefined) continue;
      this.remember(here, theirs.scopeName);
      this.remember(there, mine.scopeName);
      notices.push(
        noticeTo({ tenant, ...mine, partition: node.origin.partition }, { sighting: theirs, rule }, nowMs),
        noticeTo({ tenant, ...theirs, partition: twin.origin.partition }, { sighting: mine, rule }, nowMs),
      );
    }
    return notices;
  }

  private hasInstrumentation(node: SpanNode, place: string, scopeName: string): boolean {
    return (
      node.twins.some((twin) => twin.sighting.scopeName === scopeName) ||
      this.pending.get(place)?.has(scopeName) === true
    );
  }

  private remember(place: string, scopeName: string): void {
    const scopes = this.pending.get(place) ?? new Set();
    scopes.add(scopeName);
    this.pending.set(place, scopes);
    if (this.pending.size <= MAX_PENDING) return;
    const [oldest] = this.pending.keys();
    if (oldest !== undefined) this.pending.delete(oldest);
  }
}

function placeOf(tenant: string, { span }: SpanNode): string {
  return `${tenant}\n${span.identity.traceId}/${span.identity.spanId}`;
}
