import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';
import { field, objectOf } from './provider-usage/json.ts';
import { readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { picodollarsOf } from './reported-cost.ts';
import { missingUsageReason, UsageTotals, usageOf } from './usage.ts';

const DIALECT = 'langfuse@1';

const TYPE = attributeKey('langfuse.observation.type');
const MODEL = attributeKey('langfuse.observation.model.name');
const USAGE = attributeKey('langfuse.observation.usage_details');
const COST = attributeKey('langfuse.observation.cost_details');
const FIRST_CHUNK_TIME = attributeKey('langfuse.observation.completion_start_time');
const PROVIDER = attributeKey('gen_ai.provider.name');

type Json = Readonly<Record<string, unknown>>;

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
      return structural(DIALECT, 'langfuse.chain', 'step', readOwnLineage(attributes));
    default:
      return structural(DIALECT, 'langfuse.other', 'other', readOwnLineage(attributes));
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const missing = missingUsageReason(identity, attributes.has(FIRST_CHUNK_TIME));
  const details = objectOf(attributes.json(USAGE));
  const raw = readProviderUsage(details);
  const usage =
    raw === undefined
      ? usageOf(readParts(details ?? {}), 'exclusive', missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const rule = raw === undefined ? 'langfuse.generation.parts' : 'langfuse.generation.provider-usage';
  const call = callOf(attributes, operation, usage);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), call);
}

/** Langfuse's own names: each token under one of them. */
function readParts(details: Json): UsageTotals {
  const totals = new UsageTotals();
  totals.input = totals.fromJson(details['input'], 'usage_details.input');
  totals.output = totals.fromJson(details['output'], 'usage_details.output');
  totals.cacheRead = totals.fromJson(
    field(details, 'input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens'),
    'usage_details.input_cache_read',
  );
  totals.cacheWrite = totals.fromJson(
    field(details, 'input_cache_creation', 'cache_creation_input_tokens'),
    'usage_details.input_cache_creation',
  );
  totals.reasoning = totals.fromJson(
    field(details, 'output_reasoning_tokens', 'output_reasoning'),
    'usage_details.output_reasoning',
  );
  totals.isReasoningExtra = true;
  return totals;
}

function callOf(attributes: AttributeBag, operation: string, usage: Usage): CallFacts {
  const model = attributes.string(MODEL);
  const cost = field(objectOf(attributes.json(COST)), 'total');
  return {
    provider: canonicalProvider(attributes.string(PROVIDER)),
    requestModel: model,
    responseModel: model,
    operation,
    responseId: '',
    serviceTier: '',
    region: '',
    serverAddress: '',
    usage,
    reportedCost: cost === undefined ? undefined : picodollarsOf(String(cost)),
  };
}
