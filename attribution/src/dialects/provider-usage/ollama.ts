import { readTable, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { hasAny, type Json } from './json.ts';
import type { UsageFormat } from './provider-usage.ts';

/** Ollama's own API: two counts in the body of the response. */
const TABLE = usageTable('usage', { input: 'prompt_eval_count', output: 'eval_count' });

export const ollamaUsage: UsageFormat = {
  api: 'ollama',
  shape: 'inclusive',
  matches: (usage) => hasAny(usage, ['prompt_eval_count', 'eval_count']),
  read,
};

function read(usage: Json, totals: UsageTotals): undefined {
  readTable(totals, usage, TABLE);
}
