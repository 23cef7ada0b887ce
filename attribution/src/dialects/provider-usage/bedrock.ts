import { UsageTotals } from '../usage.ts';
import { objectOf } from './json.ts';
import type { ProviderUsage } from './provider-usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Bedrock's Converse API: input without cached tokens, writes by lifetime in `cacheDetails`. */
export function readBedrockUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  totals.input = totals.fromJson(usage['inputTokens'], 'usage.inputTokens');
  totals.output = totals.fromJson(usage['outputTokens'], 'usage.outputTokens');
  totals.cacheRead = totals.fromJson(usage['cacheReadInputTokens'], 'usage.cacheReadInputTokens');
  totals.cacheWrite = totals.fromJson(usage['cacheWriteInputTokens'], 'usage.cacheWriteInputTokens');
  const details = usage['cacheDetails'];
  for (const entry of Array.isArray(details) ? details : []) {
    const detail = objectOf(entry);
    const count = totals.fromJson(detail?.['inputTokens'], 'usage.cacheDetails.inputTokens');
    if (detail?.['ttl'] === '5m') totals.cacheWrite5m = count;
    if (detail?.['ttl'] === '1h') totals.cacheWrite1h = count;
  }
  return { totals, shape: 'exclusive', api: 'bedrock', serviceTier: '', region: '', assumed: '' };
}
