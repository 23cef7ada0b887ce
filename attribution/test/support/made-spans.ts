import type { Picodollars } from '@spanledger/schemas';
import type { Sighting } from '../../src/calls/sighting.ts';
import { sightingOf } from '../../src/calls/sighting.ts';
import { RANK } from '../../src/dialects/rank.ts';
import type {
  CallFacts,
  Classification,
  DecodedSpan,
  OwnLineage,
  ResourceFacts,
  SpanRole,
  Usage,
} from '../../src/facts.ts';
import { type ResolvedTrace, resolveTrace } from '../../src/ledger/resolve-trace.ts';
import type { RowState } from '../../src/ledger/row-state.ts';
import { loadBasePriceBook } from '../../src/rating/base-price-book.ts';
import { createRater } from '../../src/rating/rater.ts';
import { type Origin, Trace } from '../../src/trace/trace.ts';

/** Tokens by meter, as a test writes them. */
export type Tokens = Readonly<Record<string, number>>;

export type MadeSpan = {
  /** Any number; it becomes a span id of 16 hex digits. */
  readonly id: number;
  readonly parent?: number;
  readonly trace?: number;
  readonly role?: SpanRole;
  readonly name?: string;
  readonly scope?: string;
  readonly rank?: number;
  /** Milliseconds after the tests' epoch. */
  readonly start?: number;
  readonly end?: number;
  readonly own?: Partial<OwnLineage>;
  readonly resource?: Partial<Omit<ResourceFacts, 'lineage'>> & { readonly lineage?: Partial<OwnLineage> };
  /** Of a model request: tokens by meter, or undefined for a call without usage. */
  readonly tokens?: Tokens;
  readonly call?: Partial<CallFacts>;
  readonly aggregate?: Tokens;
  readonly toolName?: string;
  readonly toolCallId?: string;
  readonly remoteAgent?: boolean;
  readonly status?: number;
  /** OTLP span kind; CLIENT (3) unless said. */
  readonly kind?: number;
  readonly size?: number;
};

export const EPOCH_MS = Date.UTC(2026, 10, 20, 12);
export const TRACE = traceId(1);
const NO_LINEAGE: OwnLineage = {
  sessionId: '',
  userId: '',
  team: '',
  project: '',
  agentName: '',
  environment: '',
};
export const NOBODY = () => ({ team: '', project: '' });
export const rater = createRater(loadBasePriceBook());
export const RESOLVE = { rater, rulesVersion: 1, keyLineage: NOBODY };

export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function origin(offset = 0, keyId = ''): Origin {
  return { partition: 0, offset, keyId, receivedAtMs: EPOCH_MS };
}

/** A span as a dialect would have read it; a model request unless the role says otherwise. */
export function made(span: MadeSpan): DecodedSpan {
  const { id, start = 0, end = start + 1000 } = span;
  return {
    identity: {
      traceId: traceId(span.trace ?? 1),
      spanId: spanId(id),
      parentSpanId: span.parent === undefined ? '' : spanId(span.parent),
      name: span.name ?? 'span',
      otlpKind: span.kind ?? 3,
      startNs: BigInt(EPOCH_MS + start) * 1_000_000n,
      endNs: BigInt(EPOCH_MS + end) * 1_000_000n,
      statusCode: span.status ?? 0,
      statusMessage: '',
      scopeName: span.scope ?? 'client-library',
      scopeVersion: '1',
      sizeBytes: span.size ?? 700,
    },
    resource: {
      serviceName: 'agents',
      processKey: 'process-1',
      ...span.resource,
      lineage: { ...NO_LINEAGE, ...span.resource?.lineage },
    },
    classification: classification(span),
  };
}

export function metersOf(tokens: Tokens) {
  return Object.entries(tokens).map(([meter, count]) => ({
    meter: meter as 'input',
    quantityNano: BigInt(count) * 1_000_000_000n,
  }));
}

export function sighting(span: MadeSpan): Sighting {
  const seen = sightingOf(made(span));
  if (seen === undefined) throw new Error('the span tells of no call');
  return seen;
}

export function traceOf(spans: readonly (MadeSpan | DecodedSpan)[], number = 1): Trace {
  const trace = new Trace('default', traceId(number));
  for (const [offset, span] of spans.entries()) trace.add('identity' in span ? span : made(span), origin(offset));
  return trace;
}

/** Resolves and takes the rows as written, as the worker does. */
export function resolveAndWrite(trace: Trace): ResolvedTrace {
  const resolved = resolveTrace(trace, RESOLVE);
  for (const node of resolved.changed) {
    node.written = node.resolved;
    node.writtenTwins = node.twins;
  }
  return resolved;
}

/** Final rows by span id. */
export function rowsOf(trace: Trace): Map<string, RowState> {
  resolveTrace(trace, RESOLVE);
  const rows = new Map<string, RowState>();
  for (const [id, node] of [...trace.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (node.resolved !== undefined) rows.set(id, node.resolved);
  }
  return rows;
}

export function row(rows: ReadonlyMap<string, RowState>, id: number): RowState {
  const state = rows.get(spanId(id));
  if (state === undefined) throw new Error(`no row for span ${id}`);
  return state;
}

/** Ids of the spans that are charged, in order. */
export function chargedIds(rows: ReadonlyMap<string, RowState>): number[] {
  return [...rows].filter(([, { rated }]) => rated !== undefined).map(([id]) => Number.parseInt(id, 16));
}

export function totalCost(rows: ReadonlyMap<string, RowState>): bigint {
  return [...rows.values()].reduce((sum, { ownCost }) => sum + ownCost, 0n);
}

/** What a gpt-4o-mini call of the tests' epoch costs. */
export function priceOf(tokens: Tokens): bigint {
  const { provider, requestModel, responseModel, operation, serviceTier, region, serverAddress } = CALL;
  const names = { provider, requestModel, responseModel, operation, serviceTier, region, serverAddress };
  const lineage = { role: 'model_request', project: '', team: '', toolName: '' } as const;
  const { lines } = rater.rate({ ...names, ...lineage, startMs: EPOCH_MS, meters: metersOf(tokens) });
  return lines.reduce((sum, line) => sum + line.listCost, 0n);
}

const CALL: CallFacts = {
  provider: 'openai',
  requestModel: 'gpt-4o-mini',
  responseModel: 'gpt-4o-mini-2024-07-18',
  operation: 'chat',
  responseId: '',
  serviceTier: '',
  region: '',
  serverAddress: '',
  usage: { status: 'none', reason: 'the span states no usage' },
  reportedCost: undefined as Picodollars | undefined,
};

function classification(span: MadeSpan): Classification {
  const { role = 'model_request' } = span;
  const charged = role === 'model_request' || role === 'api_call' || span.remoteAgent === true;
  return {
    dialect: 'test@1',
    rule: `test.${role}`,
    role,
    rank: span.rank ?? (charged ? RANK.clientLibrary : RANK.none),
    own: { ...NO_LINEAGE, ...span.own },
    call: charged ? callOf(span) : undefined,
    aggregate: metersOf(span.aggregate ?? {}),
    remoteAgent: span.remoteAgent ?? false,
    toolName: span.toolName ?? '',
    toolCallId: span.toolCallId ?? '',
  };
}

function callOf(span: MadeSpan): CallFacts {
  const usage: Usage | undefined =
    span.tokens === undefined
      ? undefined
      : { status: 'stated', meters: metersOf(span.tokens), assumed: '', source: '' };
  return { ...CALL, ...(usage === undefined ? {} : { usage }), ...span.call };
}
