import { readTable, take, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import type { UsagePlace } from '../usage-trail.ts';
import { countIn, hasAny, type Json, listOf, objectOf } from './json.ts';
import type { UsageExtras, UsageFormat } from './provider-usage.ts';

/**
 * Bedrock's Converse API: input without cached tokens, writes by lifetime in `cacheDetails`. InvokeModel: the metrics at a
 * stream's end, and the bodies of Titan and Llama; those of other vendors' models are the vendors' own.
 */
const TABLE = usageTable('usage', {
  input: ['inputTokens', 'inputTokenCount', 'inputTextTokenCount'],
  output: ['outputTokens', 'outputTokenCount', 'generation_token_count'],
  cacheRead: ['cacheReadInputTokens', 'cacheReadInputTokenCount'],
  cacheWrite: ['cacheWriteInputTokens', 'cacheWriteInputTokenCount'],
});
const LLAMA_INPUT = usageTable('usage', { input: 'prompt_token_count' });
const OWN_FIELDS = ['inputTokens', 'outputTokens', 'inputTokenCount', 'inputTextTokenCount', 'generation_token_count'];

const WRITE_5M: UsagePlace = { field: 'cacheWrite5m', text: 'usage.cacheDetails.5m' };
const WRITE_1H: UsagePlace = { field: 'cacheWrite1h', text: 'usage.cacheDetails.1h' };
const TITAN_OUTPUT: UsagePlace = { field: 'output', text: 'results.tokenCount' };

export const bedrockUsage: UsageFormat = {
  api: 'bedrock',
  shape: 'exclusive',
  matches: (usage) => hasAny(usage, OWN_FIELDS),
  read,
};

function read(usage: Json, totals: UsageTotals): UsageExtras | undefined {
  readTable(totals, usage, TABLE);
  if ('generation_token_count' in usage) readTable(totals, usage, LLAMA_INPUT);
  const write5m = sumOf(usage['cacheDetails'], 'inputTokens', (detail) => detail['ttl'] === '5m');
  const write1h = sumOf(usage['cacheDetails'], 'inputTokens', (detail) => detail['ttl'] === '1h');
  if (write5m > 0) take(totals, WRITE_5M, 'cacheWrite5m', write5m);
  if (write1h > 0) take(totals, WRITE_1H, 'cacheWrite1h', write1h);
  const titan = sumOf(usage['results'], 'tokenCount', () => true);
  if (titan > 0 && 'inputTextTokenCount' in usage) take(totals, TITAN_OUTPUT, 'output', titan);
  return undefined;
}

function sumOf(list: unknown, name: string, isWanted: (entry: Json) => boolean): number {
  let sum = 0;
  for (const entry of listOf(list)) {
    const object = objectOf(entry);
    const count = object !== undefined && isWanted(object) ? countIn(object[name]) : 0;
    if (count > 0) sum += count;
  }
  return sum;
}
