import { CACHE_NOT_STATED } from '../dialects/emitters.ts';
import { RANK } from '../dialects/rank.ts';
import { isEventScope } from '../events/event-scope.ts';
import type { Sighting } from './sighting.ts';

/** The rules by which two spans are recognised as one physical call; they stand on what was suppressed. */
export const TWIN_RULES = {
  responseId: 'twin.response_id@1',
  nested: 'twin.nested@1',
  sameUsage: 'twin.same_usage@1',
} as const;

export type TwinRule = (typeof TWIN_RULES)[keyof typeof TWIN_RULES];

/** JavaScript clocks tick in milliseconds, and a wrapper's span may start or end that much inside its inner one. */
const CLOCK_TOLERANCE_NS = 5_000_000n;
/** How long after its request an event may be written, by a process that is busy. */
const EVENT_DELAY_NS = 1_000_000_000n;
/** Random ids of providers and gateways are 25 characters and more, counters of local servers a dozen. */
const UNIQUE_ID_LENGTH = 20;
/** Output tokens of a placeholder seen: 1 to 8. */
const MAX_PLACEHOLDER_NANO = 16_000_000_000n;

/**
 * Whether two spans of different instrumentations (or of one in two processes) tell of one call, and by which rule. A response id alone proves nothing
 * (a local server's ids repeat), so provider, model, usage and times must agree too; without a common id the usage must be
 * equal, one span inside the other's time, and both from one process. Of a log event and a span, see `sameMoment`.
 */
export function sameCall(a: Sighting, b: Sighting): TwinRule | undefined {
  if (!sameModel(a, b) || !mayShareProvider(a, b)) return undefined;
  if (a.scopeName === b.scopeName) return seenByTwoProcesses(a, b) ? TWIN_RULES.responseId : undefined;
  const isEventOfSpan = isEventScope(a.scopeName) !== isEventScope(b.scopeName);
  if (isEventOfSpan && a.sessionId !== '' && b.sessionId !== '' && a.sessionId !== b.sessionId) return undefined;
  const idA = a.call.responseId;
  const idB = b.call.responseId;
  if (idA !== '' && idB !== '') {
    return idA === idB && overlap(a, b) && compatibleUsage(a, b) ? TWIN_RULES.responseId : undefined;
  }
  if (isEventOfSpan) return sameProvider(a, b) && sameMoment(a, b) ? TWIN_RULES.sameUsage : undefined;
  if (a.processKey === '' || a.processKey !== b.processKey || !sameProvider(a, b)) return undefined;
  if (!equalUsage(a, b) && !equalButForPlaceholder(a, b) && !equalButForCache(a, b)) return undefined;
  return within(a, b) || within(b, a) ? TWIN_RULES.sameUsage : undefined;
}

/**
 * An event is written when its request has ended, and says how long that took, if it says so at all: so one need not lie
 * within the other, but they end together. They come from one place when trace, session or process are the same.
 */
function sameMoment(a: Sighting, b: Sighting): boolean {
  const isOnePlace =
    a.traceId === b.traceId ||
    (a.sessionId !== '' && a.sessionId === b.sessionId) ||
    (a.processKey !== '' && a.processKey === b.processKey);
  if (!isOnePlace || !overlap(a, b)) return false;
  const apartNs = a.endNs < b.endNs ? b.endNs - a.endNs : a.endNs - b.endNs;
  return apartNs <= EVENT_DELAY_NS && (equalUsage(a, b) || (a.failed && b.failed));
}

/**
 * A client's and a gateway's span of one library (LiteLLM on both sides). Each instrumentation tells of a call once in a
 * process, so only here may two spans of one scope be one call; ids as short as a local server's counters prove nothing.
 */
function seenByTwoProcesses(a: Sighting, b: Sighting): boolean {
  const { responseId } = a.call;
  if (a.processKey === b.processKey || a.processKey === '' || b.processKey === '') return false;
  if (responseId !== b.call.responseId || responseId.length < UNIQUE_ID_LENGTH) return false;
  return equalUsage(a, b) && (within(a, b) || within(b, a));
}

export function sameModel(a: Sighting, b: Sighting): boolean {
  if (a.models.length === 0 || b.models.length === 0) return true;
  return a.models.some((one) => b.models.some((other) => one.startsWith(other) || other.startsWith(one)));
}

/** Cloud vendors have several names for one door: gcp.gemini and gcp.vertex_ai are compatible, openai and anthropic are not. */
export function sameProvider(a: Sighting, b: Sighting): boolean {
  const one = a.call.provider;
  const other = b.call.provider;
  if (one === '' || other === '' || one === other) return true;
  // OpenAI's client pointed at Azure: some instrumentations name the client, some the door.
  if (isOpenAi(one) && isOpenAi(other)) return true;
  const family = familyOf(one);
  return family !== '' && family === familyOf(other);
}

/**
 * The provider that a client library names is the format it speaks: behind a gateway another one answers, which the
 * gateway's own span names. Equal usage of one model tells as much.
 */
export function mayShareProvider(a: Sighting, b: Sighting): boolean {
  return sameProvider(a, b) || (a.models.length > 0 && b.models.length > 0 && equalUsage(a, b));
}

function familyOf(provider: string): string {
  return provider.slice(0, Math.max(0, provider.indexOf('.')));
}

export function equalUsage(a: Sighting, b: Sighting): boolean {
  if (a.totals === undefined || b.totals === undefined) return false;
  return a.totals.input === b.totals.input && a.totals.output === b.totals.output;
}

/**
 * Some emitters add the placeholder at a stream's beginning, a few tokens, to its output; of a stream that is closed early
 * the SDK's own span states no output, and others that placeholder.
 */
function equalButForPlaceholder(a: Sighting, b: Sighting): boolean {
  if (!mayMissPlaceholder(a) && !mayMissPlaceholder(b)) return false;
  if (a.totals === undefined || b.totals === undefined || a.totals.input !== b.totals.input) return false;
  const more = a.totals.output - b.totals.output;
  return more <= MAX_PLACEHOLDER_NANO && more >= -MAX_PLACEHOLDER_NANO;
}

function mayMissPlaceholder({ rank, totals }: Sighting): boolean {
  return rank === RANK.belowNativeSdk || (rank === RANK.nativeSdk && totals?.output === 0n);
}

/** Where one emitter is silent about the cache, its input is what the other states beside cached tokens. */
function equalButForCache(a: Sighting, b: Sighting): boolean {
  if (a.totals === undefined || b.totals === undefined || a.totals.output !== b.totals.output) return false;
  if (isSilentOnCache(a)) return a.totals.input === uncachedInput(b);
  return isSilentOnCache(b) && b.totals.input === uncachedInput(a);
}

function isSilentOnCache({ call: { usage } }: Sighting): boolean {
  return usage.status === 'stated' && usage.assumed === CACHE_NOT_STATED;
}

function uncachedInput({ call: { usage } }: Sighting): bigint | undefined {
  if (usage.status === 'none') return undefined;
  return usage.meters.find(({ meter }) => meter === 'input')?.quantityNano;
}

/** Emitters of one call may disagree about one side (a stream's placeholder counted in), hardly about both. */
function compatibleUsage(a: Sighting, b: Sighting): boolean {
  if (a.totals === undefined || b.totals === undefined) return true;
  return a.totals.input === b.totals.input || a.totals.output === b.totals.output;
}

function overlap(a: Sighting, b: Sighting): boolean {
  return a.startNs <= b.endNs + CLOCK_TOLERANCE_NS && b.startNs <= a.endNs + CLOCK_TOLERANCE_NS;
}

function within(outer: Sighting, inner: Sighting): boolean {
  return inner.startNs >= outer.startNs - CLOCK_TOLERANCE_NS && inner.endNs <= outer.endNs + CLOCK_TOLERANCE_NS;
}

/** The total order that decides which span of a call carries its charge: over facts that no delivery order can change. */
export function carriesCharge(a: Sighting, b: Sighting): Sighting {
  if (a.rank !== b.rank) return a.rank > b.rank ? a : b;
  if (a.traceId !== b.traceId) return a.traceId < b.traceId ? a : b;
  return a.spanId < b.spanId ? a : b;
}

function isOpenAi(provider: string): boolean {
  return provider === 'openai' || provider === 'azure.ai.openai';
}
