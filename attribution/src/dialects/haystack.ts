import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { field, type Json, listOf, objectOf, textOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'haystack@1';
const AGENT_NAME = 'haystack.agent.run';
const AGENT_TYPE = 'Agent';
const AGENT_LLM_NAME = 'haystack.agent.step.llm';
const AGENT_TOOL_NAME = 'haystack.agent.step.tool';
const SPAN_NAME_PREFIX = 'haystack.';

const COMPONENT_NAME = attributeKey('haystack.component.name');
const COMPONENT_TYPE = attributeKey('haystack.component.type');
const OUTPUT = attributeKey('haystack.component.output');
const AGENT_LLM_OUTPUT = attributeKey('haystack.agent.step.llm.output');
const TOOL_NAME = attributeKey('haystack.tool.name');

const ORIGIN: UsagePlace = { field: 'origin', text: 'haystack.component.output meta' };
const ruleOfOutput = memoByName((api) => `haystack.generator.output.${api}`);
const GENERATOR = /(?:Chat)?Generator$/;
const EMBEDDER = /(?:Text|Document)Embedder$/;
const operationOfComponent = memoByName((type): string => {
  if (GENERATOR.test(type)) return 'chat';
  return EMBEDDER.test(type) ? 'embeddings' : '';
});
/** A type's name begins with the provider's: `OpenAIChatGenerator`. */
const providerOfComponent = memoByName((type) => canonicalProvider(type.replace(GENERATOR, '').replace(EMBEDDER, '')));

/**
 * Haystack's own tracer (2.x in core, 3.x as `opentelemetry-haystack`): one span for each component. Usage stands only in
 * the output's `meta`, which is sent where content tracing is on.
 */
export const haystack: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag, identity: SpanIdentity): boolean {
  return attributes.has(COMPONENT_TYPE) || identity.name.startsWith(SPAN_NAME_PREFIX);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes);
  if (identity.name === AGENT_NAME || attributes.string(COMPONENT_TYPE) === AGENT_TYPE) {
    return structural(
      DIALECT,
      'haystack.agent',
      'agent',
      readOwnLineage(attributes, attributes.string(COMPONENT_NAME)),
    );
  }
  if (identity.name === AGENT_TOOL_NAME) {
    return toolCall(DIALECT, 'haystack.tool', own, attributes.string(TOOL_NAME) || identity.name, '');
  }
  const operation = identity.name === AGENT_LLM_NAME ? 'chat' : operationOfComponent(attributes.string(COMPONENT_TYPE));
  if (operation === '') return structural(DIALECT, 'haystack.component', 'step', own);
  return classifyRequest(attributes, identity, operation);
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const output = attributes.has(AGENT_LLM_OUTPUT) ? AGENT_LLM_OUTPUT : OUTPUT;
  const meta = readMeta(objectOf(attributes.json(output)));
  const raw = readProviderUsage(meta?.['usage'], ORIGIN);
  const missing = missingUsageReason(identity, false);
  const usage =
    raw === undefined
      ? usageOf(readGenAiUsage(attributes), 'inclusive', missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const rule = raw === undefined ? 'haystack.generator' : ruleOfOutput(raw.api);
  const provider = genAiProvider(attributes) || providerOfComponent(attributes.string(COMPONENT_TYPE));
  const call = withMeta(genAiCall(attributes, operation, provider, usage), meta, raw);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), call);
}

/** Chat generators and generators of text list replies, embedders have one `meta`. */
function readMeta(output: Json | undefined): Json | undefined {
  const reply = objectOf(listOf(output?.['replies'])[0]);
  const message = objectOf(field(reply, 'content')) ?? reply;
  const own = field(output, 'meta');
  return objectOf(field(message, 'meta', '_meta')) ?? objectOf(Array.isArray(own) ? own[0] : own);
}

function withMeta(call: CallFacts, meta: Json | undefined, raw: ProviderUsage | undefined): CallFacts {
  const model = textOf(field(meta, 'model'));
  return {
    ...call,
    requestModel: call.requestModel || model,
    responseModel: call.responseModel || model,
    responseId: call.responseId || textOf(field(meta, 'id')),
    serviceTier: call.serviceTier || textOf(field(meta, 'service_tier')) || (raw?.serviceTier ?? ''),
    region: call.region || (raw?.region ?? ''),
    reportedCost: call.reportedCost ?? raw?.reportedCost,
  };
}
