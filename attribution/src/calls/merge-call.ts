import { RANK } from '../dialects/rank.ts';
import type { CallFacts, MeterQuantity, Usage } from '../facts.ts';
import { sameProvider } from './same-call.ts';
import { isInputMeter, isOutputMeter, type Sighting, totalsOf, type UsageTotals } from './sighting.ts';

/** Whose numbers are believed first where sightings disagree: who stands nearest to the wire, known miscounters last. */
const NUMBERS_FROM: readonly number[] = [
  RANK.own,
  RANK.wire,
  RANK.nativeSdk,
  RANK.server,
  RANK.clientLibrary,
  RANK.logEvent,
  RANK.framework,
  RANK.belowNativeSdk,
];

/**
 * What all sightings of one call know together. Numbers come from the span
 * nearest to the wire that states usage without guessing; another's finer split of the same total is taken over (cache lifetimes, reasoning), and so are meters
 * that only it has (web searches), and names that the carrier does not know.
 */
export function mergeCall(carrier: Sighting, others: readonly Sighting[]): CallFacts {
  const all = [carrier, ...others].sort(nearestToTheWireFirst);
  const base = all.find(exactly) ?? all.find((sighting) => sighting.call.usage.status === 'stated') ?? carrier;
  let usage = base === carrier ? base.call.usage : readFromTwin(base.call.usage);
  for (const sighting of all) if (sighting !== base) usage = completed(usage, sighting.call.usage);
  const facts = carrier.call;
  const first = (pick: (call: CallFacts) => string) => firstKnown(carrier, all, pick);
  return {
    provider: billerOf(carrier, all) || first((call) => call.provider),
    requestModel: facts.requestModel || first((call) => call.requestModel),
    responseModel: facts.responseModel || first((call) => call.responseModel),
    operation: facts.operation || first((call) => call.operation),
    responseId: facts.responseId || first((call) => call.responseId),
    serviceTier: facts.serviceTier || first((call) => call.serviceTier),
    region: facts.region || first((call) => call.region),
    serverAddress: facts.serverAddress || first((call) => call.serverAddress),
    usage,
    reportedCost: facts.reportedCost ?? all.find((s) => s.call.reportedCost !== undefined)?.call.reportedCost,
  };
}

/** Formats that gateways speak to their clients; the client's span then names the format, the gateway's who answers. */
const SPOKEN_BY_GATEWAYS: ReadonlySet<string> = new Set(['openai', 'litellm', 'azure.ai.inference']);

/** Whose price list holds: of providers that cannot be the same, the one that the innermost span names. */
function billerOf(carrier: Sighting, all: readonly Sighting[]): string {
  const { provider, serverAddress } = carrier.call;
  if (!SPOKEN_BY_GATEWAYS.has(provider) || serverAddress === 'api.openai.com') return provider;
  let innermost = carrier;
  for (const sighting of all) {
    if (sighting.call.provider === '' || sameProvider(carrier, sighting)) continue;
    if (innermost === carrier || sighting.startNs > innermost.startNs) innermost = sighting;
  }
  return innermost.call.provider;
}

/** An estimate of one emitter gives way to what another read from the provider's answer. */
function exactly({ call: { usage } }: Sighting): boolean {
  return usage.status === 'stated' && usage.assumed === '';
}

function nearestToTheWireFirst(a: Sighting, b: Sighting): number {
  if (a.rank !== b.rank) return distance(a.rank) - distance(b.rank);
  if (a.traceId !== b.traceId) return a.traceId < b.traceId ? -1 : 1;
  return a.spanId < b.spanId ? -1 : 1;
}

function distance(rank: number): number {
  const index = NUMBERS_FROM.indexOf(rank);
  return index < 0 ? NUMBERS_FROM.length : index;
}

function firstKnown(carrier: Sighting, all: readonly Sighting[], pick: (call: CallFacts) => string): string {
  for (const sighting of all) if (sighting !== carrier && pick(sighting.call) !== '') return pick(sighting.call);
  return '';
}

function completed(base: Usage, other: Usage): Usage {
  if (base.status !== 'stated' || other.status !== 'stated') return base;
  const [baseTotals, otherTotals] = [totalsOf(base.meters), totalsOf(other.meters)];
  const input = finer(
    base.meters.filter(isInput),
    baseTotals.input === otherTotals.input ? other.meters.filter(isInput) : [],
  );
  const output = finer(
    base.meters.filter(isOutput),
    knowsOutput(baseTotals, otherTotals) ? other.meters.filter(isOutput) : [],
  );
  const rest = base.meters.filter((m) => !isInput(m) && !isOutput(m));
  const extra = other.meters.filter(
    (m) => !isInput(m) && !isOutput(m) && !rest.some((known) => known.meter === m.meter && known.model === m.model),
  );
  const taken = [...input, ...output, ...extra].filter((quantity) => !base.meters.some((own) => same(own, quantity)));
  return {
    status: 'stated',
    meters: [...input, ...output, ...rest, ...extra],
    assumed: base.assumed,
    source: taken.length === 0 ? base.source : sourceWith(base.source, taken, other.source),
  };
}

/** Also where the span nearer to the wire states none: it saw the stream being left, the other read on. */
function knowsOutput(mine: UsageTotals, theirs: UsageTotals): boolean {
  return mine.output === theirs.output || (mine.output === 0n && mine.input === theirs.input);
}

/** Of the call's own model; what another one used is taken over whole. */
function isInput({ meter, model }: MeterQuantity): boolean {
  return model === undefined && isInputMeter(meter);
}

function isOutput({ meter, model }: MeterQuantity): boolean {
  return model === undefined && isOutputMeter(meter);
}

function same(a: MeterQuantity, b: MeterQuantity): boolean {
  return a.meter === b.meter && a.quantityNano === b.quantityNano && a.model === b.model;
}

function readFromTwin(usage: Usage): Usage {
  return usage.status === 'none' ? usage : { ...usage, source: ofTwin(usage.source) };
}

/** Such as `gen_ai.usage.*; cache_write_1h, web_search of twin: anthropic usage JSON`. */
function sourceWith(source: string, taken: readonly MeterQuantity[], twinSource: string): string {
  const part = `${taken.map(({ meter }) => meter).join(', ')} of ${ofTwin(twinSource)}`;
  return source === '' ? part : `${source}; ${part}`;
}

function ofTwin(source: string): string {
  return source === '' ? 'twin' : `twin: ${source}`;
}

/** Of two splits of one total the one that tells more meters apart; a known cache lifetime tells more than an unknown one. */
function finer(mine: readonly MeterQuantity[], theirs: readonly MeterQuantity[]): readonly MeterQuantity[] {
  return detail(theirs) > detail(mine) ? theirs : mine;
}

function detail(meters: readonly MeterQuantity[]): number {
  let score = 0;
  for (const { meter } of meters) score += meter.startsWith('cache_write_') ? 3 : 2;
  return score;
}
