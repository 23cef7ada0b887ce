import type { Place, RunEmitter, Times } from './emit.ts';
import { type CallEmitter, type Knows, LIBRARY, NATIVE, sumOf, type Told } from './emitters.ts';
import type { CallPlan, Tokens } from './plan.ts';

/** The emitters that see one call: of each at most one, and at least one in all. */
type Seen = {
  readonly framework: CallEmitter | undefined;
  readonly library: CallEmitter | undefined;
  readonly native: CallEmitter | undefined;
};

const LENGTH_MS = 900;
/** Parallel calls begin so far apart: their spans overlap, and each lies within the framework's of all others. */
const STAGGER_MS = 1;
const INSET_MS = 100;

/** One physical call (or several at the same moment), its retries, and every span that tells of it. */
export function emitCall(run: RunEmitter, plan: CallPlan, parent: Place): void {
  const seen = seenBy(run, plan);
  const startMs = run.clockMs;
  for (let nth = 0; nth < plan.parallel; nth += 1) emitOne(run, plan, seen, parent, startMs + nth * STAGGER_MS);
  run.clockMs = startMs + LENGTH_MS + plan.parallel * STAGGER_MS + 50;
}

/** OpenTelemetry's library for OpenAI is there where a plan names one that the vendor has none of. */
function seenBy(run: RunEmitter, plan: CallPlan): Seen {
  const { model } = run.framework;
  const library =
    plan.library === undefined ? undefined : (LIBRARY[plan.library][plan.vendor] ?? LIBRARY.otel[plan.vendor]);
  const native = plan.vendor === 'anthropic' && plan.native !== 'none' ? NATIVE : undefined;
  if (model === undefined && library === undefined && native === undefined)
    return { framework: undefined, library: LIBRARY.otel[plan.vendor], native };
  return { framework: model, library, native };
}

function emitOne(run: RunEmitter, plan: CallPlan, seen: Seen, parent: Place, startMs: number): void {
  const told = tell(run, plan, plan.tokens);
  const times = { startMs, endMs: startMs + LENGTH_MS };
  const attempts = attemptsOf(plan, seen);
  const lost = lostOf(plan, seen, attempts);
  const kept = { ...seen, ...(lost === undefined ? {} : { [lost]: undefined }) };
  const around = seen.framework === undefined ? parent : { traceId: parent.traceId, spanId: run.newSpanId() };
  const billedBefore = attempts === 'a billed one first' ? tell(run, plan, plan.firstTokens) : undefined;

  if (kept.framework !== undefined) {
    const states = plan.states === 'the sum' && billedBefore !== undefined;
    const stated = states ? { ...told, tokens: sumOf([told.tokens, billedBefore.tokens]) } : told;
    run.write(seen.framework?.scope ?? '', kept.framework.chat(stated), around, parent.spanId, times);
  }
  const first = { startMs: startMs + 10, endMs: startMs + 40 };
  if (attempts === 'a failed one first') emitFailed(run, seen, told, around, first);
  const sightings = { ...kept, framework: billedBefore === undefined ? kept.framework : undefined };
  if (billedBefore !== undefined)
    emitSightings(run, plan, { ...kept, framework: undefined }, billedBefore, around, first);
  const main = { startMs: startMs + INSET_MS, endMs: startMs + LENGTH_MS - INSET_MS };
  emitSightings(run, plan, plan.states === 'the last' ? kept : sightings, told, around, main);
}

/** A retry is seen where the framework's span lies around the library's; of two silent ones nobody can tell. */
function attemptsOf(plan: CallPlan, seen: Seen): CallPlan['attempts'] {
  if (seen.framework === undefined || seen.library === undefined) return 'one';
  return plan.attempts === 'a billed one first' && isSilent(plan, seen) ? 'one' : plan.attempts;
}

function tell(run: RunEmitter, { vendor }: CallPlan, tokens: Tokens): Told {
  const own = vendor === 'openai' ? { ...tokens, cacheWrite5m: 0, cacheWrite1h: 0 } : tokens;
  run.used.push(own);
  return { vendor, tokens: own, responseId: `resp_${run.seed}_${run.newNumber()}_0123456789abcdef` };
}

/** A sighting that never arrives, where another is left that states usage. */
function lostOf(plan: CallPlan, seen: Seen, attempts: CallPlan['attempts']): keyof Seen | undefined {
  const { lost } = plan;
  if (lost === 'none' || seen[lost] === undefined || attempts !== 'one' || plan.parallel > 1) return undefined;
  const others = (Object.keys(seen) as (keyof Seen)[]).filter((name) => name !== lost && seen[name] !== undefined);
  return others.some((name) => name !== 'library' || !isSilent(plan, seen)) ? lost : undefined;
}

/** These state no usage for streams. */
function isSilent(plan: CallPlan, { library }: Seen): boolean {
  return plan.streamed && library?.scope.startsWith('@') === true && plan.vendor === 'openai';
}

function emitFailed(run: RunEmitter, { library }: Seen, told: Told, around: Place, times: Times): void {
  if (library === undefined) return;
  const shape = library.chat(told);
  const answered = { 'gen_ai.response.id': undefined, 'gen_ai.response.model': undefined };
  const attributes = { ...withoutUsage(shape.attributes), ...answered };
  const at = { traceId: around.traceId, spanId: run.newSpanId() };
  run.write(library.scope, { ...shape, attributes }, at, around.spanId, times, { failed: true });
  run.truth.callsWithoutUsage += 1;
}

/** The client library's span and the SDK's own; what all sightings know together is what must be charged. */
function emitSightings(run: RunEmitter, plan: CallPlan, seen: Seen, told: Told, around: Place, times: Times): void {
  const { library, native } = seen;
  const silent = isSilent(plan, seen);
  const at = { traceId: around.traceId, spanId: run.newSpanId() };
  if (library !== undefined) {
    const shape = library.chat(told);
    const attributes = silent ? withoutUsage(shape.attributes) : shape.attributes;
    run.write(library.scope, { ...shape, attributes }, at, around.spanId, times);
  }
  if (native !== undefined) {
    // Which of several equal calls at one moment a span in another trace is of, nobody can tell; their sums are the same.
    const isRoot = plan.native === 'in a trace of its own' && plan.parallel === 1;
    const place = { traceId: isRoot ? run.newTrace() : around.traceId, spanId: run.newSpanId() };
    const above = isRoot ? '' : plan.native === 'beneath' && library !== undefined ? at.spanId : around.spanId;
    run.write(native.scope, native.chat(told), place, above, { startMs: times.startMs + 5, endMs: times.endMs - 5 });
  }
  const stating = [seen.framework, silent ? undefined : library, native].filter((emitter) => emitter !== undefined);
  if (stating.length === 0) run.truth.callsWithoutUsage += 1;
  else
    countUsage(
      run,
      told.tokens,
      stating.map(({ knows }) => knows),
    );
}

function withoutUsage(attributes: Readonly<Record<string, string | number | undefined>>) {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !key.includes('usage') && !key.includes('token_count')),
  );
}

function countUsage(run: RunEmitter, tokens: Tokens, known: readonly Knows[]): void {
  run.truth.calls += 1;
  const knowsRead = known.some(({ cacheRead }) => cacheRead);
  const knowsWrite = known.some(({ cacheWrite }) => cacheWrite !== 'none');
  const knowsLifetimes = known.some(({ cacheWrite }) => cacheWrite === 'lifetimes');
  const knowsReasoning = known.some(({ reasoning }) => reasoning);
  const written = tokens.cacheWrite5m + tokens.cacheWrite1h;
  run.count('input', tokens.input + (knowsRead ? 0 : tokens.cacheRead) + (knowsWrite ? 0 : written));
  if (knowsRead) run.count('cache_read', tokens.cacheRead);
  if (knowsWrite && !knowsLifetimes) run.count('cache_write', written);
  if (knowsLifetimes) {
    run.count('cache_write_5m', tokens.cacheWrite5m);
    run.count('cache_write_1h', tokens.cacheWrite1h);
  }
  run.count('output', tokens.output + (knowsReasoning ? 0 : tokens.reasoning));
  if (knowsReasoning) run.count('reasoning', tokens.reasoning);
}
