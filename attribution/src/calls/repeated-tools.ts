import type { SpanNode } from '../trace/trace.ts';

/** The rules by which two tool-call spans are recognised as one call; they stand on what was suppressed. */
const TOOL_RULES = {
  nested: 'twin.nested_tool_call@1',
  beside: 'twin.same_tool_call@1',
} as const;

const KIND_SERVER = 2;
const KIND_CLIENT = 3;
/** JavaScript clocks tick in milliseconds. */
const CLOCK_TOLERANCE_NS = 5_000_000n;
/** Tool calls of one trace that run at the same moment and are compared with a new one; beyond this twins may be missed. */
const MAX_OPEN = 64;
/** Levels searched for a common line of descent; spans that far apart are taken as one inside the other. */
const MAX_LEVELS = 128;

type ToolRule = (typeof TOOL_RULES)[keyof typeof TOOL_RULES];

/** The span that stands for a tool call that another span tells of too, and how it was recognised. */
export type RepeatedTool = { readonly kept: SpanNode; readonly rule: ToolRule };

/**
 * One tool call may have several spans: a framework's, the MCP client's and the MCP server's inside one another, or those of
 * two instrumentations beside each other. Sets `repeats` of all but one to the one that stands for the call.
 * `order` has parents before children.
 */
export function markRepeatedTools(order: readonly SpanNode[]): void {
  const tools: SpanNode[] = [];
  for (const node of order) {
    node.repeats = undefined;
    if (node.span.classification.role === 'tool_call') tools.push(node);
  }
  if (tools.length < 2) return;
  const around = new Map<SpanNode, SpanNode | undefined>();
  const tellers: Tellers = new Map();
  for (const tool of tools) {
    const outer = toolAround(tool.parent, around);
    if (outer !== undefined && sameNestedTool(outer, tool, tellers)) joinNested(outer, tool, tellers);
  }
  joinBeside(
    tools.filter((tool) => tool.repeats === undefined),
    tellers,
  );
  for (const tool of tools) if (tool.repeats !== undefined) tool.repeats = followed(tool.repeats);
}

/** Who told of a call, by the span that stands for it: each end of each instrumentation tells of it once. */
type Tellers = Map<SpanNode, Set<string>>;

function tellersOf(kept: SpanNode, tellers: Tellers): Set<string> {
  return tellers.get(kept) ?? new Set([tellerOf(kept)]);
}

function tellerOf({ span: { identity } }: SpanNode): string {
  return `${identity.otlpKind} ${identity.scopeName}`;
}

/** A span that stood for others may itself repeat one. */
function standing(node: SpanNode): SpanNode {
  let kept = node;
  while (kept.repeats !== undefined) kept = kept.repeats.kept;
  return kept;
}

function followed(repeats: RepeatedTool): RepeatedTool {
  const kept = standing(repeats.kept);
  return kept === repeats.kept ? repeats : { kept, rule: repeats.rule };
}

/**
 * The nearest tool call at or above a span with nothing but plain spans (HTTP, server frameworks) between: an agent, a step
 * or a model request begins something of its own. `known` keeps deep trees linear.
 */
function toolAround(start: SpanNode | undefined, known: Map<SpanNode, SpanNode | undefined>): SpanNode | undefined {
  const passed: SpanNode[] = [];
  let found: SpanNode | undefined;
  for (let node = start; node !== undefined; node = node.parent) {
    const { role } = node.span.classification;
    if (role === 'tool_call') found = node;
    else if (known.has(node)) found = known.get(node);
    else if (role === 'other' || role === 'api_call') {
      passed.push(node);
      continue;
    }
    break;
  }
  for (const node of passed) known.set(node, found);
  return found;
}

/** The outermost span stands for the call; of both ends of one bare request the server's, where the tool runs. */
function joinNested(outer: SpanNode, inner: SpanNode, tellers: Tellers): void {
  const rule = TOOL_RULES.nested;
  const told = tellersOf(standing(outer), tellers).add(tellerOf(inner));
  if (outer.repeats === undefined && areBothEnds(outer, inner)) outer.repeats = { kept: inner, rule };
  else inner.repeats = { kept: outer.repeats?.kept ?? outer, rule };
  tellers.set(standing(inner), told);
}

function areBothEnds(outer: SpanNode, inner: SpanNode): boolean {
  const [a, b] = [outer.span.identity, inner.span.identity];
  return a.scopeName === b.scopeName && a.otlpKind === KIND_CLIENT && b.otlpKind === KIND_SERVER;
}

/** Equal ids, or one name told by two instrumentations or by both ends of one request; a tool may well call itself. */
function sameNestedTool(outer: SpanNode, inner: SpanNode, tellers: Tellers): boolean {
  const [one, other] = [outer.span.classification, inner.span.classification];
  if (one.toolCallId !== '' && other.toolCallId !== '') return one.toolCallId === other.toolCallId;
  if (!sameToolName(one.toolName, other.toolName)) return false;
  return !tellersOf(standing(outer), tellers).has(tellerOf(inner)) && mayTellOfOne(outer, inner);
}

function mayTellOfOne(outer: SpanNode, inner: SpanNode): boolean {
  return outer.span.identity.scopeName !== inner.span.identity.scopeName || areBothEnds(outer, inner);
}

/** Frameworks put the MCP server's name before the tool's: `mcp__weather__get_forecast`, `weather.get_forecast`. */
function sameToolName(outer: string, inner: string): boolean {
  if (outer === '' || inner === '') return false;
  if (outer === inner) return true;
  const [longer, shorter] = outer.length > inner.length ? [outer, inner] : [inner, outer];
  return longer.endsWith(shorter) && '_./:'.includes(longer.charAt(longer.length - shorter.length - 1));
}

/** Spans of two instrumentations that each hang in a tree of their own; each call has at most one span of each. */
function joinBeside(tools: readonly SpanNode[], tellers: Tellers): void {
  const [first] = tools;
  const scope = first?.span.identity.scopeName;
  if (tools.every((tool) => tool.span.identity.scopeName === scope)) return;
  const open: SpanNode[] = [];
  for (const tool of [...tools].sort(byStart)) {
    for (let index = open.length - 1; index >= 0; index -= 1) {
      const earlier = open[index] as SpanNode;
      if (earlier.span.identity.endNs + CLOCK_TOLERANCE_NS < tool.span.identity.startNs) open.splice(index, 1);
      else if (sameBeside(earlier, tool)) join(earlier, tool, tellers);
    }
    if (open.length < MAX_OPEN) open.push(tool);
  }
}

function sameBeside(a: SpanNode, b: SpanNode): boolean {
  const [one, other] = [a.span.classification, b.span.classification];
  if (a.span.identity.scopeName === b.span.identity.scopeName) return false;
  const haveIds = one.toolCallId !== '' && other.toolCallId !== '';
  if (haveIds ? one.toolCallId !== other.toolCallId : !sameUnnamedTool(a, b)) return false;
  return !mayBeAncestor(a, b) && !mayBeAncestor(b, a);
}

function sameUnnamedTool(a: SpanNode, b: SpanNode): boolean {
  const process = a.span.resource.processKey;
  if (process === '' || process !== b.span.resource.processKey) return false;
  return sameToolName(a.span.classification.toolName, b.span.classification.toolName) && (within(a, b) || within(b, a));
}

function join(a: SpanNode, b: SpanNode, tellers: Tellers): void {
  const [one, other] = [standing(a), standing(b)];
  if (one === other) return;
  const [told, more] = [tellersOf(one, tellers), tellersOf(other, tellers)];
  if ([...more].some((teller) => told.has(teller))) return;
  const kept = standsForCall(one, other);
  const repeated = kept === one ? other : one;
  repeated.repeats = { kept, rule: TOOL_RULES.beside };
  tellers.set(kept, new Set([...told, ...more]));
}

/** The span beneath which something happens, so that it stays beneath the call; then by what no delivery can change. */
function standsForCall(a: SpanNode, b: SpanNode): SpanNode {
  const [inA, inB] = [a.children.length > 0, b.children.length > 0];
  if (inA !== inB) return inA ? a : b;
  const [idA, idB] = [a.span.classification.toolCallId !== '', b.span.classification.toolCallId !== ''];
  if (idA !== idB) return idA ? a : b;
  return byStart(a, b) <= 0 ? a : b;
}

function within(outer: SpanNode, inner: SpanNode): boolean {
  const [a, b] = [outer.span.identity, inner.span.identity];
  return b.startNs >= a.startNs - CLOCK_TOLERANCE_NS && b.endNs <= a.endNs + CLOCK_TOLERANCE_NS;
}

function mayBeAncestor(outer: SpanNode, inner: SpanNode): boolean {
  let node = inner.parent;
  for (let level = 0; node !== undefined && level < MAX_LEVELS; level += 1) {
    if (node === outer) return true;
    node = node.parent;
  }
  return node !== undefined;
}

function byStart(a: SpanNode, b: SpanNode): number {
  const [one, other] = [a.span.identity, b.span.identity];
  if (one.startNs !== other.startNs) return one.startNs < other.startNs ? -1 : 1;
  return one.spanId < other.spanId ? -1 : 1;
}
