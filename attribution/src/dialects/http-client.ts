import type { AttributeBag } from '../decode/attribute-bag.ts';
import { spellings } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, structural } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { hostOf } from './server-host.ts';

const DIALECT = 'http-client@1';
const KIND_CLIENT = 3;
const STATUS_ERROR = 2;

const METHODS = spellings('http.request.method', 'http.method');
const HOSTS = spellings('server.address', 'url.full', 'http.url', 'net.peer.name', 'http.host');
const URLS = spellings('url.full', 'http.url', 'url.path', 'http.target');
const TEMPLATES = spellings('url.template', 'http.route');
const RESPONSE_STATUSES = spellings('http.response.status_code', 'http.status_code');

/** Hosts that serve models: their requests are seen by the dialects above, or are no calls of an API that we price. */
const MODEL_HOST =
  /^(?:api\.(?:openai|anthropic|mistral|cohere|deepseek|groq|x|together|fireworks|perplexity|voyageai|moonshot)\.(?:com|ai|xyz|cn)|.*\.openai\.azure\.com|.*\.services\.ai\.azure\.com|generativelanguage\.googleapis\.com|.*aiplatform\.googleapis\.com|bedrock-[a-z-]+\..*\.amazonaws\.com|openrouter\.ai|ai-gateway\.vercel\.sh)$/;
/** Paths of model endpoints on whatever host (vLLM, Ollama, gateways). */
const MODEL_PATH =
  /\/(?:chat\/completions|v1\/(?:completions|responses|messages|embeddings|rerank)|api\/(?:chat|generate|embed)|model\/[^/]+\/(?:converse|invoke)[a-z-]*)(?:[/?#]|$)|:(?:stream)?[gG]enerateContent\b/;

const ONE_CALL: Usage = {
  status: 'stated',
  meters: [{ meter: 'api_call', quantityNano: 1_000_000_000n }],
  assumed: '',
  source: 'api_call=1 per span',
};

/** Plain HTTP requests of the agent's process: calls of external services. */
export const httpClient: Dialect = { id: DIALECT, matches, classify };

function matches(attributes: AttributeBag, identity: SpanIdentity): boolean {
  return identity.otlpKind === KIND_CLIENT && attributes.firstString(METHODS) !== '';
}

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const own = readOwnLineage(attributes);
  const host = hostOf(attributes.firstString(HOSTS)).replace(/:\d+$/, '').toLowerCase();
  if (host === '') return structural(DIALECT, 'http-client.no-host', 'other', own);
  if (MODEL_HOST.test(host) || MODEL_PATH.test(attributes.firstString(URLS))) {
    return structural(DIALECT, 'http-client.model-endpoint', 'other', own);
  }
  const operation = `${attributes.firstString(METHODS)} ${attributes.firstString(TEMPLATES)}`.trim();
  // A request that got no answer was not served, so nobody bills it.
  const isServed = identity.statusCode !== STATUS_ERROR || attributes.firstString(RESPONSE_STATUSES) !== '';
  const usage: Usage = isServed ? ONE_CALL : { status: 'none', reason: 'request_failed' };
  return chargeable(DIALECT, 'http-client.request', 'api_call', RANK.none, own, apiCall(host, operation, usage));
}

function apiCall(host: string, operation: string, usage: Usage): CallFacts {
  return {
    provider: '',
    requestModel: '',
    responseModel: '',
    operation,
    responseId: '',
    serviceTier: '',
    region: '',
    serverAddress: host,
    usage,
    reportedCost: undefined,
  };
}
