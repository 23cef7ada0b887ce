import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, attributeKey } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { textOf } from './provider-usage/json.ts';
import { type ProviderResponse, readProviderResponse } from './provider-usage/provider-response.ts';
import { RANK } from './rank.ts';
import { readTable, usageTable } from './read-usage.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'mlflow@1';

const TYPE = attributeKey('mlflow.spanType');
const FORMAT = attributeKey('mlflow.message.format');
const REQUEST_MODEL = attributeKey('model');
const MODEL = attributeKey('mlflow.llm.model');
const STREAM = attributeKey('stream');
const TOKEN_USAGE = attributeKey('mlflow.chat.tokenUsage');
const OUTPUTS = attributeKey('mlflow.spanOutputs');
const SESSION = attributeKey('mlflow.trace.session');
const USER = attributeKey('mlflow.trace.user');

const OUTPUTS_ORIGIN: UsagePlace = { field: 'origin', text: 'mlflow.spanOutputs' };
const ruleOfOutputs = memoByName((api) => `mlflow.request.outputs.${api}`);
/** MLflow's own summary: cached tokens are within the input, whatever the provider. */
const SUMMARY = usageTable('mlflow.chat.tokenUsage', {
  input: 'input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheWrite: 'cache_creation_input_tokens',
});

/** MLflow's tracing: every value is JSON in a string; the response itself stands in `mlflow.spanOutputs`. */
export const mlflow: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag): boolean {
  return attributes.has(TYPE);
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes, '', jsonText(attributes, SESSION), jsonText(attributes, USER));
  switch (jsonText(attributes, TYPE)) {
    case 'CHAT_MODEL':
    case 'LLM':
      return classifyRequest(
        attributes,
        identity,
        'chat',
        readProviderResponse(attributes.json(OUTPUTS), OUTPUTS_ORIGIN),
      );
    case 'EMBEDDING':
      return classifyRequest(attributes, identity, 'embeddings', undefined);
    case 'TOOL':
      return toolCall(DIALECT, 'mlflow.tool', own, identity.name, '');
    case 'AGENT':
      return structural(DIALECT, 'mlflow.agent', 'agent', { ...own, agentName: own.agentName || identity.name });
    case 'CHAIN':
      return structural(DIALECT, 'mlflow.chain', 'step', own);
    default:
      return structural(DIALECT, 'mlflow.other', 'other', own);
  }
}

function classifyRequest(
  attributes: AttributeBag,
  identity: SpanIdentity,
  operation: string,
  response: ProviderResponse | undefined,
): Classification {
  const missing = missingUsageReason(identity, attributes.string(STREAM) === 'true');
  const raw = response?.usage;
  const usage =
    raw === undefined
      ? usageOf(readTokenUsage(attributes), 'inclusive', missing)
      : usageOf(raw.totals, raw.shape, missing, raw.assumed);
  const own = readOwnLineage(attributes, '', jsonText(attributes, SESSION), jsonText(attributes, USER));
  const rule = raw === undefined ? 'mlflow.request.token-usage' : ruleOfOutputs(raw.api);
  const call = callOf(attributes, operation, response, usage);
  return chargeable(DIALECT, rule, 'model_request', RANK.clientLibrary, own, call);
}

function readTokenUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readTable(totals, attributes.json(TOKEN_USAGE), SUMMARY);
  return totals;
}

function callOf(
  attributes: AttributeBag,
  operation: string,
  response: ProviderResponse | undefined,
  usage: Usage,
): CallFacts {
  return {
    provider: canonicalProvider(jsonText(attributes, FORMAT)),
    requestModel: jsonText(attributes, REQUEST_MODEL) || jsonText(attributes, MODEL),
    responseModel: response?.responseModel || jsonText(attributes, MODEL),
    operation,
    responseId: response?.responseId ?? '',
    serviceTier: response?.serviceTier ?? '',
    region: response?.usage?.region ?? '',
    serverAddress: '',
    usage,
    reportedCost: response?.usage?.reportedCost,
  };
}

/** A text that was written as JSON, with its quotes. */
function jsonText(attributes: AttributeBag, key: AttributeKey): string {
  return textOf(attributes.json(key));
}
