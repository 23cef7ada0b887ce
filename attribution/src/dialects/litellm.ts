import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { genAiProvider, hasGenAiKeys, isStreamed } from './gen-ai-call.ts';
import { type GenAiRole, genAiRole } from './gen-ai-role.ts';
import { type GenAiRequest, type GenAiUsage, genAiDialect, readConventionalUsage } from './gen-ai-span.ts';
import { providerBefore } from './model-prefix.ts';
import { type Json, objectOf } from './provider-usage/json.ts';
import { readProviderUsage } from './provider-usage/provider-usage.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { UsagePlace } from './usage-trail.ts';

const SCOPE = 'litellm';

/** The whole usage as Python prints it: the flat keys lack cached and reasoning tokens, lifetimes and searches. */
const USAGE_OBJECT = attributeKey('metadata.usage_object');
const PROVIDER_MODEL = attributeKey('litellm.provider.model');

const COUNTED = 'perhaps an estimate: a stream whose usage has no details';
const ORIGIN: UsagePlace = { field: 'origin', text: 'metadata.usage_object' };

/**
 * LiteLLM, SDK and proxy: one `litellm_request` a call, or its keys on the application's own span; input always includes
 * cached tokens.
 */
export const litellm = genAiDialect({
  name: 'litellm',
  version: 1,
  matches: (attributes, { scopeName }) =>
    attributes.has(USAGE_OBJECT) || (scopeName === SCOPE && hasGenAiKeys(attributes)),
  roleOf,
  readUsage,
  providerOf,
});

/** The proxy's operations have names of their own (`acompletion`, `anthropic_messages`); the span's name tells. */
function roleOf(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  if (identity.name === 'litellm_request' || attributes.has(USAGE_OBJECT)) return 'request';
  return genAiRole(attributes, identity);
}

function readUsage(request: GenAiRequest): GenAiUsage {
  const printed = parsePythonLiteral(request.attributes.identifier(USAGE_OBJECT));
  const raw = readProviderUsage(printed, ORIGIN);
  if (raw === undefined || raw.totals.problem !== '') return readConventionalUsage(request);
  const assumed = raw.assumed || (mayBeCounted(request, objectOf(printed)) ? COUNTED : '');
  return { totals: raw.totals, shape: raw.shape, how: 'usage-object', assumed, facts: raw };
}

/** Before 1.90 LiteLLM counted itself where OpenAI's stream had no usage: without any of the details that OpenAI always has. */
function mayBeCounted({ attributes, provider }: GenAiRequest, usage: Json | undefined): boolean {
  return provider === 'openai' && isStreamed(attributes) && objectOf(usage?.['prompt_tokens_details']) === undefined;
}

/** `openai/gpt-5-mini` says who answered, where the flat key names only the format. */
function providerOf(attributes: AttributeBag): string {
  const model = attributes.string(PROVIDER_MODEL);
  return providerBefore(model) || genAiProvider(attributes);
}
