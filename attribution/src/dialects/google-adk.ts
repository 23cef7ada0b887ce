import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { genAiProvider, hasGenAiKeys } from './gen-ai-call.ts';
import { type GenAiRole, genAiOperation, genAiRole } from './gen-ai-role.ts';
import { type GenAiRequest, type GenAiUsage, genAiDialect, readConventionalUsage } from './gen-ai-span.ts';
import { providerBefore } from './model-prefix.ts';
import { readProviderResponse } from './provider-usage/provider-response.ts';
import { take } from './read-usage.ts';
import type { UsagePlace } from './usage-trail.ts';

const SCOPE = 'gcp.vertex.agent';
/** JavaScript, and Python before version 2, which from 1.2x on has a `generate_content` with less to tell beneath it. */
const OLD_REQUEST_NAME = 'call_llm';

/** The whole answer, unless content is switched off. */
const RESPONSE = attributeKey('gcp.vertex.agent.llm_response');
const REQUEST_MODEL = attributeKey('gen_ai.request.model');

const OUTPUT_ONCE: UsagePlace = { field: 'output', text: 'gen_ai.usage.output_tokens-reasoning' };
const ORIGIN: UsagePlace = { field: 'origin', text: 'gcp.vertex.agent.llm_response' };

/**
 * Google's Agent Development Kit. Python 2: `generate_content {model}` by the conventions. JavaScript (2.0) and older
 * Python: `call_llm`, whose flat output leaves out thoughts, and whose answer stands beside it as JSON.
 */
export const googleAdk = genAiDialect({
  name: 'google-adk',
  version: 1,
  mayComeFrom: (scopeName) => scopeName === SCOPE,
  matches: (attributes) => hasGenAiKeys(attributes) || attributes.has(RESPONSE),
  roleOf,
  operationOf: (attributes) => genAiOperation(attributes) || 'generate_content',
  readUsage,
  providerOf: adkProvider,
});

function roleOf(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  return identity.name === OLD_REQUEST_NAME ? 'request' : genAiRole(attributes, identity);
}

function readUsage(request: GenAiRequest): GenAiUsage {
  const { attributes, identity } = request;
  const response = attributes.has(RESPONSE) ? readProviderResponse(attributes.json(RESPONSE), ORIGIN) : undefined;
  const raw = response?.usage;
  if (raw !== undefined) {
    const facts = { region: raw.region, ...response };
    return { totals: raw.totals, shape: raw.shape, how: 'llm-response', assumed: raw.assumed, facts };
  }
  const read = readConventionalUsage(request);
  const isOld = identity.name === OLD_REQUEST_NAME || identity.scopeVersion.startsWith('1.');
  if (isThroughLiteLlm(attributes)) return isOld ? read : { ...read, ...once(read) };
  return isOld ? { ...read, assumed: 'thoughts, if there were any, are not in the output that the span states' } : read;
}

function isThroughLiteLlm(attributes: AttributeBag): boolean {
  const model = attributes.string(REQUEST_MODEL);
  return providerBefore(model) !== '';
}

/** Version 2 adds reasoning to the output, which LiteLLM's output holds already. */
function once({ totals }: GenAiUsage): Pick<GenAiUsage, 'how'> | undefined {
  if (totals.reasoning <= 0 || totals.output < 2 * totals.reasoning) return undefined;
  take(totals, OUTPUT_ONCE, 'output', totals.output - totals.reasoning);
  return { how: 'through-litellm' };
}

/** The kit names itself; a model that it reaches through LiteLLM has its provider before the name. */
export function adkProvider(attributes: AttributeBag): string {
  const model = attributes.string(REQUEST_MODEL);
  return providerBefore(model) || genAiProvider(attributes);
}
