/** What a span passes on to the spans beneath it: what itself or the nearest ancestor states. '' where nobody does. */
export type SpanContext = {
  readonly sessionId: string;
  readonly userId: string;
  readonly team: string;
  readonly project: string;
  readonly agentName: string;
  /** The agent that called this one: the nearest around it with another name; '' for one that nobody called. */
  readonly callerAgentName: string;
  readonly environment: string;
  readonly stepSpanId: string;
  readonly toolCallSpanId: string;
  /** Span ids of all tool calls around, outermost first, the nearest (or the span itself) last. */
  readonly toolCallPath: readonly string[];
  readonly toolName: string;
};

export const NO_CONTEXT: SpanContext = Object.freeze({
  sessionId: '',
  userId: '',
  team: '',
  project: '',
  agentName: '',
  callerAgentName: '',
  environment: '',
  stepSpanId: '',
  toolCallSpanId: '',
  toolCallPath: Object.freeze([]),
  toolName: '',
});

/** Where a span belongs, as the ledger states it. */
export type Lineage = SpanContext & { readonly serviceName: string };

/** Cost that nobody owns is shown under this team, never left out. */
export const UNATTRIBUTED = 'unattributed';

export function sameContext(a: SpanContext, b: SpanContext): boolean {
  return (
    a === b ||
    (a.sessionId === b.sessionId &&
      a.userId === b.userId &&
      a.team === b.team &&
      a.project === b.project &&
      a.agentName === b.agentName &&
      a.callerAgentName === b.callerAgentName &&
      a.environment === b.environment &&
      a.stepSpanId === b.stepSpanId &&
      a.toolCallSpanId === b.toolCallSpanId &&
      a.toolName === b.toolName &&
      samePath(a.toolCallPath, b.toolCallPath))
  );
}

export function sameLineage(a: Lineage, b: Lineage): boolean {
  return a === b || (a.serviceName === b.serviceName && sameContext(a, b));
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]));
}
