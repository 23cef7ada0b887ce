import { readTable, usageTable } from '../read-usage.ts';
import type { UsageTotals } from '../usage-totals.ts';
import { hasAny, type Json } from './json.ts';
import type { UsageFormat } from './provider-usage.ts';

/** Usage as the Vercel AI SDK and what is built on it (Mastra) hand it on: cached tokens within the input. */
const TABLE = usageTable('usage', {
  input: ['inputTokens.total', 'inputTokens', 'promptTokens'],
  output: ['outputTokens.total', 'outputTokens', 'completionTokens'],
  cacheRead: [
    'inputTokenDetails.cacheReadTokens',
    'inputDetails.cacheRead',
    'cachedInputTokens',
    'inputTokens.cacheRead',
  ],
  cacheWrite: ['inputTokenDetails.cacheWriteTokens', 'inputDetails.cacheWrite', 'inputTokens.cacheWrite'],
  reasoning: [
    'outputTokenDetails.reasoningTokens',
    'outputDetails.reasoning',
    'reasoningTokens',
    'outputTokens.reasoning',
  ],
});
/** Bedrock's usage has `inputTokens` too, and none of these. */
const OWN_FIELDS = [
  ...['inputTokenDetails', 'outputTokenDetails', 'inputDetails', 'outputDetails', 'cachedInputTokens'],
  ...['reasoningTokens', 'promptTokens', 'completionTokens'],
];

export const aiSdkUsage: UsageFormat = {
  api: 'ai-sdk',
  shape: 'inclusive',
  matches: (usage) => hasAny(usage, OWN_FIELDS) || typeof usage['inputTokens'] === 'object',
  read,
};

function read(usage: Json, totals: UsageTotals): undefined {
  readTable(totals, usage, TABLE);
}
