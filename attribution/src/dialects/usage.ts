import type { Meter } from '@spanledger/schemas';
import { ABSENT } from '../decode/attribute-value.ts';
import type { MeterQuantity, SpanIdentity, Usage } from '../facts.ts';
import type { InputShape, UsageTotals } from './usage-totals.ts';
import { SUBTRACTED } from './usage-trail.ts';

/** Quantities above this, times 10^9, are no exact doubles any more. */
const MAX_EXACT_COUNT = 9_007_199;
const NANO = 1_000_000_000;
const NANO_DIGITS = 9;
/** Most counts of a call are below this; their bigints are made once. */
const CACHED_COUNTS = 32_768;
const nanoByCount = new Array<bigint | undefined>(CACHED_COUNTS).fill(undefined);
const STATUS_ERROR = 2;

/** Why a request without usage has none, as far as the span tells. */
export function missingUsageReason(identity: SpanIdentity, isStream: boolean): string {
  if (identity.statusCode === STATUS_ERROR) return 'request_failed';
  return isStream ? 'stream_without_usage' : 'usage_not_stated';
}

/** Splits totals into meters that do not overlap; says why when there is nothing to charge. */
export function usageOf(totals: UsageTotals, shape: InputShape, missingReason: string, assumed = ''): Usage {
  if (totals.problem !== '') return { status: 'none', reason: `unusable_quantity: ${totals.problem}` };
  const meters: MeterQuantity[] = [];
  const subtracted = pushMeters(meters, totals, shape);
  if (totals.parts.length > 0) return withParts(totals, meters, assumed, totals.trail.text(subtracted));
  if (meters.length > 0) return { status: 'stated', meters, assumed, source: totals.trail.text(subtracted) };
  const isZero = missingReason !== 'request_failed' && (totals.input === 0 || totals.output === 0);
  return { status: 'none', reason: isZero ? 'zero_usage' : missingReason };
}

/** Adds what other models used, each quantity under its model's name. */
function withParts(totals: UsageTotals, own: readonly MeterQuantity[], assumed: string, source: string): Usage {
  const meters = [...own];
  const sources = [source];
  let guess = assumed;
  for (const part of totals.parts) {
    const quantities: MeterQuantity[] = [];
    const subtracted = pushMeters(quantities, part.totals, part.shape);
    if (part.totals.problem !== '') return { status: 'none', reason: `unusable_quantity: ${part.totals.problem}` };
    for (const quantity of quantities) meters.push({ ...quantity, model: part.model });
    sources.push(`of ${part.model}: ${part.totals.trail.text(subtracted)}`);
    guess ||= part.assumed;
  }
  return { status: 'stated', meters, assumed: guess, source: sources.join('; ') };
}

/** The usage that an agent or step repeats from the calls beneath it; empty when it states none or nonsense. */
export function aggregateOf(totals: UsageTotals, shape: InputShape): readonly MeterQuantity[] {
  const meters: MeterQuantity[] = [];
  if (totals.problem === '') pushMeters(meters, totals, shape);
  return meters;
}

/** Meters of quantity 0 are left out. Returns what was subtracted from what, as bits of `SUBTRACTED`. */
function pushMeters(meters: MeterQuantity[], totals: UsageTotals, shape: InputShape): number {
  const subtracted = pushInput(meters, totals, shape) | pushOutput(meters, totals);
  push(meters, 'citation', totals.citation);
  push(meters, 'web_search', totals.webSearch);
  push(meters, 'web_fetch', totals.webFetch);
  push(meters, 'code_execution', totals.codeExecution);
  push(meters, 'file_search', totals.fileSearch);
  push(meters, 'rerank_unit', totals.rerankUnit);
  push(meters, 'character', totals.character);
  push(meters, 'second', totals.second);
  push(meters, 'image', totals.image);
  push(meters, 'page', totals.page);
  push(meters, 'request', totals.request);
  return subtracted;
}

function pushInput(meters: MeterQuantity[], totals: UsageTotals, shape: InputShape): number {
  let subtracted = 0;
  const write5m = stated(totals.cacheWrite5m);
  const write30m = stated(totals.cacheWrite30m);
  const write1h = stated(totals.cacheWrite1h);
  const write12h = stated(totals.cacheWrite12h);
  const writeKnown = write5m + write30m + write1h + write12h;
  // LangChain states 0 writes beside their lifetimes: the lifetimes are right.
  const writeUnknown = Math.max(0, stated(totals.cacheWrite) - writeKnown);
  let cacheRead = stated(totals.cacheRead);
  let input = stated(totals.input);
  const cached = cacheRead + writeKnown + writeUnknown;
  // More cached than all input together proves that the input was stated without it.
  if (shape !== 'exclusive' && cached <= input) {
    input -= cached;
    subtracted |= SUBTRACTED.cacheFromInput;
  } else if (shape === 'inclusive of reads' && cacheRead <= input) {
    input -= cacheRead;
    subtracted |= SUBTRACTED.readsFromInput;
  }
  const audioRead = stated(totals.audioCacheRead);
  const imageRead = stated(totals.imageCacheRead);
  const isReadSplit = audioRead + imageRead <= cacheRead;
  const audio = stated(totals.audioInput) - (isReadSplit ? audioRead : 0);
  const image = stated(totals.imageInput) - (isReadSplit ? imageRead : 0);
  const video = stated(totals.videoInput);
  const isInputSplit = audio >= 0 && image >= 0 && audio + image + video <= input;
  if (isReadSplit) {
    cacheRead -= audioRead + imageRead;
    subtracted |= SUBTRACTED.modalitiesFromCacheRead;
  }
  if (isInputSplit) {
    input -= audio + image + video;
    subtracted |= SUBTRACTED.modalitiesFromInput;
  }
  push(meters, 'input', input);
  push(meters, 'cache_read', cacheRead);
  push(meters, 'cache_write_5m', write5m);
  push(meters, 'cache_write_30m', write30m);
  push(meters, 'cache_write_1h', write1h);
  push(meters, 'cache_write_12h', write12h);
  push(meters, 'cache_write', writeUnknown);
  if (isInputSplit) {
    push(meters, 'audio_input', audio);
    push(meters, 'image_input', image);
    push(meters, 'video_input', video);
  }
  if (isReadSplit) {
    push(meters, 'audio_cache_read', audioRead);
    push(meters, 'image_cache_read', imageRead);
  }
  return subtracted;
}

function pushOutput(meters: MeterQuantity[], totals: UsageTotals): number {
  let subtracted = 0;
  let output = stated(totals.output);
  let reasoning = stated(totals.reasoning);
  if (totals.output !== ABSENT && !totals.isReasoningExtra) {
    // More reasoning than output is left over from another call (seen in OpenInference on ADK): the total holds.
    if (reasoning > output) reasoning = 0;
    output -= reasoning;
    subtracted |= SUBTRACTED.reasoningFromOutput;
  }
  const audio = stated(totals.audioOutput);
  const image = stated(totals.imageOutput);
  const video = stated(totals.videoOutput);
  const isSplit = audio + image + video <= output;
  if (isSplit) {
    output -= audio + image + video;
    subtracted |= SUBTRACTED.modalitiesFromOutput;
  }
  push(meters, 'output', output);
  push(meters, 'reasoning', reasoning);
  if (isSplit) {
    push(meters, 'audio_output', audio);
    push(meters, 'image_output', image);
    push(meters, 'video_output', video);
  }
  return subtracted;
}

function push(meters: MeterQuantity[], meter: Meter, count: number): void {
  if (count > 0) meters.push({ meter, quantityNano: nanoOf(count) });
}

function stated(count: number): number {
  return count === ABSENT ? 0 : count;
}

function nanoOf(count: number): bigint {
  if (!Number.isInteger(count)) return nanoOfFraction(count);
  if (count < CACHED_COUNTS) {
    const cached = nanoByCount[count];
    if (cached !== undefined) return cached;
    const nano = BigInt(count * NANO);
    nanoByCount[count] = nano;
    return nano;
  }
  return count <= MAX_EXACT_COUNT ? BigInt(count * NANO) : BigInt(count) * BigInt(NANO);
}

/** By the digits in which the number was written, so that nothing is rounded that a double can hold. */
function nanoOfFraction(amount: number): bigint {
  const [whole = '0', fraction = ''] = amount.toFixed(NANO_DIGITS).split('.');
  return BigInt(whole) * BigInt(NANO) + BigInt(fraction.padEnd(NANO_DIGITS, '0'));
}
