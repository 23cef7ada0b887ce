import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { readProviderResponse } from './provider-usage/provider-response.ts';
import { readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'logfire-openai-agents@1';
const SCOPE = 'logfire.openai_agents';

const NAME = attributeKey('name');
const USAGE = attributeKey('usage');
const SDK_SPAN_TYPE = attributeKey('sdk_span_type');
const REQUEST_MODEL = attributeKey('gen_ai.request.model');
const RESPONSE = attributeKey('response');
const RESPONSE_ID = attributeKey('response_id');

const USAGE_ORIGIN: UsagePlace = { field: 'origin', text: 'usage' };
const RESPONSE_ORIGIN: UsagePlace = { field: 'origin', text: 'response' };
const ruleOfUsage = memoByName((api) => `logfire-openai-agents.request.usage.${api}`);

/** Logfire around the OpenAI Agents SDK: span names are templates, usage is JSON on call, turn and task alike. */
export const logfireOpenAiAgents: Dialect = {
  id: DIALECT,
  mayComeFrom,
  matches: () => true,
  classify,
};

function mayComeFrom(scopeName: string): boolean {
  return scopeName === SCOPE;
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  if (attributes.has(REQUEST_MODEL)) return classifyRequest(attributes, identity);
  const aggregate = readAggregate(attributes);
  if (identity.name.startsWith('Function:')) {
    const name = attributes.string(NAME) || identity.name;
    return toolCall(DIALECT, 'logfire-openai-agents.function', readOwnLineage(attributes), name, '');
  }
  if (identity.name.startsWith('Agent run:')) {
    const own = readOwnLineage(attributes, attributes.string(NAME));
    return structural(DIALECT, 'logfire-openai-agents.agent', 'agent', own, aggregate);
  }
  const role = attributes.string(SDK_SPAN_TYPE) === 'turn' ? 'step' : 'other';
  return structural(DIALECT, `logfire-openai-agents.${role}`, role, readOwnLineage(attributes), aggregate);
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity): Classification {
  // Before 4.0 the Responses API's spans have the whole response, and no usage of their own.
  const raw =
    readProviderUsage(attributes.json(USAGE), USAGE_ORIGIN) ??
    readProviderResponse(attributes.json(RESPONSE), RESPONSE_ORIGIN)?.usage;
  const totals = raw?.totals ?? readGenAiUsage(attributes);
  const usage = usageOf(totals, raw?.shape ?? 'inclusive', missingUsageReason(identity, false));
  const call = genAiCall(attributes, 'chat', genAiProvider(attributes), usage);
  const rule = raw === undefined ? 'logfire-openai-agents.request.flat' : ruleOfUsage(raw.api);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), {
    ...call,
    responseId: call.responseId || statedId(attributes.identifier(RESPONSE_ID)),
  });
}

/** A request that failed has the text `null` for its id. */
function statedId(id: string): string {
  return id === 'null' ? '' : id;
}

function readAggregate(attributes: AttributeBag) {
  const raw = readProviderUsage(attributes.json(USAGE), USAGE_ORIGIN);
  return raw === undefined ? [] : aggregateOf(raw.totals, raw.shape);
}
