import { ABSENT } from '../decode/attribute-value.ts';
import { startOfTrail } from './usage-trail.ts';

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
  /** True where reasoning is stated beside `output` and not within it. */
  isReasoningExtra = false;
  /** Why nothing of this can be charged, naming the first value that is no quantity; '' while all are. */
  problem = '';
  /** From where the above was read. */
  trail = startOfTrail();
}

export type UsageField = Exclude<keyof UsageTotals, 'isReasoningExtra' | 'problem' | 'trail'>;
