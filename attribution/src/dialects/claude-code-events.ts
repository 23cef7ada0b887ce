import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { isEventScope } from '../events/event-scope.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable } from './classification.ts';
import { claudeCodeTier, readClaudeCodeUsage } from './claude-code.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { picodollarsOf } from './reported-cost.ts';
import { missingUsageReason, usageOf } from './usage.ts';

const DIALECT = 'claude-code-events@1';
const PREFIX = 'claude_code.';

const MODEL = attributeKey('model');
const REQUEST_ID = attributeKey('request_id');
const PROVIDER = attributeKey('anthropic.provider');
const AGENT_NAME = attributeKey('agent.name');
const COST_USD = attributeKey('cost_usd');
const WRITE_5M = usageKeys('cacheWrite5m', 'cache_creation_5m_tokens');
const WRITE_1H = usageKeys('cacheWrite1h', 'cache_creation_1h_tokens');

/** Log events of Claude Code and the Claude Agent SDK: what its spans say of a request, and cache lifetimes and cost. */
export const claudeCodeEvents: Dialect = {
  id: DIALECT,
  mayComeFrom: isEventScope,
  matches: (_attributes, identity) => identity.name.startsWith(PREFIX),
  classify,
};

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const totals = readClaudeCodeUsage(attributes);
  readKeys(totals, attributes, WRITE_5M);
  readKeys(totals, attributes, WRITE_1H);
  const usage = usageOf(totals, 'exclusive', missingUsageReason(identity, false));
  const rule = identity.name === 'claude_code.api_error' ? 'api-error' : 'api-request';
  return chargeable(
    DIALECT,
    `claude-code-events.${rule}`,
    'model_request',
    RANK.logEvent,
    readOwnLineage(attributes, attributes.string(AGENT_NAME)),
    callOf(attributes, usage),
  );
}

function callOf(attributes: AttributeBag, usage: Usage): CallFacts {
  return {
    provider: providerOf(attributes.string(PROVIDER)),
    requestModel: attributes.string(MODEL),
    // With its date, where the span has the alias that was asked for.
    responseModel: attributes.string(MODEL),
    operation: 'chat',
    responseId: attributes.identifier(REQUEST_ID),
    serviceTier: claudeCodeTier(attributes),
    region: '',
    serverAddress: '',
    usage,
    reportedCost: picodollarsOf(attributes.identifier(COST_USD)),
  };
}

/** `firstParty`, `bedrock`, `vertex`, `foundry`: through which door Claude Code goes. */
function providerOf(door: string): string {
  return door === '' || door === 'firstParty' ? 'anthropic' : canonicalProvider(door);
}
