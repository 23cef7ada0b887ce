import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { hasGenAiKeys, isStreamed } from './gen-ai-call.ts';
import { type GenAiRole, genAiRole } from './gen-ai-role.ts';
import { type GenAiRequest, type GenAiUsage, genAiDialect, readConventionalUsage } from './gen-ai-span.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { UsageTotals } from './usage-totals.ts';

/** Libraries that Traceloop instruments, by the scope's name after its prefix; OpenTelemetry's own have other names. */
const PYTHON_SCOPE =
  /^opentelemetry\.instrumentation\.(?:openai|anthropic|bedrock|google_generativeai|vertexai|cohere|mistralai|ollama|groq|together|replicate|watsonx|sagemaker|alephalpha|transformers|writer|voyageai|langchain|llamaindex|openai_agents|crewai|haystack|agno|mcp)(?:\.(?!v2\b).*)?$/;
const PYTHON_ANTHROPIC = 'opentelemetry.instrumentation.anthropic';

/** The JavaScript instrumentation knows the body of InvokeModel only: of Converse it tells that it was called. */
const BEDROCK_CALL = 'bedrock.completion';

/** CrewAI's call of a model while CrewAI called through LiteLLM; without usage. */
const CREW_CALL = '.llm';

const REQUEST_MODEL = attributeKey('gen_ai.request.model');
const SEARCH_UNITS = usageKeys('rerankUnit', 'llm.usage.total_tokens', 'gen_ai.usage.total_tokens');

/**
 * Traceloop (OpenLLMetry), JavaScript 0.27 and Python 0.62, and older ones with their `llm.*` keys. The conventions'
 * keys, with four ways of their own: Google's output without thoughts, Cohere's search units as a total, images whose
 * tokens are computed, and Anthropic's streams with a placeholder in the output.
 */
export const traceloop = genAiDialect({
  name: 'traceloop',
  version: 1,
  mayComeFrom: (scopeName) =>
    PYTHON_SCOPE.test(scopeName) || scopeName.startsWith('@traceloop/') || scopeName === 'traceloop.tracer',
  matches: hasGenAiKeys,
  roleOf,
  readUsage,
});

function roleOf(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  const role = genAiRole(attributes, identity);
  const isCall = identity.name === BEDROCK_CALL || identity.name.endsWith(CREW_CALL);
  return role === 'none' && isCall && attributes.has(REQUEST_MODEL) ? 'request' : role;
}

function readUsage(request: GenAiRequest): GenAiUsage {
  const { attributes, identity, operation } = request;
  if (operation === 'rerank') return readRerank(attributes);
  const read = readConventionalUsage(request);
  if (operation === 'image_generation' || operation === 'image_edit') {
    return { ...read, how: 'estimate', assumed: 'tokens of images that the emitter computes from size and quality' };
  }
  const isStreamedInPython = identity.scopeName.startsWith(PYTHON_ANTHROPIC) && isStreamed(attributes);
  return isStreamedInPython
    ? { ...read, how: 'estimate', assumed: "the output holds the placeholder of the stream's beginning too" }
    : read;
}

/** Cohere's search units stand where others have a total of tokens. */
function readRerank(attributes: AttributeBag): GenAiUsage {
  const totals = new UsageTotals();
  readKeys(totals, attributes, SEARCH_UNITS);
  return { totals, shape: 'inclusive', how: 'search-units', assumed: '' };
}
