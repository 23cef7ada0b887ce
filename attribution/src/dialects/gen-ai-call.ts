import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { CallFacts, Usage } from '../facts.ts';
import { reportedCost } from './reported-cost.ts';
import { serverOf } from './server-host.ts';

/** OpenTelemetry's keys of a model request, new and old spellings; several dialects write them. */
const PROVIDER = attributeKey('gen_ai.provider.name');
const OLD_PROVIDERS = spellings('gen_ai.system', 'ai.model.provider', 'llm.provider', 'llm.system');
const REQUEST_MODELS = spellings('gen_ai.request.model', 'ai.model.id', 'llm.request.model');
const RESPONSE_MODELS = spellings('gen_ai.response.model', 'ai.response.model');
const RESPONSE_ID = attributeKey('gen_ai.response.id');
const SERVER_ADDRESS = attributeKey('server.address');
const REGION = attributeKey('aws.region');
const STREAM_FLAGS = spellings(
  'gen_ai.request.stream',
  'gen_ai.request.is_stream',
  'gen_ai.is_streaming',
  'gen_ai.response.streaming',
  'llm.is_streaming',
  'llm.request.stream',
);
const SERVED_TIERS = spellings(
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
  'anthropic.response.service_tier',
);
const REQUESTED_TIERS = spellings(
  'openai.request.service_tier',
  'gen_ai.openai.request.service_tier',
  'gen_ai.request.service_tier',
  'anthropic.request.service_tier',
);

/** Any of these says that a span is meant by the conventions, or by what was before them. */
const MARKS = spellings(
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.provider.name',
  'gen_ai.system',
  'gen_ai.tool.call.id',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.prompt_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.request.type',
  'llm.usage.prompt_tokens',
  'traceloop.span.kind',
);

export function hasGenAiKeys(attributes: AttributeBag): boolean {
  return attributes.hasAny(MARKS);
}

/** The facts of a model request as OpenTelemetry's keys state them. */
export function genAiCall(attributes: AttributeBag, operation: string, provider: string, usage: Usage): CallFacts {
  const server = serverOf(attributes.string(SERVER_ADDRESS));
  return {
    provider,
    requestModel: attributes.firstString(REQUEST_MODELS),
    responseModel: attributes.firstString(RESPONSE_MODELS),
    operation,
    responseId: attributes.identifier(RESPONSE_ID),
    serviceTier: attributes.firstString(SERVED_TIERS) || requestedTier(attributes.firstString(REQUESTED_TIERS)),
    region: attributes.string(REGION) || server.region,
    serverAddress: server.host,
    usage,
    reportedCost: reportedCost(attributes),
  };
}

/** The canonical provider; an old key is asked where the new one holds a framework's name. */
export function genAiProvider(attributes: AttributeBag): string {
  return canonicalProvider(attributes.string(PROVIDER)) || canonicalProvider(attributes.firstString(OLD_PROVIDERS));
}

/** `auto` asks the provider to choose: it names no tier. */
export function requestedTier(tier: string): string {
  return tier === 'auto' ? '' : tier;
}

export function isStreamed(attributes: AttributeBag): boolean {
  const flag = attributes.firstString(STREAM_FLAGS);
  // As Python prints it.
  return flag === 'true' || flag === 'True';
}
