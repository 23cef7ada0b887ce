import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeName, spellings } from '../decode/attribute-keys.ts';
import { ABSENT } from '../decode/attribute-value.ts';
import { readKeys, take, usageKeys } from './read-usage.ts';
import { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

/** OpenTelemetry's usage keys, newest spelling first; every alias is one that some emitter sends. */
const INPUT = usageKeys(
  'input',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'llm.usage.prompt_tokens',
  // Semantic Kernel before 1.20.
  'gen_ai.response.prompt_tokens',
);
const OUTPUT = usageKeys(
  'output',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.usage.completion_tokens',
  'gen_ai.response.completion_tokens',
);
const CACHE_READ = usageKeys(
  'cacheRead',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.details.cache_read_tokens',
  'gen_ai.usage.input_tokens.cached',
  // pydantic-ai before 1.0: the providers' own names.
  'gen_ai.usage.details.cache_read_input_tokens',
  'gen_ai.usage.details.cached_tokens',
  'gen_ai.usage.details.cached_content_token_count',
  'gen_ai.usage.details.cached_content_tokens',
  'gen_ai.usage.cached_input_tokens',
  'gen_ai.usage.cached_tokens',
);
const CACHE_WRITE = usageKeys(
  'cacheWrite',
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.details.cache_write_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  'gen_ai.usage.details.cache_creation_input_tokens',
  'gen_ai.usage.cache_creation_tokens',
);
const REASONING = usageKeys(
  'reasoning',
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.details.reasoning_tokens',
  'gen_ai.usage.details.thoughts_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.completion_tokens_details.reasoning',
);
const THOUGHTS_IN_TOTAL: UsagePlace = { field: 'reasoning', text: 'gen_ai.usage.total_tokens-input-output' };
const AUDIO_INPUT = usageKeys(
  'audioInput',
  'gen_ai.usage.audio.input_tokens',
  'gen_ai.usage.audio_input_tokens',
  'gen_ai.usage.details.input_audio_tokens',
);
const IMAGE_INPUT = usageKeys('imageInput', 'gen_ai.usage.image.input_tokens');
const AUDIO_OUTPUT = usageKeys(
  'audioOutput',
  'gen_ai.usage.audio.output_tokens',
  'gen_ai.usage.audio_output_tokens',
  'gen_ai.usage.details.output_audio_tokens',
);
const IMAGE_OUTPUT = usageKeys('imageOutput', 'gen_ai.usage.image.output_tokens');
const AUDIO_CACHE_READ = usageKeys(
  'audioCacheRead',
  'gen_ai.usage.audio.cache_read.input_tokens',
  'gen_ai.usage.details.cache_audio_read_tokens',
);
const IMAGE_CACHE_READ = usageKeys('imageCacheRead', 'gen_ai.usage.image.cache_read.input_tokens');
/** pydantic-ai: what Anthropic's usage says beside the counts; a write that is not for an hour is for five minutes. */
const WRITE_1H = usageKeys('cacheWrite1h', 'gen_ai.usage.details.ephemeral_1h_input_tokens');
const WRITE_5M = usageKeys('cacheWrite5m', 'gen_ai.usage.details.ephemeral_5m_input_tokens');
const WRITE_5M_REST: UsagePlace = { field: 'cacheWrite5m', text: 'cache_write-cache_write_1h' };
const WEB_FETCHES = usageKeys('webFetch', 'gen_ai.usage.details.web_fetch_requests');
const CHARACTERS = usageKeys('character', 'gen_ai.usage.characters');
const SECONDS = usageKeys('second', 'gen_ai.usage.seconds');

const WEB_SEARCHES = usageKeys(
  'webSearch',
  'gen_ai.usage.details.web_search_requests',
  'gen_ai.usage.web_search_requests',
);
/** The sum, never charged: it tells what the others include. */
const TOTAL = spellings('gen_ai.usage.total_tokens', 'llm.usage.total_tokens');

/** What few spans carry: one look spares the others. */
const RARE_KEYS = [
  ...[AUDIO_INPUT, IMAGE_INPUT, AUDIO_OUTPUT, IMAGE_OUTPUT, AUDIO_CACHE_READ, IMAGE_CACHE_READ, CHARACTERS, SECONDS],
  ...[WEB_SEARCHES, WEB_FETCHES, WRITE_1H, WRITE_5M],
] as const;
const RARE = spellings(...RARE_KEYS.flatMap(({ keys }) => keys.map(attributeName)));

/** Whether the span carries a token count under any of the names for input or output. */
export function hasGenAiUsage(attributes: AttributeBag): boolean {
  return attributes.hasAny(INPUT) || attributes.hasAny(OUTPUT);
}

/** What OpenTelemetry's usage keys state, one spelling per meter. */
export function readGenAiUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, CACHE_WRITE);
  readKeys(totals, attributes, REASONING);
  if (attributes.hasAny(RARE)) readRareUsage(attributes, totals);
  return totals;
}

/** Where output leaves out Gemini's thoughts, they stand in a key of their own, or only in the total of all. */
export function addThoughts(totals: UsageTotals, attributes: AttributeBag): void {
  const total = statedTotal(attributes);
  const beside = total - Math.max(totals.input, 0) - Math.max(totals.output, 0);
  if (total === ABSENT) totals.isReasoningExtra = true;
  else if (beside > 0) {
    totals.isReasoningExtra = true;
    if (totals.reasoning === ABSENT) take(totals, THOUGHTS_IN_TOTAL, 'reasoning', beside);
  }
}

function readRareUsage(attributes: AttributeBag, totals: UsageTotals): void {
  for (const keys of RARE_KEYS) readKeys(totals, attributes, keys);
  const rest = totals.cacheWrite - totals.cacheWrite1h;
  if (totals.cacheWrite1h !== ABSENT && totals.cacheWrite5m === ABSENT && rest > 0) {
    take(totals, WRITE_5M_REST, 'cacheWrite5m', rest);
  }
}

/** The stated sum of all tokens, or `ABSENT`. */
function statedTotal(attributes: AttributeBag): number {
  const key = TOTAL.keys[attributes.firstPlace(TOTAL)];
  return key === undefined ? ABSENT : attributes.count(key);
}

/** Whether the stated sum counts cached tokens beside the input: then the input does not include them. */
export function isExclusiveByTotal(totals: UsageTotals, attributes: AttributeBag): boolean {
  const cached = Math.max(totals.cacheRead, 0) + Math.max(totals.cacheWrite, 0);
  if (cached === 0 || totals.input === ABSENT) return false;
  return statedTotal(attributes) === totals.input + cached + Math.max(totals.output, 0);
}
