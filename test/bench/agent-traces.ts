import { createHash } from 'node:crypto';
import { attribute, fixed64, message, text, uint } from '../support/protobuf.ts';

/** One span of a generated trace, encoded, and when it is to be delivered. */
export type TraceSpan = { readonly bytes: Buffer; readonly scope: Scope; readonly delivery: 'first' | 'late' | 'cold' };
export type Scope = 'agent' | 'sdk' | 'framework';

const SPANS_PER_TRACE = 8;
const TEAMS = 20;
const PROJECTS = 60;

/** Where model calls and tool calls stand among a trace's eight spans: agent, 4 calls, 2 tools, 1 step. */
const PLACES = ['agent', 'call', 'tool', 'call', 'step', 'call', 'tool', 'call'] as const;

export type TraceMix = {
  /** Start of the first trace, ns since 1970; a trace starts each `spacingNs`. */
  readonly startNs: bigint;
  readonly spacingNs: bigint;
  /** Out of 100 calls, how many are seen by a second instrumentation. */
  readonly twinPercent: number;
  /** Out of 100 traces, how many have their agent span come later than its children. */
  readonly lateParentPercent: number;
  /** Out of 100 traces, how many have a span that comes when the trace is no longer in memory. */
  readonly coldPercent: number;
};

/** The spans of trace number `index`; the same number gives the same bytes. A call has five meters. */
export function agentTrace(index: number, mix: TraceMix): { traceId: string; spans: TraceSpan[] } {
  const digest = createHash('sha256').update(`trace ${index}`).digest();
  const traceId = digest.subarray(0, 16);
  const start = mix.startNs + BigInt(index) * mix.spacingNs;
  const random = randomFrom(digest.readUInt32LE(16));
  const isLate = index % 100 < mix.lateParentPercent;
  const isCold = (index + 50) % 100 < mix.coldPercent * SPANS_PER_TRACE;
  const spans: TraceSpan[] = [];
  for (let place = 0; place < SPANS_PER_TRACE; place += 1) {
    const delivery = place === 0 && isLate ? 'late' : place === SPANS_PER_TRACE - 1 && isCold ? 'cold' : 'first';
    const at = start + BigInt(place) * 150_000_000n;
    const span = { traceId, spanId: spanIdOf(digest, place), parentId: parentOf(digest, place), startNs: at };
    spans.push({
      bytes: spanBody(span, place, index, random),
      scope: PLACES[place] === 'call' ? 'sdk' : 'agent',
      delivery,
    });
    if (PLACES[place] !== 'call' || (index * SPANS_PER_TRACE + place) % 100 >= mix.twinPercent * 2) continue;
    spans.push({ bytes: twinBody(span, digest, place, index), scope: 'framework', delivery });
  }
  return { traceId: traceId.toString('hex'), spans };
}

/** Spans as one ExportTraceServiceRequest. */
export function exportRequest(spans: readonly TraceSpan[]): Buffer {
  const scopes = SCOPES.map(([scope, name]) => {
    const own = spans.filter((span) => span.scope === scope).map((span) => message(2, span.bytes));
    if (own.length === 0) return Buffer.alloc(0);
    return message(2, Buffer.concat([message(1, Buffer.concat([text(1, name), text(2, '1.12.0')])), ...own]));
  });
  return message(1, Buffer.concat([RESOURCE, ...scopes]));
}

const SCOPES: readonly (readonly [Scope, string])[] = [
  ['agent', 'my-agent'],
  ['sdk', 'com.anthropic.sdk.typescript'],
  ['framework', 'openinference.instrumentation.anthropic'],
];

const RESOURCE = message(
  1,
  Buffer.concat(
    Object.entries({
      'service.name': 'bench-agent',
      'service.instance.id': 'af781c8d-9ecd-4431-b07e-cd73b7eb1191',
      'telemetry.sdk.language': 'nodejs',
      'deployment.environment.name': 'production',
    }).map(([key, value]) => message(1, attribute(key, value))),
  ),
);

type SpanPlace = { traceId: Buffer; spanId: Buffer; parentId: Buffer | undefined; startNs: bigint };

function spanBody(span: SpanPlace, place: number, index: number, random: () => number): Buffer {
  const kind = PLACES[place] as (typeof PLACES)[number];
  if (kind === 'call') return encode(span, 'anthropic.messages.create', 3, callAttributes(index, place, random));
  if (kind === 'agent') return encode(span, 'invoke_agent researcher', 1, agentAttributes(index));
  if (kind === 'step') return encode(span, 'step 2', 1, { 'gen_ai.operation.name': 'agent_step', ...FILLER });
  return encode(span, 'execute_tool search', 1, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'search',
    'gen_ai.tool.call.id': `toolu_${index}_${place}`,
    'gen_ai.tool.type': 'function',
    ...FILLER,
  });
}

const FILLER = { 'app.note': 'x'.repeat(160), 'app.version': '2026.11.3', 'thread.id': 17 };

function agentAttributes(index: number): Record<string, string | number> {
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': `agent-${index % 40}`,
    'session.id': `session-${Math.floor(index / 5)}`,
    'user.id': `user-${index % 1000}`,
    'spanledger.team': `team-${index % TEAMS}`,
    'spanledger.project': `project-${index % PROJECTS}`,
    ...FILLER,
  };
}

function callAttributes(index: number, place: number, random: () => number): Record<string, string | number> {
  const usage = usageOf(random);
  return {
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
    'gen_ai.response.id': `msg_${index}_${place}`,
    'server.address': 'api.anthropic.com',
    'server.port': 443,
    'http.request.method': 'POST',
    'http.route': '/v1/messages',
    'url.full': 'https://api.anthropic.com/v1/messages',
    'http.response.status_code': 200,
    'anthropic.response.service_tier': 'standard',
    'anthropic.message.stop_reason': 'end_turn',
    'gen_ai.usage.input_tokens': usage.input + usage.read + usage.write5m + usage.write1h,
    'gen_ai.usage.output_tokens': usage.output,
    'gen_ai.usage.cache_read.input_tokens': usage.read,
    'gen_ai.usage.cache_write.input_tokens': usage.write5m + usage.write1h,
    'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': usage.write5m,
    'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': usage.write1h,
  };
}

function usageOf(random: () => number) {
  const upTo = (limit: number) => 1 + Math.floor(random() * limit);
  return { input: upTo(3000), read: upTo(9000), write5m: upTo(500), write1h: upTo(200), output: upTo(800) };
}

/** The same call as another instrumentation sees it: nested beside it in time, with the response id. */
function twinBody(span: SpanPlace, digest: Buffer, place: number, index: number): Buffer {
  const twin = { ...span, spanId: spanIdOf(digest, place + SPANS_PER_TRACE) };
  return encode(twin, 'messages.create', 1, {
    'openinference.span.kind': 'LLM',
    'llm.provider': 'anthropic',
    'llm.model_name': 'claude-sonnet-4-5-20250929',
    'output.value': JSON.stringify({
      id: `msg_${index}_${place}`,
      type: 'message',
      model: 'claude-sonnet-4-5-20250929',
    }),
    'output.mime_type': 'application/json',
  });
}

function encode(span: SpanPlace, name: string, kind: number, attributes: Record<string, string | number>): Buffer {
  const { traceId, spanId, parentId, startNs } = span;
  return Buffer.concat([
    message(1, traceId),
    message(2, spanId),
    ...(parentId === undefined ? [] : [message(4, parentId)]),
    text(5, name),
    uint(6, kind),
    fixed64(7, startNs),
    fixed64(8, startNs + 140_000_000n),
    ...Object.entries(attributes).map(([key, value]) => message(9, attribute(key, value))),
    message(15, uint(3, 1)),
  ]);
}

function spanIdOf(digest: Buffer, place: number): Buffer {
  const id = Buffer.from(digest.subarray(8, 16));
  id.writeUInt16LE(place + 1, 6);
  return id;
}

/** Calls hang beneath the agent, the last three spans beneath the step. */
function parentOf(digest: Buffer, place: number): Buffer | undefined {
  if (place === 0) return undefined;
  return spanIdOf(digest, place > 4 ? 4 : 0);
}

function randomFrom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
  };
}
