import type { AttributeBag } from '../decode/attribute-bag.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { UsageTotals } from './usage-totals.ts';

const INPUT = usageKeys('input', 'llm.token_count.prompt');
const OUTPUT = usageKeys('output', 'llm.token_count.completion');
const CACHE_READ = usageKeys(
  'cacheRead',
  'llm.token_count.prompt_details.cache_read',
  'llm.token_count.prompt_details.cache_input',
);
const CACHE_WRITE = usageKeys('cacheWrite', 'llm.token_count.prompt_details.cache_write');
const AUDIO_INPUT = usageKeys('audioInput', 'llm.token_count.prompt_details.audio');
const REASONING = usageKeys('reasoning', 'llm.token_count.completion_details.reasoning');
const AUDIO_OUTPUT = usageKeys('audioOutput', 'llm.token_count.completion_details.audio');

/** OpenInference's flat counts; cached tokens are within the prompt's. */
export function readOpenInferenceUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, CACHE_WRITE);
  readKeys(totals, attributes, AUDIO_INPUT);
  readKeys(totals, attributes, REASONING);
  readKeys(totals, attributes, AUDIO_OUTPUT);
  return totals;
}
