import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { hasGenAiUsage, readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import type { UsageTotals } from './usage-totals.ts';
import { readProviderMetadata } from './vercel-provider-metadata.ts';

const DIALECT = 'vercel-ai@1';
const SCOPE = 'gen_ai';

const ruleOfMetadata = memoByName((api) => `vercel-ai.request.provider-metadata.${api}`);

const OPERATION = attributeKey('gen_ai.operation.name');
const REQUEST_MODEL = attributeKey('gen_ai.request.model');
const AGENT_NAME = attributeKey('gen_ai.agent.name');
const TOOL_NAME = attributeKey('gen_ai.tool.name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
/** Beside OpenTelemetry's keys where the integration was made with `usage: true`. */
const REASONING = usageKeys('reasoning', 'ai.usage.outputTokenDetails.reasoningTokens');

/** AI SDK 7 through `@ai-sdk/otel`: OpenTelemetry's keys, input inclusive, agents repeat the sum. */
export const vercelAi: Dialect = { id: DIALECT, mayComeFrom, matches, classify };

function mayComeFrom(scopeName: string): boolean {
  return scopeName === SCOPE;
}

function matches(attributes: AttributeBag): boolean {
  return attributes.has(OPERATION);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const operation = attributes.string(OPERATION);
  switch (operation) {
    case 'invoke_agent': {
      const own = readOwnLineage(attributes, attributes.string(AGENT_NAME));
      return structural(DIALECT, 'vercel-ai.agent', 'agent', own, aggregateOf(readGenAiUsage(attributes), 'inclusive'));
    }
    case 'agent_step':
      return structural(DIALECT, 'vercel-ai.step', 'step', readOwnLineage(attributes));
    case 'execute_tool': {
      const id = attributes.identifier(TOOL_CALL_ID);
      return toolCall(DIALECT, 'vercel-ai.tool', readOwnLineage(attributes), attributes.string(TOOL_NAME), id);
    }
    case 'embeddings':
    case 'rerank':
      // The outer span of the same name and kind wraps the request and carries no usage.
      if (!hasGenAiUsage(attributes)) {
        return structural(DIALECT, `vercel-ai.${operation}.outer`, 'other', readOwnLineage(attributes));
      }
      return classifyRequest(attributes, identity, operation);
    default:
      return classifyRequest(attributes, identity, operation);
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const metadata = readProviderMetadata(attributes, attributes.string(REQUEST_MODEL));
  const missing = missingUsageReason(identity, false);
  const raw = metadata.usage;
  const usage =
    raw === undefined
      ? usageOf(readUsage(attributes), 'inclusive', missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const call = genAiCall(attributes, operation, genAiProvider(attributes), usage);
  const rule = raw === undefined ? 'vercel-ai.request' : ruleOfMetadata(raw.api);
  const region = call.region || (raw?.region ?? '');
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, readOwnLineage(attributes), {
    ...call,
    serviceTier: call.serviceTier || metadata.serviceTier,
    region,
    reportedCost: call.reportedCost ?? metadata.reportedCost,
  });
}

function readUsage(attributes: AttributeBag): UsageTotals {
  const totals = readGenAiUsage(attributes);
  readKeys(totals, attributes, REASONING);
  return totals;
}
