import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import { ABSENT } from '../decode/attribute-value.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { assumedOfCache } from './emitters.ts';
import { memoByName } from './memo-by-name.ts';
import { providerBefore } from './model-prefix.ts';
import {
  isNamedAgent,
  readInvocationParameters,
  readMetadata,
  readOpenInferenceLineage,
} from './openinference-metadata.ts';
import { readOpenInferenceUsage } from './openinference-usage.ts';
import { serverToolTable } from './provider-usage/anthropic.ts';
import { objectOf, textOf } from './provider-usage/json.ts';
import { type ProviderResponse, readProviderResponse } from './provider-usage/provider-response.ts';
import { RANK } from './rank.ts';
import { readTable } from './read-usage.ts';
import { reportedCost } from './reported-cost.ts';
import { pinnedRoute, requestedModes } from './request-parameters.ts';
import { aggregateOf, missingUsageReason, usageOf } from './usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const DIALECT = 'openinference@1';
const STATUS_ERROR = 2;

const KIND = attributeKey('openinference.span.kind');
const GEN_AI_OPERATION = attributeKey('gen_ai.operation.name');
const OUTPUT_VALUE = attributeKey('output.value');
const INPUT_VALUE = attributeKey('input.value');
const PROVIDERS = spellings('llm.provider', 'llm.system');
const MODELS = spellings('llm.model_name', 'embedding.model_name', 'reranker.model_name');
const REQUEST_MODEL = attributeKey('llm.request.model_name');
const RESPONSE_MODEL = attributeKey('llm.response.model_name');
const FINISH_REASON = attributeKey('llm.finish_reason');
const AGENT_NAME = attributeKey('agent.name');
const GRAPH_NODE = attributeKey('graph.node.id');
const TOOL_NAME = attributeKey('tool.name');
const TOOL_CALL_IDS = spellings('tool_call.id', 'tool.id');

const OUTPUT_VALUE_ORIGIN: UsagePlace = { field: 'origin', text: 'output.value' };
const METADATA_TOOLS = serverToolTable('metadata.server_tool_use');
const ruleOfOutput = memoByName((api) => `openinference.llm.output-value.${api}`);

/** Before 1.0 it wrote its agents and tools without an operation. */
const PYDANTIC_AI_SCOPE = 'pydantic-ai';
/** Instrumentations of client libraries, by the end of their scope's name; all others are frameworks. */
const CLIENT_LIBRARY_SCOPE =
  /instrumentation[.-](?:openai|anthropic|bedrock|mistralai|groq|vertexai|google[._-]genai|litellm|together|portkey)$/;
/** LlamaIndex opens spans of kind LLM around work that sends nothing. */
const NO_REQUEST_NAME = /\._prepare_chat_with_tools$/;
/** LangChain writes the call's id only into the tool's result. */
const TOOL_CALL_ID_IN_OUTPUT = /"tool_call_id": ?"([^"\\]{1,256})"/;

/** Spans that are named after the method that they wrap: `planner.run`, `weather.__call__`. */
const METHOD = /\.(?:a?run|run_stream|on_messages|on_messages_stream|_execute_core|__call__)$/;
/** Of an inference profile's id (`us.anthropic.claude-...`) the JavaScript instrumentation of Bedrock names this part. */
const BEDROCK_VENDORS: ReadonlySet<string> = new Set([
  ...['ai21', 'amazon', 'anthropic', 'cohere', 'deepseek', 'meta', 'mistral', 'moonshot', 'openai', 'qwen', 'writer'],
]);

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['LLM', 'chat'],
  ['EMBEDDING', 'embeddings'],
  ['RERANKER', 'rerank'],
]);

/** OpenInference, JavaScript and Python: the provider's raw response in `output.value` before flat counts. */
export const openInference: Dialect = { id: DIALECT, matches, classify };

/** Processors add the kind to spans of other dialects, which then say more in their own keys. */
function matches(attributes: AttributeBag, identity: SpanIdentity): boolean {
  if (!attributes.has(KIND)) return false;
  if (identity.scopeName.includes('openinference')) return true;
  return !attributes.has(GEN_AI_OPERATION) && identity.scopeName !== PYDANTIC_AI_SCOPE;
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const kind = attributes.string(KIND).toUpperCase();
  const operation = OPERATIONS.get(kind);
  if (operation !== undefined) return classifyRequest(attributes, identity, operation);
  const metadata = readMetadata(attributes);
  switch (kind) {
    case 'AGENT': {
      const own = readOpenInferenceLineage(
        attributes,
        metadata,
        attributes.string(AGENT_NAME) || roleOfCrewTask(attributes, identity) || nameOfMethodSpan(identity.name),
      );
      return structural(DIALECT, 'openinference.agent', 'agent', own, flatAggregate(attributes));
    }
    case 'CHAIN': {
      if (isNamedAgent(attributes, identity.name)) {
        const own = readOpenInferenceLineage(attributes, metadata, identity.name);
        return structural(DIALECT, 'openinference.chain.named-agent', 'agent', own, flatAggregate(attributes));
      }
      const own = readOpenInferenceLineage(attributes, metadata);
      return structural(DIALECT, 'openinference.chain', 'step', own, flatAggregate(attributes));
    }
    case 'TOOL': {
      const own = readOpenInferenceLineage(attributes, metadata);
      const name = attributes.string(TOOL_NAME) || nameOfMethodSpan(identity.name);
      return toolCall(DIALECT, 'openinference.tool', own, name, toolCallIdOf(attributes));
    }
    default:
      return structural(DIALECT, 'openinference.other', 'other', readOpenInferenceLineage(attributes, metadata));
  }
}

function classifyRequest(attributes: AttributeBag, identity: SpanIdentity, operation: string): Classification {
  const metadata = readMetadata(attributes);
  const own = readOpenInferenceLineage(attributes, metadata);
  const response = readResponse(attributes);
  const parameters = readInvocationParameters(attributes);
  const isStream = parameters?.['stream'] === true;
  const usage = readUsage(attributes, response, objectOf(metadata?.['server_tool_use']), identity, isStream);
  if (usage.status === 'none' && !isRequest(attributes, identity)) {
    return structural(DIALECT, 'openinference.llm.no-request', 'other', own);
  }
  const rule = response?.usage === undefined ? 'openinference.llm.token-count' : ruleOfOutput(response.usage.api);
  const rank = CLIENT_LIBRARY_SCOPE.test(identity.scopeName) ? RANK.clientLibrary : RANK.framework;
  const call = callOf(attributes, operation, response, parameters, usage);
  return chargeable(DIALECT, rule, 'model_request', rank, own, call);
}

function readUsage(
  attributes: AttributeBag,
  response: ProviderResponse | undefined,
  serverTools: Readonly<Record<string, unknown>> | undefined,
  identity: SpanIdentity,
  isStream: boolean,
): Usage {
  const missing = missingUsageReason(identity, isStream);
  const totals = response?.usage?.totals ?? readOpenInferenceUsage(attributes);
  if (serverTools !== undefined && totals.webSearch === ABSENT && totals.webFetch === ABSENT) {
    readTable(totals, serverTools, METADATA_TOOLS);
  }
  const assumed = response?.usage?.assumed || assumedOfCache(identity.scopeName, '', totals);
  const shape = identity.scopeName.endsWith('.litellm') ? 'inclusive of reads' : 'inclusive';
  return usageOf(totals, response?.usage?.shape ?? shape, missing, assumed);
}

function callOf(
  attributes: AttributeBag,
  operation: string,
  response: ProviderResponse | undefined,
  parameters: Readonly<Record<string, unknown>> | undefined,
  usage: Usage,
): CallFacts {
  const model = modelOf(attributes);
  const requestModel = attributes.string(REQUEST_MODEL) || textOf(parameters?.['model']) || model;
  return {
    provider: providerOf(
      canonicalProvider(attributes.firstString(PROVIDERS) || (response?.provider ?? '')),
      requestModel,
    ),
    requestModel,
    // The response's model overwrites `llm.model_name`, once there is a response.
    responseModel: attributes.string(RESPONSE_MODEL) || (response?.responseModel ?? '') || model,
    operation,
    responseId: response?.responseId ?? '',
    serviceTier: response?.serviceTier || requestedModes(parameters),
    region: response?.usage?.region || pinnedRoute(parameters),
    serverAddress: '',
    usage,
    reportedCost: response?.usage?.reportedCost ?? reportedCost(attributes),
  };
}

/** Converse's request, which stands on the span, has the model's whole id. */
function modelOf(attributes: AttributeBag): string {
  const model = attributes.firstString(MODELS);
  if (!BEDROCK_VENDORS.has(model)) return model;
  return textOf(objectOf(attributes.json(INPUT_VALUE))?.['modelId']) || model;
}

/** On Google's agent kit Google is named for every model; one that it reaches through LiteLLM has its provider before the name. */
function providerOf(stated: string, model: string): string {
  if (stated !== 'gcp.gemini') return stated;
  return providerBefore(model) || stated;
}

/** The provider's response as JSON; text of a stream or of a masked output is none. */
function readResponse(attributes: AttributeBag): ProviderResponse | undefined {
  return attributes.has(OUTPUT_VALUE)
    ? readProviderResponse(attributes.json(OUTPUT_VALUE), OUTPUT_VALUE_ORIGIN)
    : undefined;
}

/**
 * A span of kind LLM without usage is a request when a client library's instrumentation made it, when it failed as
 * one, or when it got an answer; frameworks open such spans around work that sends nothing.
 */
function isRequest(attributes: AttributeBag, identity: SpanIdentity): boolean {
  if (NO_REQUEST_NAME.test(identity.name)) return false;
  return (
    CLIENT_LIBRARY_SCOPE.test(identity.scopeName) ||
    identity.statusCode === STATUS_ERROR ||
    attributes.has(OUTPUT_VALUE) ||
    attributes.has(RESPONSE_MODEL) ||
    attributes.has(FINISH_REASON) ||
    attributes.string(KIND).toUpperCase() !== 'LLM'
  );
}

/** CrewAI's agents, before its instrumentation named their spans after them. */
function roleOfCrewTask(attributes: AttributeBag, identity: SpanIdentity): string {
  return identity.name === 'Task._execute_core' ? attributes.string(GRAPH_NODE) : '';
}

const nameOfMethodSpan = memoByName((name) => name.replace(METHOD, ''));

function flatAggregate(attributes: AttributeBag) {
  return aggregateOf(readOpenInferenceUsage(attributes), 'inclusive');
}

function toolCallIdOf(attributes: AttributeBag): string {
  const id = attributes.firstString(TOOL_CALL_IDS);
  if (id !== '' || !attributes.contains(OUTPUT_VALUE, 'tool_call_id')) return id;
  return TOOL_CALL_ID_IN_OUTPUT.exec(attributes.identifier(OUTPUT_VALUE))?.[1] ?? '';
}
