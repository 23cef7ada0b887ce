import { ABSENT } from '../../decode/attribute-value.ts';
import { readTable, usageTable } from '../read-usage.ts';
import type { UsagePlace } from '../usage-trail.ts';
import { field, type Json, listOf, objectOf, textOf } from './json.ts';
import { type ProviderUsage, readProviderUsage } from './provider-usage.ts';
import { readResponseTools } from './response-tools.ts';

const LANGCHAIN_RUN_ID = /^(run-|lc_run-)/;
const STREAM_LIFETIMES = usageTable('response_metadata', {
  cacheWrite5m: 'usage.cache_creation.ephemeral_5m_input_tokens',
  cacheWrite1h: 'usage.cache_creation.ephemeral_1h_input_tokens',
});

/** What a provider's whole response tells, beside its usage. '' where it does not. */
export type ProviderResponse = {
  readonly usage: ProviderUsage | undefined;
  readonly responseId: string;
  readonly responseModel: string;
  readonly serviceTier: string;
  /** Where a framework wraps the response: whose it is. */
  readonly provider: string;
};

/**
 * Reads a response as the provider sent it, or as LangChain wraps it; undefined when it is neither. `origin` says where on
 * the span it stands.
 */
export function readProviderResponse(value: unknown, origin: UsagePlace): ProviderResponse | undefined {
  const response = objectOf(value);
  if (response === undefined) return undefined;
  if (Array.isArray(response['generations'])) return readLangChainResult(response, origin);
  const usage = usageIn(response, origin);
  const responseId = textOf(field(response, 'id', 'responseId', 'response_id'));
  if (usage === undefined && responseId === '') return undefined;
  const responseModel = textOf(field(response, 'model', 'modelVersion', 'model_version'));
  if (usage !== undefined) readResponseTools(usage.totals, response, responseModel);
  return { usage, responseId, responseModel, serviceTier: tierOf(response, usage), provider: '' };
}

/** Most have a field for it; Cohere's first version nests it, Bedrock's InvokeModel bodies are it. */
function usageIn(response: Json, origin: UsagePlace): ProviderUsage | undefined {
  return (
    readProviderUsage(field(response, 'usage', 'usageMetadata', 'usage_metadata'), origin) ??
    readProviderUsage(response['amazon-bedrock-invocationMetrics'], origin) ??
    readProviderUsage(field(response, 'meta'), origin) ??
    // Haystack's embedders.
    readProviderUsage(objectOf(response['meta'])?.['usage'], origin) ??
    readProviderUsage(response, origin)
  );
}

/** OpenAI's and Bedrock's tiers stand beside the usage; Bedrock's fast inference is asked for by a latency. */
function tierOf(response: Json, usage: ProviderUsage | undefined): string {
  const tier = field(response, 'service_tier', 'serviceTier');
  const named = textOf(tier) || textOf(objectOf(tier)?.['type']) || (usage?.serviceTier ?? '');
  if (named !== '' && named !== 'default') return named;
  return textOf(objectOf(response['performanceConfig'])?.['latency']) === 'optimized' ? 'optimized' : named;
}

/** LangChain's LLMResult: the provider's usage in `response_metadata`, its own summary in `usage_metadata`. */
function readLangChainResult(result: Json, origin: UsagePlace): ProviderResponse {
  const generations = listOf(result['generations']);
  const first = objectOf(Array.isArray(generations[0]) ? generations[0][0] : generations[0]);
  const message = objectOf(objectOf(first?.['message'])?.['kwargs']);
  const metadata = objectOf(message?.['response_metadata']);
  const info = objectOf(first?.['generationInfo']);
  const output = objectOf(field(result, 'llm_output', 'llmOutput'));
  // With several prompts in one run only the sum of all is billed to this span.
  const isBatch = generations.length > 1;
  const usage =
    readProviderUsage(isBatch ? undefined : field(metadata, 'usage', 'token_usage', 'usageMetadata'), origin) ??
    readProviderUsage(field(output, 'usage', 'token_usage'), origin) ??
    readSummary(message, metadata, origin);
  const named = textOf(field(metadata, 'model_name', 'model')) || textOf(field(output, 'model_name', 'model'));
  const tier = textOf(field(metadata, 'service_tier')) || textOf(field(info, 'service_tier'));
  return {
    usage,
    responseId: textOf(field(metadata, 'id')) || textOf(field(output, 'id')) || (isBatch ? '' : idOfMessage(message)),
    responseModel: named || textOf(field(info, 'model_name')),
    serviceTier: tier || (usage?.serviceTier ?? ''),
    provider: textOf(field(metadata, 'model_provider')),
  };
}

/** Anthropic's streams leave of the provider's usage only what is no count of its own: the lifetimes of cache writes. */
function readSummary(
  message: Json | undefined,
  metadata: Json | undefined,
  origin: UsagePlace,
): ProviderUsage | undefined {
  const usage = readProviderUsage(message?.['usage_metadata'], origin);
  if (usage?.totals.cacheWrite5m === ABSENT) readTable(usage.totals, metadata, STREAM_LIFETIMES);
  return usage;
}

/** The provider's id of the response, but where LangChain made one of its run. */
function idOfMessage(message: Json | undefined): string {
  const id = textOf(field(message, 'id'));
  return LANGCHAIN_RUN_ID.test(id) ? '' : id;
}
