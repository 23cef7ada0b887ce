import { addTable, readTable, usageTable } from '../read-usage.ts';
import { type UsagePart, UsageTotals } from '../usage-totals.ts';
import { hasAny, type Json, listOf, objectOf, textOf } from './json.ts';
import type { UsageExtras, UsageFormat } from './provider-usage.ts';

/** Anthropic's Messages API: input without cached tokens, writes by lifetime, thinking within the output. */
const TOKENS = {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheWrite: 'cache_creation_input_tokens',
  cacheWrite5m: 'cache_creation.ephemeral_5m_input_tokens',
  cacheWrite1h: 'cache_creation.ephemeral_1h_input_tokens',
  reasoning: 'output_tokens_details.thinking_tokens',
} as const;
const SERVER_TOOLS = {
  webSearch: 'web_search_requests',
  webFetch: 'web_fetch_requests',
  codeExecution: 'code_execution_requests',
} as const;

const TABLE = usageTable('usage', TOKENS);
const SERVER_TOOL_TABLE = usageTable('usage.server_tool_use', SERVER_TOOLS);
const COMPACTION = usageTable('usage.iterations.compaction', TOKENS);
const ADVISER = usageTable('usage.iterations.advisor_message', TOKENS);

/** Fields that OpenAI's usage, which has `input_tokens` too, never has. */
const OWN_FIELDS = [
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
  'server_tool_use',
  'inference_geo',
];

export const anthropicUsage: UsageFormat = {
  api: 'anthropic',
  shape: 'exclusive',
  matches: (usage) => hasAny(usage, ['input_tokens', 'output_tokens']) && hasAny(usage, OWN_FIELDS),
  read,
};

function read(usage: Json, totals: UsageTotals): UsageExtras {
  readTable(totals, usage, TABLE);
  readTable(totals, usage['server_tool_use'], SERVER_TOOL_TABLE);
  return {
    serviceTier: tierOf(usage),
    region: textOf(usage['inference_geo']),
    assumed: addIterations(totals, usage['iterations']),
  };
}

/** Fast mode has a price of its own, which may meet another tier's. */
function tierOf(usage: Json): string {
  const tier = textOf(usage['service_tier']);
  if (usage['speed'] !== 'fast') return tier;
  return tier === '' || tier === 'standard' ? 'fast' : `${tier}+fast`;
}

/** Paths of the counts of server tools where an emitter repeats them apart from the usage, under `name`. */
export function serverToolTable(name: string) {
  return usageTable(name, SERVER_TOOLS);
}

/**
 * Compactions are billed in addition to the top level; a fallback's message is what the top level states. An adviser's
 * iterations are of another model, in addition, at its own price.
 */
function addIterations(totals: UsageTotals, iterations: unknown): string {
  let assumed = '';
  for (const entry of listOf(iterations)) {
    const iteration = objectOf(entry);
    if (iteration?.['type'] === 'compaction') addTable(totals, iteration, COMPACTION);
    if (iteration?.['type'] !== 'advisor_message') continue;
    const model = textOf(iteration['model']);
    if (model === '') assumed = 'iterations of an adviser whose model is not named are not counted';
    else totals.parts = [...totals.parts, adviserPart(model, iteration)];
  }
  return assumed;
}

function adviserPart(model: string, iteration: Json): UsagePart {
  const totals = new UsageTotals();
  readTable(totals, iteration, ADVISER);
  return { model, totals, shape: 'exclusive', assumed: '' };
}
