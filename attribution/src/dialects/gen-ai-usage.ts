import type { AttributeBag } from '../decode/attribute-bag.ts';
import { spellings } from '../decode/attribute-keys.ts';
import { UsageTotals } from './usage.ts';

/** OpenTelemetry's usage keys, newest spelling first; every alias is one that some emitter sends. */
const INPUT = spellings('gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens');
const OUTPUT = spellings('gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens');
const CACHE_READ = spellings(
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.details.cache_read_tokens',
  'gen_ai.usage.input_tokens.cached',
);
const CACHE_WRITE = spellings(
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.details.cache_write_tokens',
  'gen_ai.usage.input_tokens.cache_write',
);
const REASONING = spellings(
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.details.reasoning_tokens',
  'gen_ai.usage.details.thoughts_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.completion_tokens_details.reasoning',
);
const AUDIO_INPUT = spellings('gen_ai.usage.audio.input_tokens');
const IMAGE_INPUT = spellings('gen_ai.usage.image.input_tokens');
const AUDIO_OUTPUT = spellings('gen_ai.usage.audio.output_tokens');
const IMAGE_OUTPUT = spellings('gen_ai.usage.image.output_tokens');
const AUDIO_CACHE_READ = spellings('gen_ai.usage.audio.cache_read.input_tokens');
const IMAGE_CACHE_READ = spellings('gen_ai.usage.image.cache_read.input_tokens');
const CHARACTERS = spellings('gen_ai.usage.characters');
const SECONDS = spellings('gen_ai.usage.seconds');

/** All of the above that few spans carry: one look spares the others. */
const RARE = spellings(
  'gen_ai.usage.audio.input_tokens',
  'gen_ai.usage.image.input_tokens',
  'gen_ai.usage.audio.output_tokens',
  'gen_ai.usage.image.output_tokens',
  'gen_ai.usage.audio.cache_read.input_tokens',
  'gen_ai.usage.image.cache_read.input_tokens',
  'gen_ai.usage.characters',
  'gen_ai.usage.seconds',
);

/** Whether the span carries a token count under any of the names for input or output. */
export function hasGenAiUsage(attributes: AttributeBag): boolean {
  return attributes.hasAny(INPUT) || attributes.hasAny(OUTPUT);
}

/** What OpenTelemetry's usage keys state, one spelling per meter. */
export function readGenAiUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  totals.input = totals.firstOf(attributes, INPUT);
  totals.output = totals.firstOf(attributes, OUTPUT);
  totals.cacheRead = totals.firstOf(attributes, CACHE_READ);
  totals.cacheWrite = totals.firstOf(attributes, CACHE_WRITE);
  totals.reasoning = totals.firstOf(attributes, REASONING);
  if (attributes.hasAny(RARE)) readRareUsage(attributes, totals);
  return totals;
}

function readRareUsage(attributes: AttributeBag, totals: UsageTotals): void {
  totals.audioInput = totals.firstOf(attributes, AUDIO_INPUT);
  totals.imageInput = totals.firstOf(attributes, IMAGE_INPUT);
  totals.audioOutput = totals.firstOf(attributes, AUDIO_OUTPUT);
  totals.imageOutput = totals.firstOf(attributes, IMAGE_OUTPUT);
  totals.audioCacheRead = totals.firstOf(attributes, AUDIO_CACHE_READ);
  totals.imageCacheRead = totals.firstOf(attributes, IMAGE_CACHE_READ);
  totals.character = totals.firstOf(attributes, CHARACTERS);
  totals.second = totals.firstOf(attributes, SECONDS);
}
