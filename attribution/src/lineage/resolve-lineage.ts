import { markRepeatedTools } from '../calls/repeated-tools.ts';
import type { OwnLineage } from '../facts.ts';
import type { SpanNode, Trace } from '../trace/trace.ts';
import { type Lineage, NO_CONTEXT, type SpanContext, sameContext, sameLineage, UNATTRIBUTED } from './lineage.ts';

/** What an ingest key says of all that comes with it. Team and project of a key are pinned: spans cannot claim others. */
export type KeyLineage = { readonly team: string; readonly project: string };

/** Tool calls around a span that its path names, the nearest ones: a hostile trace may nest tens of thousands. */
const MAX_TOOL_CALL_PATH = 64;

export type LineageResolution = {
  /** All nodes, parents before their children. */
  readonly order: readonly SpanNode[];
  /** Spans that named another team or project than their ingest key pins. */
  readonly pinMismatches: number;
};

/**
 * Gives every span of a trace its lineage, nearest first: the span's own attributes, its ancestors', the resource's, the
 * key's. A session that only some spans of a trace name is the session of all of it; a trace without one is its own session.
 * Cycles in parent links are cut at their smallest span id. Linear in the number of spans.
 */
export function resolveLineage(trace: Trace, keyLineage: (keyId: string) => KeyLineage): LineageResolution {
  const order = treeOrder(trace);
  markRepeatedTools(order);
  const session = onlyValue(order, (own) => own.sessionId);
  const user = onlyValue(order, (own) => own.userId);
  let pinMismatches = 0;
  for (const node of order) {
    const inherited = node.parent === undefined ? NO_CONTEXT : node.parent.context;
    node.context = contextOf(node, inherited);
    const key = keyLineage(node.origin.keyId);
    if (contradicts(node.span.classification.own, key)) pinMismatches += 1;
    node.lineage = lineageOf(node, key, session, user, trace.traceId);
  }
  return { order, pinMismatches };
}

function treeOrder(trace: Trace): SpanNode[] {
  trace.pass += 1;
  trace.rejoin();
  const order: SpanNode[] = [];
  for (const node of trace.nodes.values()) if (node.parent === undefined) visit(node, trace.pass, order);
  if (order.length < trace.nodes.size) cutCycles(trace, order);
  return order;
}

/** Depth first without recursion: a trace may be a chain of 50,000 spans. */
function visit(root: SpanNode, pass: number, order: SpanNode[]): void {
  root.visited = pass;
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    order.push(node);
    for (const child of node.children) {
      if (child.visited === pass) continue;
      child.visited = pass;
      stack.push(child);
    }
  }
}

/** What no root leads to hangs beneath a cycle: each cycle is cut once, where its span id is smallest. Linear. */
function cutCycles(trace: Trace, order: SpanNode[]): void {
  const walkOf = new Map<SpanNode, number>();
  let walk = 0;
  for (const start of trace.nodes.values()) {
    if (start.visited === trace.pass || walkOf.has(start)) continue;
    walk += 1;
    let node: SpanNode | undefined = start;
    while (node !== undefined && node.visited !== trace.pass && !walkOf.has(node)) {
      walkOf.set(node, walk);
      node = node.parent;
    }
    if (node === undefined || walkOf.get(node) !== walk || node.visited === trace.pass) continue;
    const root = smallestOnCycle(node);
    trace.cut(root);
    visit(root, trace.pass, order);
  }
}

function smallestOnCycle(start: SpanNode): SpanNode {
  let smallest = start;
  for (let node = start.parent; node !== undefined && node !== start; node = node.parent) {
    if (node.span.identity.spanId < smallest.span.identity.spanId) smallest = node;
  }
  return smallest;
}

/** The value that spans of the trace name, when all that name one name the same. */
function onlyValue(order: readonly SpanNode[], pick: (own: OwnLineage) => string): string {
  let only = '';
  for (const node of order) {
    const value = pick(node.span.classification.own);
    if (value === '' || value === only) continue;
    if (only !== '') return '';
    only = value;
  }
  return only;
}

function contextOf(node: SpanNode, inherited: SpanContext): SpanContext {
  const { own, role } = node.span.classification;
  const id = node.span.identity.spanId;
  // What lies beneath a repeated tool call lies beneath the span that stands for it.
  const tool = role === 'tool_call' ? (node.repeats?.kept ?? node) : undefined;
  const toolId = tool?.span.identity.spanId ?? '';
  const isTool = tool !== undefined && toolId !== inherited.toolCallSpanId;
  if (!isTool && role !== 'step' && !statesLineage(own)) return inherited;
  const context: SpanContext = {
    sessionId: own.sessionId || inherited.sessionId,
    userId: own.userId || inherited.userId,
    team: own.team || inherited.team,
    project: own.project || inherited.project,
    agentName: own.agentName || inherited.agentName,
    callerAgentName: callerOf(own, inherited),
    environment: own.environment || inherited.environment,
    stepSpanId: role === 'step' ? id : inherited.stepSpanId,
    toolCallSpanId: isTool ? toolId : inherited.toolCallSpanId,
    toolCallPath: isTool ? [...inherited.toolCallPath.slice(1 - MAX_TOOL_CALL_PATH), toolId] : inherited.toolCallPath,
    toolName: isTool ? tool.span.classification.toolName : inherited.toolName,
  };
  return sameContext(context, node.context) ? node.context : context;
}

/** Two spans of one agent, around one another, name it the same: the caller is whoever lies around both. */
function callerOf(own: OwnLineage, inherited: SpanContext): string {
  const isAnother = own.agentName !== '' && own.agentName !== inherited.agentName;
  return isAnother ? inherited.agentName : inherited.callerAgentName;
}

function statesLineage(own: OwnLineage): boolean {
  return (
    own.sessionId !== '' ||
    own.userId !== '' ||
    own.team !== '' ||
    own.project !== '' ||
    own.agentName !== '' ||
    own.environment !== ''
  );
}

function lineageOf(node: SpanNode, key: KeyLineage, session: string, user: string, traceId: string): Lineage {
  const { context, parent } = node;
  const { resource } = node.span;
  if (parent?.lineage !== undefined && parent.context === context && parent.span.resource === resource) {
    if (parent.origin.keyId === node.origin.keyId) return keepIfSame(node, parent.lineage);
  }
  const named = resource.lineage;
  const lineage: Lineage = {
    sessionId: context.sessionId || named.sessionId || session || traceId,
    userId: context.userId || named.userId || user,
    team: key.team || context.team || named.team || UNATTRIBUTED,
    project: key.project || context.project || named.project,
    agentName: context.agentName || named.agentName,
    callerAgentName: context.callerAgentName,
    environment: context.environment || named.environment,
    stepSpanId: context.stepSpanId,
    toolCallSpanId: context.toolCallSpanId,
    toolCallPath: context.toolCallPath,
    toolName: context.toolName,
    serviceName: resource.serviceName,
  };
  return keepIfSame(node, lineage);
}

/** The object that the ledger has already stays, so that "unchanged" is one comparison of pointers later. */
function keepIfSame(node: SpanNode, lineage: Lineage): Lineage {
  const written = node.written?.lineage;
  if (written !== undefined && sameLineage(written, lineage)) return written;
  return lineage;
}

function contradicts(own: OwnLineage, key: KeyLineage): boolean {
  return (
    (key.team !== '' && own.team !== '' && own.team !== key.team) ||
    (key.project !== '' && own.project !== '' && own.project !== key.project)
  );
}
