import type { Meter } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import type { AttributeKey, Spellings } from '../decode/attribute-keys.ts';
import { ABSENT, countOfNumber, countOfText, UNUSABLE, whyNoCount } from '../decode/attribute-value.ts';
import type { MeterQuantity, SpanIdentity, Usage } from '../facts.ts';

/** Whether the stated input counts cached tokens too, or only those that were neither read from nor written to a cache. */
export type InputShape = 'inclusive' | 'exclusive';

/** Quantities above this, times 10^9, are no exact doubles any more. */
const MAX_EXACT_COUNT = 9_007_199;
const NANO = 1_000_000_000;
/** Most counts of a call are below this; their bigints are made once. */
const CACHED_COUNTS = 32_768;
const nanoByCount = new Array<bigint | undefined>(CACHED_COUNTS).fill(undefined);
const STATUS_ERROR = 2;

/** What an emitter states of one call, before it is split into meters. `ABSENT` where it states nothing. */
export class UsageTotals {
  input = ABSENT;
  /** With reasoning, audio and images, unless `isReasoningExtra`. */
  output = ABSENT;
  cacheRead = ABSENT;
  /** All cache writes, whatever their lifetime. */
  cacheWrite = ABSENT;
  cacheWrite5m = ABSENT;
  cacheWrite1h = ABSENT;
  reasoning = ABSENT;
  /** True where reasoning is stated beside `output` and not within it. */
  isReasoningExtra = false;
  audioInput = ABSENT;
  imageInput = ABSENT;
  audioCacheRead = ABSENT;
  imageCacheRead = ABSENT;
  audioOutput = ABSENT;
  imageOutput = ABSENT;
  webSearch = ABSENT;
  webFetch = ABSENT;
  codeExecution = ABSENT;
  fileSearch = ABSENT;
  rerankUnit = ABSENT;
  character = ABSENT;
  second = ABSENT;
  /** Why nothing of this can be charged, naming the first value that is no quantity; '' while all are. */
  problem = '';

  /** The preferred spelling of one meter that holds a value. */
  firstOf(attributes: AttributeBag, spellings: Spellings): number {
    const { keys } = spellings;
    for (let at = attributes.firstPlace(spellings); at < keys.length; at++) {
      const key = keys[at] as AttributeKey;
      const count = attributes.count(key);
      if (count === ABSENT) continue;
      if (count === UNUSABLE) return this.#refuse(attributes.whyUnusable(key));
      return count;
    }
    return ABSENT;
  }

  /** A count out of raw JSON; null and missing are `ABSENT`. `path` names it in the reason. */
  fromJson(value: unknown, path: string): number {
    if (value === undefined || value === null) return ABSENT;
    let count = UNUSABLE;
    if (typeof value === 'number') count = countOfNumber(value);
    else if (typeof value === 'string') count = countOfText(value);
    return count === UNUSABLE ? this.#refuse(`${path} ${whyNoCount(value)}`) : count;
  }

  #refuse(problem: string): number {
    if (this.problem === '') this.problem = problem;
    return ABSENT;
  }
}

/** Why a request without usage has none, as far as the span tells. */
export function missingUsageReason(identity: SpanIdentity, isStream: boolean): string {
  if (identity.statusCode === STATUS_ERROR) return 'request_failed';
  return isStream ? 'stream_without_usage' : 'usage_not_stated';
}

/** Splits totals into meters that do not overlap; says why when there is nothing to charge. */
export function usageOf(totals: UsageTotals, shape: InputShape, missingReason: string, assumed = ''): Usage {
  if (totals.problem !== '') return { status: 'none', reason: `unusable_quantity: ${totals.problem}` };
  const meters = metersOf(totals, shape);
  if (meters.length > 0) return { status: 'stated', meters, assumed, source: '' };
  const isZero = missingReason !== 'request_failed' && (totals.input === 0 || totals.output === 0);
  return { status: 'none', reason: isZero ? 'zero_usage' : missingReason };
}

/** The usage that an agent or step repeats from the calls beneath it; empty when it states none or nonsense. */
export function aggregateOf(totals: UsageTotals, shape: InputShape): readonly MeterQuantity[] {
  return totals.problem === '' ? metersOf(totals, shape) : [];
}

/** Meters of quantity 0 are left out. */
function metersOf(totals: UsageTotals, shape: InputShape): readonly MeterQuantity[] {
  const meters: MeterQuantity[] = [];
  pushInput(meters, totals, shape);
  pushOutput(meters, totals);
  push(meters, 'web_search', totals.webSearch);
  push(meters, 'web_fetch', totals.webFetch);
  push(meters, 'code_execution', totals.codeExecution);
  push(meters, 'file_search', totals.fileSearch);
  push(meters, 'rerank_unit', totals.rerankUnit);
  push(meters, 'character', totals.character);
  push(meters, 'second', totals.second);
  return meters;
}

function pushInput(meters: MeterQuantity[], totals: UsageTotals, shape: InputShape): void {
  const write5m = stated(totals.cacheWrite5m);
  const write1h = stated(totals.cacheWrite1h);
  // LangChain states 0 writes beside their lifetimes: the lifetimes are right.
  const writeUnknown = Math.max(0, stated(totals.cacheWrite) - write5m - write1h);
  let cacheRead = stated(totals.cacheRead);
  let input = stated(totals.input);
  const cached = cacheRead + write5m + write1h + writeUnknown;
  // More cached than all input together proves that the input was stated without it.
  if (shape === 'inclusive' && cached <= input) input -= cached;
  const audioRead = stated(totals.audioCacheRead);
  const imageRead = stated(totals.imageCacheRead);
  const isReadSplit = audioRead + imageRead <= cacheRead;
  const audio = stated(totals.audioInput) - (isReadSplit ? audioRead : 0);
  const image = stated(totals.imageInput) - (isReadSplit ? imageRead : 0);
  const isInputSplit = audio >= 0 && image >= 0 && audio + image <= input;
  if (isReadSplit) cacheRead -= audioRead + imageRead;
  push(meters, 'input', isInputSplit ? input - audio - image : input);
  push(meters, 'cache_read', cacheRead);
  push(meters, 'cache_write_5m', write5m);
  push(meters, 'cache_write_1h', write1h);
  push(meters, 'cache_write', writeUnknown);
  if (isInputSplit) {
    push(meters, 'audio_input', audio);
    push(meters, 'image_input', image);
  }
  if (isReadSplit) {
    push(meters, 'audio_cache_read', audioRead);
    push(meters, 'image_cache_read', imageRead);
  }
}

function pushOutput(meters: MeterQuantity[], totals: UsageTotals): void {
  const isTotalStated = totals.output !== ABSENT && !totals.isReasoningExtra;
  let output = stated(totals.output);
  let reasoning = stated(totals.reasoning);
  // More reasoning than output is left over from another call (seen in OpenInference on ADK): the total holds.
  if (isTotalStated) {
    if (reasoning > output) reasoning = 0;
    output -= reasoning;
  }
  const audio = stated(totals.audioOutput);
  const image = stated(totals.imageOutput);
  const isSplit = audio + image <= output;
  push(meters, 'output', isSplit ? output - audio - image : output);
  push(meters, 'reasoning', reasoning);
  if (isSplit) {
    push(meters, 'audio_output', audio);
    push(meters, 'image_output', image);
  }
}

function push(meters: MeterQuantity[], meter: Meter, count: number): void {
  if (count > 0) meters.push({ meter, quantityNano: nanoOf(count) });
}

function stated(count: number): number {
  return count === ABSENT ? 0 : count;
}

function nanoOf(count: number): bigint {
  if (count < CACHED_COUNTS) {
    const cached = nanoByCount[count];
    if (cached !== undefined) return cached;
    const nano = BigInt(count * NANO);
    nanoByCount[count] = nano;
    return nano;
  }
  return count <= MAX_EXACT_COUNT ? BigInt(count * NANO) : BigInt(count) * BigInt(NANO);
}
