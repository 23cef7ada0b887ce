import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { type GenAiRole, genAiOperation } from './gen-ai-role.ts';
import { genAiDialect } from './gen-ai-span.ts';
import { hasGenAiUsage } from './gen-ai-usage.ts';

const TYPE = attributeKey('mastra.span.type');

/** The operation of generations whose requests have spans of their own. */
const GENERATION = 'model_generation';

const ROLE_BY_TYPE: ReadonlyMap<string, GenAiRole> = new Map([
  [GENERATION, 'request'],
  ['model_inference', 'request'],
  // Before version 1.
  ['llm_generation', 'request'],
  ['rag_embedding', 'request'],
  ['agent_run', 'agent'],
  ['tool_call', 'tool'],
  ['mcp_tool_call', 'tool'],
  ['provider_tool_call', 'tool'],
  ['model_step', 'step'],
  ['workflow_step', 'step'],
]);

/**
 * Mastra's OtelExporter. From 1.4 on each request is a `model_inference`; before it one `chat {model}` span stands for all
 * requests of a generation with their sum, its steps beneath it without usage. Cached tokens lie within the input.
 */
export const mastra = genAiDialect({
  name: 'mastra',
  version: 2,
  matches: (attributes) => attributes.has(TYPE),
  roleOf,
  operationOf: (attributes) => genAiOperation(attributes) || 'chat',
});

function roleOf(attributes: AttributeBag): GenAiRole {
  const role = ROLE_BY_TYPE.get(attributes.string(TYPE).toLowerCase()) ?? 'none';
  if (role !== 'request' || genAiOperation(attributes) !== GENERATION) return role;
  return hasGenAiUsage(attributes) ? 'assumed request' : 'none';
}
