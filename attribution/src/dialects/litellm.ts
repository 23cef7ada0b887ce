import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import type { SpanIdentity } from '../facts.ts';
import { genAiProvider, hasGenAiKeys } from './gen-ai-call.ts';
import { type GenAiRole, genAiRole } from './gen-ai-role.ts';
import { type GenAiRequest, type GenAiUsage, genAiDialect, readConventionalUsage } from './gen-ai-span.ts';
import { readProviderUsage } from './provider-usage/provider-usage.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { UsagePlace } from './usage-trail.ts';

const SCOPE = 'litellm';

/** The whole usage as Python prints it: the flat keys lack cached and reasoning tokens, lifetimes and searches. */
const USAGE_OBJECT = attributeKey('metadata.usage_object');
const PROVIDER_MODEL = attributeKey('litellm.provider.model');

const ORIGIN: UsagePlace = { field: 'origin', text: 'metadata.usage_object' };

/** LiteLLM, SDK and proxy (1.106): one `litellm_request` a call; input always includes cached tokens. */
export const litellm = genAiDialect({
  name: 'litellm',
  version: 1,
  mayComeFrom: (scopeName) => scopeName === SCOPE,
  matches: (attributes) => hasGenAiKeys(attributes) || attributes.has(USAGE_OBJECT),
  roleOf,
  readUsage,
  providerOf,
});

/** The proxy's operations have names of their own (`acompletion`, `anthropic_messages`); the span's name tells. */
function roleOf(attributes: AttributeBag, identity: SpanIdentity): GenAiRole {
  if (identity.name === 'litellm_request' || attributes.has(USAGE_OBJECT)) return 'request';
  return identity.name === 'raw_gen_ai_request' ? 'none' : genAiRole(attributes, identity);
}

function readUsage(request: GenAiRequest): GenAiUsage {
  const raw = readProviderUsage(parsePythonLiteral(request.attributes.identifier(USAGE_OBJECT)), ORIGIN);
  if (raw === undefined || raw.totals.problem !== '') return readConventionalUsage(request);
  return { totals: raw.totals, shape: raw.shape, how: 'usage-object', assumed: raw.assumed, facts: raw };
}

/** `openai/gpt-5-mini` says who answered, where the flat key names only the format. */
function providerOf(attributes: AttributeBag): string {
  const model = attributes.string(PROVIDER_MODEL);
  return canonicalProvider(model.slice(0, Math.max(0, model.indexOf('/')))) || genAiProvider(attributes);
}
