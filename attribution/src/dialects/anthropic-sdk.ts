import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider, isStreamed } from './gen-ai-call.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { addKeys, readKeys, usageKeys } from './read-usage.ts';
import { missingUsageReason, usageOf } from './usage.ts';

const DIALECT = 'anthropic-sdk@1';
/** The SDKs' own spans, JavaScript and Python. */
const SDK_SCOPE = 'com.anthropic.sdk.';
/** The provider's side of the same requests, exported by Anthropic itself. */
const PLATFORM_SCOPE = 'com.anthropic.claude-platform';

const OPERATION = attributeKey('gen_ai.operation.name');
const RESPONSE_ID = attributeKey('gen_ai.response.id');
const TOOL_NAME = attributeKey('gen_ai.tool.name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
const AGENT_NAME = attributeKey('gen_ai.agent.name');
const WRITE_5M = usageKeys('cacheWrite5m', 'anthropic.usage.cache_creation.ephemeral_5m_input_tokens');
const WRITE_1H = usageKeys('cacheWrite1h', 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens');
const COMPACTION_INPUT = usageKeys('input', 'anthropic.usage.compaction.input_tokens');
const COMPACTION_OUTPUT = usageKeys('output', 'anthropic.usage.compaction.output_tokens');

/** The spans that Anthropic's SDKs and platform write themselves; input includes cached tokens. */
export const anthropicSdk: Dialect = { id: DIALECT, mayComeFrom, matches: () => true, classify };

function mayComeFrom(scopeName: string): boolean {
  return scopeName.startsWith(SDK_SCOPE) || scopeName.startsWith(PLATFORM_SCOPE);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const operation = attributes.string(OPERATION);
  // Counting tokens is free, and batches state no usage.
  const isFree = identity.name.includes('count_tokens') || identity.name.includes('.batches.');
  // A sampler of the application's may drop what the span had at its start, its operation among it.
  const isRequest = operation === 'chat' || (operation === '' && attributes.has(RESPONSE_ID));
  if (isRequest && !isFree) return classifyRequest(attributes, identity);
  if (operation === 'execute_tool') {
    const name = attributes.string(TOOL_NAME) || identity.name.replace(/^\S+ /, '');
    const id = attributes.identifier(TOOL_CALL_ID);
    return toolCall(DIALECT, 'anthropic-sdk.tool-use', readOwnLineage(attributes), name, id);
  }
  if (operation === 'invoke_agent') {
    const own = readOwnLineage(attributes, attributes.string(AGENT_NAME));
    return structural(DIALECT, 'anthropic-sdk.tool-runner', 'agent', own);
  }
  const rule = isFree ? 'anthropic-sdk.free' : 'anthropic-sdk.other';
  return structural(DIALECT, rule, 'other', readOwnLineage(attributes));
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const totals = readGenAiUsage(attributes);
  readKeys(totals, attributes, WRITE_5M);
  readKeys(totals, attributes, WRITE_1H);
  // Compactions are billed in addition to what the request itself states.
  addKeys(totals, attributes, COMPACTION_INPUT);
  addKeys(totals, attributes, COMPACTION_OUTPUT);
  const usage = usageOf(totals, 'inclusive', missingUsageReason(identity, isStreamed(attributes)));
  return chargeable(
    DIALECT,
    'anthropic-sdk.messages',
    'model_request',
    identity.scopeName.startsWith(SDK_SCOPE) ? RANK.nativeSdk : RANK.server,
    readOwnLineage(attributes),
    genAiCall(attributes, 'chat', genAiProvider(attributes) || 'anthropic', usage),
  );
}
