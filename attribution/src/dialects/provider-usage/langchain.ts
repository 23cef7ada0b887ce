import { UsageTotals } from '../usage.ts';
import { objectOf } from './json.ts';
import type { ProviderUsage } from './provider-usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** LangChain's `usage_metadata`, the same for every provider: everything in `input_tokens`. */
export function readLangChainUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  const input = objectOf(usage['input_token_details']);
  const output = objectOf(usage['output_token_details']);
  totals.input = totals.fromJson(usage['input_tokens'], 'usage_metadata.input_tokens');
  totals.output = totals.fromJson(usage['output_tokens'], 'usage_metadata.output_tokens');
  totals.cacheRead = totals.fromJson(input?.['cache_read'], 'usage_metadata.input_token_details.cache_read');
  totals.cacheWrite = totals.fromJson(input?.['cache_creation'], 'usage_metadata.input_token_details.cache_creation');
  totals.cacheWrite5m = totals.fromJson(
    input?.['ephemeral_5m_input_tokens'],
    'usage_metadata.input_token_details.ephemeral_5m_input_tokens',
  );
  totals.cacheWrite1h = totals.fromJson(
    input?.['ephemeral_1h_input_tokens'],
    'usage_metadata.input_token_details.ephemeral_1h_input_tokens',
  );
  totals.audioInput = totals.fromJson(input?.['audio'], 'usage_metadata.input_token_details.audio');
  totals.reasoning = totals.fromJson(output?.['reasoning'], 'usage_metadata.output_token_details.reasoning');
  totals.audioOutput = totals.fromJson(output?.['audio'], 'usage_metadata.output_token_details.audio');
  return { totals, shape: 'inclusive', api: 'langchain', serviceTier: '', region: '', assumed: '' };
}
