import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { amountText, field, type Json, objectOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { readTable, usageTable } from './read-usage.ts';
import { picodollarsOf } from './reported-cost.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'langfuse@1';

const TYPE = attributeKey('langfuse.observation.type');
/** LangChain names its agents on all spans beneath them, as JSON; the agent is the chain of that name. */
const LANGCHAIN_AGENT = attributeKey('langfuse.observation.metadata.lc_agent_name');
const MODEL = attributeKey('langfuse.observation.model.name');
const USAGE = attributeKey('langfuse.observation.usage_details');
const COST = attributeKey('langfuse.observation.cost_details');
const FIRST_CHUNK_TIME = attributeKey('langfuse.observation.completion_start_time');
const PROVIDER = attributeKey('gen_ai.provider.name');

const USAGE_ORIGIN: UsagePlace = { field: 'origin', text: 'langfuse.observation.usage_details' };
const ruleOfUsage = memoByName((api) => `langfuse.generation.provider-usage.${api}`);

/** Langfuse's own names: each token under one of them. */
const PARTS = usageTable('usage_details', {
  input: 'input',
  output: 'output',
  cacheRead: ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens'],
  cacheWrite: ['input_cache_creation', 'cache_creation_input_tokens'],
  // Langfuse's LangChain handler puts LangChain's names behind `input_`.
  cacheWrite5m: ['input_cache_creation_5m', 'input_ephemeral_5m_input_tokens'],
  cacheWrite1h: ['input_cache_creation_1h', 'input_ephemeral_1h_input_tokens'],
  audioInput: 'input_audio',
  reasoning: ['output_reasoning_tokens', 'output_reasoning'],
  audioOutput: 'output_audio',
});

/** Langfuse's SDKs: usage as JSON, either the provider's own or Langfuse's parts that do not overlap. */
export const langfuse: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.has(TYPE);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  switch (attributes.string(TYPE)) {
    case 'generation':
      return classifyRequest(attributes, identity, 'chat');
    case 'embedding':
      return classifyRequest(attributes, identity, 'embeddings');
    case 'tool':
      return toolCall(DIALECT, 'langfuse.tool', readOwnLineage(attributes), identity.name, '');
    case 'agent':
      return structural(DIALECT, 'langfuse.agent', 'agent', readOwnLineage(attributes, identity.name));
    case 'chain':
      if (attributes.json(LANGCHAIN_AGENT) === identity.name) {
        return structural(DIALECT, 'langfuse.chain.named-agent', 'agent', readOwnLineage(attributes, identity.name));
      }
      return structural(DIALECT, 'langfuse.chain', 'step', readOwnLineage(attributes));
    default:
      return structural(DIALECT, 'langfuse.other', 'other', readOwnLineage(attributes));
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const missing = missingUsageReason(identity, attributes.has(FIRST_CHUNK_TIME));
  const details = objectOf(attributes.json(USAGE));
  const raw = readProviderUsage(details, USAGE_ORIGIN);
  const usage =
    raw === undefined
      ? usageOf(readParts(details), 'exclusive', missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const rule = raw === undefined ? 'langfuse.generation.parts' : ruleOfUsage(raw.api);
  const call = callOf(attributes, operation, usage, raw);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), call);
}

function readParts(details: Json | undefined): UsageTotals {
  const totals = new UsageTotals();
  readTable(totals, details, PARTS);
  totals.isReasoningExtra = true;
  return totals;
}

function callOf(attributes: AttributeBag, operation: string, usage: Usage, raw: ProviderUsage | undefined): CallFacts {
  const model = attributes.string(MODEL);
  const cost = field(objectOf(attributes.json(COST)), 'total');
  return {
    provider: canonicalProvider(attributes.string(PROVIDER)),
    requestModel: model,
    responseModel: model,
    operation,
    responseId: '',
    serviceTier: raw?.serviceTier ?? '',
    region: raw?.region ?? '',
    serverAddress: '',
    usage,
    reportedCost: picodollarsOf(amountText(cost)) ?? raw?.reportedCost,
  };
}
