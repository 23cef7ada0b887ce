import { ABSENT } from '../../decode/attribute-value.ts';
import { UsageTotals } from '../usage.ts';
import { field, objectOf } from './json.ts';
import type { ProviderUsage } from './provider-usage.ts';

type Json = Readonly<Record<string, unknown>>;

/** Anthropic's Messages API: input without cached tokens, writes by lifetime, server tools, iterations. */
export function readAnthropicUsage(usage: Json): ProviderUsage {
  const totals = new UsageTotals();
  const writes = objectOf(usage['cache_creation']);
  const tools = objectOf(usage['server_tool_use']);
  totals.input = totals.fromJson(usage['input_tokens'], 'usage.input_tokens');
  totals.output = totals.fromJson(usage['output_tokens'], 'usage.output_tokens');
  totals.cacheRead = totals.fromJson(usage['cache_read_input_tokens'], 'usage.cache_read_input_tokens');
  totals.cacheWrite = totals.fromJson(usage['cache_creation_input_tokens'], 'usage.cache_creation_input_tokens');
  totals.cacheWrite5m = totals.fromJson(
    writes?.['ephemeral_5m_input_tokens'],
    'usage.cache_creation.ephemeral_5m_input_tokens',
  );
  totals.cacheWrite1h = totals.fromJson(
    writes?.['ephemeral_1h_input_tokens'],
    'usage.cache_creation.ephemeral_1h_input_tokens',
  );
  totals.reasoning = totals.fromJson(
    objectOf(usage['output_tokens_details'])?.['thinking_tokens'],
    'usage.output_tokens_details.thinking_tokens',
  );
  readServerTools(totals, tools);
  const assumed = addIterations(totals, usage['iterations']);
  return {
    totals,
    shape: 'exclusive',
    api: 'anthropic',
    serviceTier: String(field(usage, 'service_tier') ?? ''),
    region: String(field(usage, 'inference_geo') ?? ''),
    assumed,
  };
}

/** What Anthropic's `server_tool_use` counts; OpenInference repeats it in `metadata`. */
export function readServerTools(totals: UsageTotals, tools: Json | undefined): void {
  totals.webSearch = totals.fromJson(tools?.['web_search_requests'], 'server_tool_use.web_search_requests');
  totals.webFetch = totals.fromJson(tools?.['web_fetch_requests'], 'server_tool_use.web_fetch_requests');
  totals.codeExecution = totals.fromJson(tools?.['code_execution_requests'], 'server_tool_use.code_execution_requests');
}

/**
 * Compactions are billed in addition to the top level. An adviser's iterations are of another model, whose price a
 * single call cannot have: they are left out, and the usage says so.
 */
function addIterations(totals: UsageTotals, iterations: unknown): string {
  if (!Array.isArray(iterations)) return '';
  let assumed = '';
  for (const entry of iterations) {
    const iteration = objectOf(entry);
    if (iteration?.['type'] === 'advisor_message') assumed = 'iterations of an adviser model are not counted';
    if (iteration?.['type'] !== 'compaction') continue;
    totals.input = sum(totals.input, totals.fromJson(iteration['input_tokens'], 'usage.iterations.input_tokens'));
    totals.output = sum(totals.output, totals.fromJson(iteration['output_tokens'], 'usage.iterations.output_tokens'));
  }
  return assumed;
}

function sum(a: number, b: number): number {
  if (a === ABSENT) return b;
  return b === ABSENT ? a : a + b;
}
