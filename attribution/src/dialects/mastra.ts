import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { type GenAiRole, genAiOperation } from './gen-ai-role.ts';
import { genAiDialect } from './gen-ai-span.ts';

const TYPE = attributeKey('mastra.span.type');

const ROLE_BY_TYPE: ReadonlyMap<string, GenAiRole> = new Map([
  ['model_generation', 'request'],
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
 * Mastra's OtelExporter (1.0 and before): one `chat {model}` span for all requests of a generation with their sum, its
 * steps beneath it without usage; cached tokens lie within the input.
 */
export const mastra = genAiDialect({
  name: 'mastra',
  version: 1,
  matches: (attributes) => attributes.has(TYPE),
  roleOf: (attributes: AttributeBag) => ROLE_BY_TYPE.get(attributes.string(TYPE).toLowerCase()) ?? 'none',
  operationOf: (attributes) => genAiOperation(attributes) || 'chat',
});
