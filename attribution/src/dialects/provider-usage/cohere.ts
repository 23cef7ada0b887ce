import { readTable, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { type Json, objectOf } from './json.ts';
import type { UsageFormat } from './provider-usage.ts';

/** Cohere: `billed_units` are what is charged, `tokens` what was computed (with its own prompt around the caller's). */
const BILLED = usageTable('usage.billed_units', {
  input: 'input_tokens',
  output: 'output_tokens',
  rerankUnit: 'search_units',
  request: 'classifications',
  image: 'images',
});
const COMPUTED = usageTable('usage.tokens', { input: 'input_tokens', output: 'output_tokens' });

export const cohereUsage: UsageFormat = {
  api: 'cohere',
  shape: 'inclusive',
  matches: (usage) => objectOf(usage['billed_units'] ?? usage['tokens']) !== undefined,
  read,
};

function read(usage: Json, totals: UsageTotals): undefined {
  const billed = objectOf(usage['billed_units']);
  if (billed === undefined) readTable(totals, usage['tokens'], COMPUTED);
  else readTable(totals, billed, BILLED);
}
