import type { AttributeBag } from '../decode/attribute-bag.ts';
import { spellings } from '../decode/attribute-keys.ts';
import { UsageTotals } from './usage.ts';

const INPUT = spellings('llm.token_count.prompt');
const OUTPUT = spellings('llm.token_count.completion');
const CACHE_READ = spellings('llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input');
const CACHE_WRITE = spellings('llm.token_count.prompt_details.cache_write');
const AUDIO_INPUT = spellings('llm.token_count.prompt_details.audio');
const REASONING = spellings('llm.token_count.completion_details.reasoning');
const AUDIO_OUTPUT = spellings('llm.token_count.completion_details.audio');

/** OpenInference's flat counts; cached tokens are within the prompt's. */
export function readOpenInferenceUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  totals.input = totals.firstOf(attributes, INPUT);
  totals.output = totals.firstOf(attributes, OUTPUT);
  totals.cacheRead = totals.firstOf(attributes, CACHE_READ);
  totals.cacheWrite = totals.firstOf(attributes, CACHE_WRITE);
  totals.audioInput = totals.firstOf(attributes, AUDIO_INPUT);
  totals.reasoning = totals.firstOf(attributes, REASONING);
  totals.audioOutput = totals.firstOf(attributes, AUDIO_OUTPUT);
  return totals;
}
