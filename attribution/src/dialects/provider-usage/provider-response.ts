import { field, objectOf, textOf } from './json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage.ts';

/** What a provider's whole response tells, beside its usage. '' where it does not. */
export type ProviderResponse = {
  readonly usage: ProviderUsage | undefined;
  readonly responseId: string;
  readonly responseModel: string;
  readonly serviceTier: string;
};

/** Reads a response as the provider sent it, or as LangChain wraps it; undefined when it is neither. */
export function readProviderResponse(value: unknown): ProviderResponse | undefined {
  const response = objectOf(value);
  if (response === undefined) return undefined;
  if (Array.isArray(response['generations'])) return readLangChainResult(response);
  const usage = readProviderUsage(field(response, 'usage', 'usageMetadata', 'usage_metadata'));
  const responseId = textOf(field(response, 'id', 'responseId', 'response_id'));
  if (usage === undefined && responseId === '') return undefined;
  return {
    usage,
    responseId,
    responseModel: textOf(field(response, 'model', 'modelVersion', 'model_version')),
    serviceTier: textOf(response['service_tier']) || (usage?.serviceTier ?? ''),
  };
}

/** LangChain's LLMResult: the provider's usage in `response_metadata`, its own summary in `usage_metadata`. */
function readLangChainResult(result: Readonly<Record<string, unknown>>): ProviderResponse {
  const generations = result['generations'] as readonly unknown[];
  const first = Array.isArray(generations[0]) ? generations[0][0] : generations[0];
  const message = objectOf(objectOf(objectOf(first)?.['message'])?.['kwargs']);
  const metadata = objectOf(message?.['response_metadata']);
  const output = objectOf(result['llm_output']);
  // With several prompts in one run only the sum of all is billed to this span.
  const isBatch = generations.length > 1;
  const usage =
    readProviderUsage(isBatch ? undefined : field(metadata, 'usage', 'token_usage', 'usageMetadata')) ??
    readProviderUsage(field(output, 'usage', 'token_usage')) ??
    readProviderUsage(message?.['usage_metadata']);
  return {
    usage,
    responseId: textOf(field(metadata, 'id')) || textOf(field(output, 'id')),
    responseModel: textOf(field(metadata, 'model_name', 'model')) || textOf(field(output, 'model_name', 'model')),
    serviceTier: textOf(field(metadata, 'service_tier')) || (usage?.serviceTier ?? ''),
  };
}
