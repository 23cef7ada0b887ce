import { ABSENT } from '../decode/attribute-value.ts';
import { startOfTrail } from './usage-trail.ts';

/**
 * Whether the stated input counts cached tokens too, or only those that were neither read from nor written to a cache.
 * LiteLLM counts them all, its older versions (1.74) those read but not those written.
 */
export type InputShape = 'inclusive' | 'inclusive of reads' | 'exclusive';

const NO_PARTS: readonly UsagePart[] = [];

/** What an emitter states of one call, before it is split into meters. `ABSENT` where it states nothing. */
export class UsageTotals {
  input = ABSENT;
  /** With reasoning, audio and images, unless `isReasoningExtra`. */
  output = ABSENT;
  cacheRead = ABSENT;
  /** All cache writes, whatever their lifetime. */
  cacheWrite = ABSENT;
  cacheWrite5m = ABSENT;
  cacheWrite30m = ABSENT;
  cacheWrite1h = ABSENT;
  cacheWrite12h = ABSENT;
  reasoning = ABSENT;
  audioInput = ABSENT;
  imageInput = ABSENT;
  videoInput = ABSENT;
  audioCacheRead = ABSENT;
  imageCacheRead = ABSENT;
  audioOutput = ABSENT;
  imageOutput = ABSENT;
  videoOutput = ABSENT;
  citation = ABSENT;
  webSearch = ABSENT;
  webFetch = ABSENT;
  codeExecution = ABSENT;
  fileSearch = ABSENT;
  rerankUnit = ABSENT;
  character = ABSENT;
  /** The only one that may have a fraction. */
  second = ABSENT;
  image = ABSENT;
  page = ABSENT;
  request = ABSENT;
  /** What other models than the call's used for it. */
  parts: readonly UsagePart[] = NO_PARTS;
  /** True where reasoning is stated beside `output` and not within it. */
  isReasoningExtra = false;
  /** Why nothing of this can be charged, naming the first value that is no quantity; '' while all are. */
  problem = '';
  /** From where the above was read. */
  trail = startOfTrail();
}

export type UsageField = Exclude<keyof UsageTotals, 'parts' | 'isReasoningExtra' | 'problem' | 'trail'>;

/** What one other model used; `assumed` says why its name is a guess, '' where it is none. */
export type UsagePart = {
  readonly model: string;
  readonly totals: UsageTotals;
  readonly shape: InputShape;
  readonly assumed: string;
};
