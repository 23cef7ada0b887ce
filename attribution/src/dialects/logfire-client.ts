import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity } from '../facts.ts';
import { chargeable, structural } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { hasGenAiUsage, readGenAiUsage } from './gen-ai-usage.ts';
import { memoByName } from './memo-by-name.ts';
import { readOwnLineage } from './own-lineage.ts';
import { field, objectOf, textOf } from './provider-usage/json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage/provider-usage.ts';
import { RANK } from './rank.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'logfire-client@1';
const SCOPES: ReadonlySet<string> = new Set(['logfire.openai', 'logfire.anthropic']);
const STATUS_ERROR = 2;

const SPAN_TYPE = attributeKey('logfire.span_type');
const RAW_USAGE = attributeKey('gen_ai.usage.raw');
const RESPONSE_DATA = attributeKey('response_data');
const REQUEST_DATA = attributeKey('request_data');
const RESPONSE_ID = attributeKey('gen_ai.response.id');

const RAW_ORIGIN: UsagePlace = { field: 'origin', text: 'gen_ai.usage.raw' };
const RESPONSE_ORIGIN: UsagePlace = { field: 'origin', text: 'response_data.usage' };
const ruleOfUsage = memoByName((api) => `logfire-client.request.usage.${api}`);

/**
 * Logfire around the clients of OpenAI and Anthropic: the provider's usage stands as JSON on the span. A stream is two
 * spans beside each other: one for the request, which ends when the stream begins, and a log at its end with the answer.
 */
export const logfireClient: Dialect = { id: DIALECT, mayComeFrom: (scope) => SCOPES.has(scope), matches, classify };

function matches(): boolean {
  return true;
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const isStreamEnd = attributes.string(SPAN_TYPE) === 'log';
  if (!isStreamEnd && isStreamBegun(attributes, identity)) {
    return structural(DIALECT, 'logfire-client.stream-begun', 'other', readOwnLineage(attributes));
  }
  const raw = readRawUsage(attributes);
  const missing = missingUsageReason(identity, isStreamEnd);
  const usage = usageOf(raw?.totals ?? readGenAiUsage(attributes), raw?.shape ?? 'inclusive', missing, raw?.assumed);
  const provider = genAiProvider(attributes) || identity.scopeName.slice('logfire.'.length);
  const call = genAiCall(attributes, 'chat', provider, usage);
  const rule = raw === undefined ? 'logfire-client.request.flat' : ruleOfUsage(raw.api);
  const own = readOwnLineage(attributes);
  return chargeable(DIALECT, rule, 'model_request', RANK.framework, own, completed(call, attributes, raw));
}

/** An answered request has the answer's id, its usage or, before Logfire 5, `response_data`. */
function isStreamBegun(attributes: AttributeBag, identity: SpanIdentity): boolean {
  if (identity.statusCode === STATUS_ERROR || attributes.has(RESPONSE_ID) || attributes.has(RESPONSE_DATA))
    return false;
  if (attributes.has(RAW_USAGE) || hasGenAiUsage(attributes)) return false;
  const request = objectOf(attributes.json(REQUEST_DATA));
  // Logfire 5 keeps little more than the model of the request; before, `stream` is missing only where it is not asked for.
  return request?.['stream'] === undefined
    ? field(request, 'messages', 'input') === undefined
    : request['stream'] === true;
}

function readRawUsage(attributes: AttributeBag): ProviderUsage | undefined {
  if (attributes.has(RAW_USAGE)) return readProviderUsage(attributes.json(RAW_USAGE), RAW_ORIGIN);
  if (!attributes.has(RESPONSE_DATA)) return undefined;
  return readProviderUsage(objectOf(attributes.json(RESPONSE_DATA))?.['usage'], RESPONSE_ORIGIN);
}

function completed(call: CallFacts, attributes: AttributeBag, raw: ProviderUsage | undefined): CallFacts {
  return {
    ...call,
    requestModel: call.requestModel || textOf(objectOf(attributes.json(REQUEST_DATA))?.['model']),
    serviceTier: call.serviceTier || (raw?.serviceTier ?? ''),
    region: call.region || (raw?.region ?? ''),
  };
}
