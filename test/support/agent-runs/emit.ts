import { attribute, type LoneSpan } from '../otlp.ts';
import { emitCall } from './emit-call.ts';
import { FRAMEWORK, type Framework, type Shape, sumOf } from './emitters.ts';
import type { GroupPlan, Item, RunPlan, Tokens, ToolPlan } from './plan.ts';

/** The sums that must stand in the ledger for one run, whatever of its spans is suppressed. */
export type RunTruth = {
  readonly calls: number;
  readonly callsWithoutUsage: number;
  readonly toolCalls: number;
  /** Quantities by meter over all calls. */
  readonly usage: Readonly<Record<string, number>>;
};

export type EmittedRun = { readonly name: string; readonly spans: readonly LoneSpan[]; readonly truth: RunTruth };

export type Place = { readonly traceId: string; readonly spanId: string };
export type Times = { readonly startMs: number; readonly endMs: number };

/** Writes spans down with ids of their own, and counts what is true beside them. */
export class RunEmitter {
  readonly framework: Framework;
  readonly spans: LoneSpan[] = [];
  readonly truth = { calls: 0, callsWithoutUsage: 0, toolCalls: 0, usage: {} as Record<string, number> };
  /** What the model calls made so far used: agents repeat it. */
  readonly used: Tokens[] = [];
  readonly name: string;
  readonly seed: number;
  clockMs: number;
  private nextId = 0;

  constructor(plan: RunPlan, seed: number, startMs: number) {
    this.framework = FRAMEWORK[plan.framework];
    this.name = `run-${seed}-${plan.framework.replaceAll(' ', '-')}`;
    this.seed = seed;
    this.clockMs = startMs;
  }

  newTrace(): string {
    return (BigInt(this.seed) * 100_000n + BigInt(this.newNumber())).toString(16).padStart(32, 'a');
  }

  newSpanId(): string {
    return (BigInt(this.seed) * 100_000n + BigInt(this.newNumber())).toString(16).padStart(16, 'b');
  }

  newNumber(): number {
    this.nextId += 1;
    return this.nextId;
  }

  /** `parent` '' makes a root; a `process` other than the agent's has a resource of its own. */
  write(
    scope: string,
    shape: Shape,
    at: Place,
    parent: string,
    times: Times,
    more: { process?: string; failed?: boolean } = {},
  ): void {
    const attributes = Object.entries(shape.attributes).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [attribute(key, value)],
    );
    const span = {
      ...at,
      ...(parent === '' ? {} : { parentSpanId: parent }),
      name: shape.name,
      kind: shape.kind,
      startTimeUnixNano: `${times.startMs}000000`,
      endTimeUnixNano: `${times.endMs}000000`,
      attributes,
      ...(more.failed === true ? { status: { code: 2 } } : {}),
    };
    const resource = {
      attributes: [
        attribute('service.name', this.name),
        attribute('service.instance.id', `${this.name}-${more.process ?? 'agent'}`),
      ],
    };
    const scopeSpans = { scope: { name: scope }, spans: [span] };
    this.spans.push({ group: { resource, scopeSpans: [scopeSpans] }, scope: scopeSpans, span });
  }

  count(meter: string, quantity: number): void {
    if (quantity > 0) this.truth.usage[meter] = (this.truth.usage[meter] ?? 0) + quantity;
  }
}

/** The spans that a run emits, one item after the other, and what is true of it. */
export function emitRun(plan: RunPlan, seed: number, startMs: number): EmittedRun {
  const run = new RunEmitter(plan, seed, startMs);
  const traceId = run.newTrace();
  emitAgent(run, { kind: 'agent', lost: false, children: plan.children }, { traceId, spanId: '' });
  const { name, spans, truth } = run;
  return { name, spans, truth };
}

function emitItem(run: RunEmitter, item: Item, parent: Place): void {
  if (item.kind === 'call') emitCall(run, item, parent);
  else if (item.kind === 'tool') emitTool(run, item, parent);
  else if (item.kind === 'agent') emitAgent(run, item, parent);
  else emitPlain(run, item, parent);
}

/** Emits what lies beneath a span and returns when that happened. */
function emitInside(run: RunEmitter, children: readonly Item[], at: Place): Times {
  const startMs = run.clockMs;
  run.clockMs += 10;
  for (const child of children) emitItem(run, child, at);
  run.clockMs += 10;
  return { startMs, endMs: run.clockMs };
}

function emitAgent(run: RunEmitter, { children, lost }: GroupPlan, parent: Place): void {
  const at = { traceId: parent.traceId, spanId: run.newSpanId() };
  const before = run.used.length;
  const times = emitInside(run, children, at);
  if (lost) return;
  const shape = run.framework.agent(`agent-${run.newNumber()}`, sumOf(run.used.slice(before)));
  run.write(run.framework.scope, shape, at, parent.spanId, times);
}

function emitPlain(run: RunEmitter, { kind, children, lost }: GroupPlan, parent: Place): void {
  const at = { traceId: parent.traceId, spanId: run.newSpanId() };
  const times = emitInside(run, children, at);
  if (lost) return;
  const shape = kind === 'step' ? run.framework.step : { name: 'work', kind: 1, attributes: {} };
  run.write(kind === 'step' ? run.framework.scope : 'my-app', shape, at, parent.spanId, times);
}

const MCP_SCOPE = 'mcp-python-sdk';

/** A framework's span of a tool call, around the MCP client's, around the MCP server's in a process of its own. */
function emitTool(run: RunEmitter, plan: ToolPlan, parent: Place): void {
  const { mcp, lost, children } = plan;
  const { traceId } = parent;
  // A client's span without the framework's around it might be of any tool call of that name that runs just then.
  const name = lost === 'framework' ? `${plan.name}-${run.newNumber()}` : plan.name;
  const [outer, client, server] = [run.newSpanId(), run.newSpanId(), run.newSpanId()];
  const inner = mcp === 'none' ? outer : mcp === 'client' ? client : server;
  const isServerLost = mcp === 'client and server' && lost === 'server';
  const times = emitInside(run, children, { traceId, spanId: isServerLost ? client : inner });
  const isOuterLost = lost === 'framework' && mcp !== 'none';
  run.truth.toolCalls += 1;
  if (!isOuterLost) {
    const shape = run.framework.tool(name, `call_${run.seed}_${run.newNumber()}`);
    run.write(run.framework.scope, shape, { traceId, spanId: outer }, parent.spanId, times);
  }
  const attributes = { 'mcp.method.name': 'tools/call', 'jsonrpc.request.id': '2' };
  if (mcp !== 'none') {
    const shape = { name: `MCP send tools/call ${name}`, kind: 3, attributes };
    run.write(MCP_SCOPE, shape, { traceId, spanId: client }, outer, times);
  }
  if (mcp === 'client and server' && !isServerLost) {
    const named = { ...attributes, 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name };
    const shape = { name: `tools/call ${name}`, kind: 2, attributes: named };
    run.write(MCP_SCOPE, shape, { traceId, spanId: server }, client, times, { process: 'mcp-server' });
  }
}
