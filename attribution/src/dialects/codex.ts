import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey, spellings } from '../decode/attribute-keys.ts';
import { isEventScope } from '../events/event-scope.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readGenAiUsage } from './gen-ai-usage.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { readKeys, usageKeys } from './read-usage.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';

const DIALECT = 'codex@1';
/** Scopes of Codex's spans are its services: `codex_cli_rs`, `codex-app-server`. */
const SCOPE = 'codex';
const STREAM_EVENT = 'codex.sse_event';
const REQUEST_EVENT = 'codex.api_request';

const INPUT = usageKeys('input', 'input_token_count');
const OUTPUT = usageKeys('output', 'output_token_count');
const CACHE_READ = usageKeys('cacheRead', 'cached_token_count');
const REASONING = usageKeys('reasoning', 'reasoning_token_count');
const SPAN_REASONING = usageKeys('reasoning', 'codex.usage.reasoning_output_tokens');
const SPAN_TOTAL = attributeKey('codex.usage.total_tokens');
const MODEL = attributeKey('model');
const CONVERSATION = attributeKey('conversation.id');
const USERS = spellings('user.email', 'user.account_id');
const AUTH_MODE = attributeKey('auth_mode');

/** Codex: the usage of a response stands on a log event with model and conversation, and on a span without them. */
export const codex: Dialect = {
  id: DIALECT,
  mayComeFrom: (scopeName) => scopeName.startsWith(SCOPE) || isEventScope(scopeName),
  matches: (attributes, identity) =>
    isEventScope(identity.scopeName)
      ? identity.name === STREAM_EVENT || identity.name === REQUEST_EVENT
      : attributes.has(SPAN_TOTAL),
  classify,
};

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const isEvent = isEventScope(identity.scopeName);
  const totals = isEvent ? eventUsage(attributes) : spanUsage(attributes);
  const usage = usageOf(totals, 'inclusive', missingReason(identity));
  const own = readOwnLineage(attributes, '', attributes.string(CONVERSATION), attributes.firstString(USERS));
  // The event is the better place for the charge: the span has neither session nor model.
  const rank = isEvent ? RANK.logEvent : RANK.server;
  return chargeable(DIALECT, ruleOf(identity), 'model_request', rank, own, callOf(attributes, usage));
}

function ruleOf({ name, scopeName }: SpanIdentity): string {
  if (!isEventScope(scopeName)) return 'codex.response-span';
  return name === STREAM_EVENT ? 'codex.response-completed' : 'codex.api-request-failed';
}

/** A stream that breaks may have been billed, a request that is refused is not. */
function missingReason(identity: SpanIdentity): string {
  return identity.name === STREAM_EVENT ? 'stream_without_usage' : missingUsageReason(identity, true);
}

function eventUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, REASONING);
  return totals;
}

function spanUsage(attributes: AttributeBag): UsageTotals {
  const totals = readGenAiUsage(attributes);
  readKeys(totals, attributes, SPAN_REASONING);
  return totals;
}

function callOf(attributes: AttributeBag, usage: Usage): CallFacts {
  return {
    // How it is signed in at OpenAI; without that, its configuration names another provider, and the event does not.
    provider: attributes.string(AUTH_MODE) === '' ? '' : 'openai',
    requestModel: attributes.string(MODEL),
    responseModel: '',
    operation: 'chat',
    responseId: '',
    serviceTier: '',
    region: '',
    serverAddress: '',
    usage,
    reportedCost: undefined,
  };
}
