import { canonicalProvider } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { attributeKey } from '../decode/attribute-keys.ts';
import { isEventScope } from '../events/event-scope.ts';
import type { CallFacts, Classification, SpanIdentity, Usage } from '../facts.ts';
import { chargeable } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { addKeys, readKeys, usageKeys } from './read-usage.ts';
import { missingUsageReason, usageOf } from './usage.ts';
import { UsageTotals } from './usage-totals.ts';

const DIALECT = 'gemini-cli-events@1';
const GEMINI_CLI = 'gemini_cli.';
const QWEN_CODE = 'qwen-code.';

const INPUT = usageKeys('input', 'input_token_count');
const OUTPUT = usageKeys('output', 'output_token_count');
const CACHE_READ = usageKeys('cacheRead', 'cached_content_token_count');
const REASONING = usageKeys('reasoning', 'thoughts_token_count');
const TOOL_PROMPT = usageKeys('input', 'tool_token_count');
const TOTAL = attributeKey('total_token_count');
const MODEL = attributeKey('model');
const RESPONSE_ID = attributeKey('response_id');
const AUTH_TYPE = attributeKey('auth_type');
const USER = attributeKey('user.email');

/** Log events of Gemini CLI and of Qwen Code, which was made of it. */
export const geminiCliEvents: Dialect = {
  id: DIALECT,
  mayComeFrom: isEventScope,
  matches: (_attributes, { name }) => name.startsWith(GEMINI_CLI) || name.startsWith(QWEN_CODE),
  classify,
};

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const usage = usageOf(readUsage(attributes), 'inclusive', missingUsageReason(identity, false));
  const own = readOwnLineage(attributes, '', '', attributes.string(USER));
  const rule = identity.name.endsWith('.api_error') ? 'gemini-cli-events.api-error' : 'gemini-cli-events.api-response';
  return chargeable(DIALECT, rule, 'model_request', RANK.logEvent, own, callOf(attributes, identity, usage));
}

/** Gemini counts thoughts and tool prompts beside the other counts; behind Qwen Code other APIs count thoughts as output. */
function readUsage(attributes: AttributeBag): UsageTotals {
  const totals = new UsageTotals();
  readKeys(totals, attributes, INPUT);
  addKeys(totals, attributes, TOOL_PROMPT);
  readKeys(totals, attributes, OUTPUT);
  readKeys(totals, attributes, CACHE_READ);
  readKeys(totals, attributes, REASONING);
  totals.isReasoningExtra = attributes.count(TOTAL) !== Math.max(totals.input, 0) + Math.max(totals.output, 0);
  return totals;
}

function callOf(attributes: AttributeBag, identity: SpanIdentity, usage: Usage): CallFacts {
  const signIn = attributes.string(AUTH_TYPE);
  return {
    provider: identity.name.startsWith(GEMINI_CLI) ? googleDoor(signIn) : otherDoor(signIn),
    requestModel: attributes.string(MODEL),
    responseModel: '',
    operation: 'chat',
    responseId: attributes.identifier(RESPONSE_ID),
    serviceTier: '',
    region: '',
    serverAddress: '',
    usage,
    reportedCost: undefined,
  };
}

/** As Gemini CLI names them itself: an API key is the Gemini API, any other sign-in goes through Google Cloud. */
function googleDoor(signIn: string): string {
  return signIn === '' || signIn === 'gemini-api-key' ? 'gcp.gemini' : 'gcp.vertex_ai';
}

/** `openai` is the API that is spoken; whose it is, the event does not say. */
function otherDoor(signIn: string): string {
  return signIn === 'openai' ? '' : canonicalProvider(signIn);
}
