import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { type ProviderResponse, readProviderResponse } from './provider-usage/provider-response.ts';
import { readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'langsmith@1';

const KIND = attributeKey('langsmith.span.kind');
const COMPLETION = attributeKey('gen_ai.completion');
const USAGE_METADATA = spellings('langsmith.usage_metadata', 'langsmith.metadata.usage_metadata');
/** LangChain names its agents on all spans beneath them; the agent is the chain of that name. */
const AGENT_NAME = attributeKey('langsmith.metadata.lc_agent_name');
const TOOL_NAME = attributeKey('gen_ai.tool.name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');

const COMPLETION_ORIGIN: UsagePlace = { field: 'origin', text: 'gen_ai.completion' };
const METADATA_ORIGIN: UsagePlace = { field: 'origin', text: 'langsmith.usage_metadata' };
const ruleOfCompletion = memoByName((api) => `langsmith.llm.completion.${api}`);
const ruleOfSummary = memoByName((api) => `langsmith.llm.usage-metadata.${api}`);

/** LangSmith's OpenTelemetry export: the whole result in `gen_ai.completion`, a summary in JSON, flat counts last. */
export const langsmith: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.has(KIND);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  switch (attributes.string(KIND)) {
    case 'llm':
      return classifyRequest(attributes, identity, 'chat');
    case 'embedding':
      return classifyRequest(attributes, identity, 'embeddings');
    case 'tool': {
      const name = attributes.string(TOOL_NAME) || identity.name;
      const id = attributes.identifier(TOOL_CALL_ID);
      return toolCall(DIALECT, 'langsmith.tool', readOwnLineage(attributes), name, id);
    }
    case 'chain':
      if (attributes.string(AGENT_NAME) === identity.name) {
        return structural(DIALECT, 'langsmith.chain.named-agent', 'agent', readOwnLineage(attributes, identity.name));
      }
      return structural(DIALECT, 'langsmith.chain', 'step', readOwnLineage(attributes));
    default:
      return structural(DIALECT, 'langsmith.other', 'other', readOwnLineage(attributes));
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const response = readCompletion(attributes);
  const raw = response?.usage ?? readUsageMetadata(attributes);
  const usage = usageOf(
    raw?.totals ?? readGenAiUsage(attributes),
    raw?.shape ?? 'inclusive',
    missingUsageReason(identity, false),
    raw?.assumed,
  );
  const call = genAiCall(attributes, operation, genAiProvider(attributes), usage);
  const rule = response?.usage === undefined ? ruleOfSummary(raw?.api ?? 'flat') : ruleOfCompletion(response.usage.api);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), {
    ...call,
    responseId: call.responseId || (response?.responseId ?? ''),
    responseModel: call.responseModel || (response?.responseModel ?? ''),
    serviceTier: call.serviceTier || (response?.serviceTier ?? ''),
    region: call.region || (raw?.region ?? ''),
    reportedCost: raw?.reportedCost ?? call.reportedCost,
  });
}

function readCompletion(attributes: AttributeBag): ProviderResponse | undefined {
  return attributes.has(COMPLETION) ? readProviderResponse(attributes.json(COMPLETION), COMPLETION_ORIGIN) : undefined;
}

function readUsageMetadata(attributes: AttributeBag) {
  const key = USAGE_METADATA.keys[attributes.firstPlace(USAGE_METADATA)];
  return key === undefined ? undefined : readProviderUsage(attributes.json(key), METADATA_ORIGIN);
}
