import { METERS, type Meter } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, attributeKey, spellings } from '../decode/attribute-keys.ts';
import type { CallFacts, Classification, MeterQuantity, SpanIdentity, Usage } from '../facts.ts';
import { chargeable, toolCall } from './classification.ts';
import type { Dialect } from './dialect.ts';
import { genAiCall, genAiProvider } from './gen-ai-call.ts';
import { genAiOperation } from './gen-ai-role.ts';
import { nanoOfText } from './nano-of-text.ts';
import { readOwnLineage } from './own-lineage.ts';
import { RANK } from './rank.ts';
import { missingUsageReason } from './usage.ts';

const DIALECT = 'spanledger@1';
const PREFIX = 'spanledger.usage.';

/** Every meter but the mark of a call without usage. */
const METER_NAMES = (Object.keys(METERS) as Meter[]).filter((meter) => meter !== 'unknown');
const KEYS: readonly (readonly [Meter, AttributeKey])[] = METER_NAMES.map((meter) => [
  meter,
  attributeKey(PREFIX + meter),
]);
const ANY = spellings(...METER_NAMES.map((meter) => PREFIX + meter));
/** Meters of what is no model: what has only these is an API call, or compute. */
const NO_MODEL: ReadonlySet<Meter> = new Set([
  ...(['api_call', 'gpu_second', 'cpu_second', 'memory_gib_second', 'network_gib', 'request'] as const),
]);
const SOURCE = 'spanledger.usage.*';
const TOOL_NAME = attributeKey('gen_ai.tool.name');
const TOOL_CALL_ID = attributeKey('gen_ai.tool.call.id');
/** The kind of machine or GPU, by which compute is priced. */
const KINDS = spellings('hw.model', 'hw.name', 'host.type');
const CLOUD = attributeKey('cloud.provider');
const CLOUD_REGION = attributeKey('cloud.region');

/**
 * Spans that state their usage in our own words: `spanledger.usage.<meter>`, quantities that do not overlap and need no
 * interpretation, beside OpenTelemetry's names of model and provider. Nobody's numbers are believed before these.
 */
export const spanledger: Dialect = { id: DIALECT, matches: (attributes) => attributes.hasAny(ANY), classify };

function classify(attributes: AttributeBag, identity: SpanIdentity): Classification {
  const usage = readUsage(attributes, identity);
  const call = genAiCall(attributes, genAiOperation(attributes), genAiProvider(attributes), usage);
  const own = readOwnLineage(attributes);
  const isModel = call.requestModel !== '' || call.responseModel !== '' || !hasOnly(usage, NO_MODEL);
  if (isModel) return chargeable(DIALECT, 'spanledger.model-request', 'model_request', RANK.own, own, call);
  const used = machineCall(attributes, call);
  const toolName = attributes.string(TOOL_NAME);
  // A tool call that tells what it used stays one: what lies beneath it is its own.
  if (toolName !== '')
    return {
      ...toolCall(DIALECT, 'spanledger.tool-call', own, toolName, attributes.identifier(TOOL_CALL_ID)),
      call: used,
    };
  return chargeable(DIALECT, 'spanledger.api-call', 'api_call', RANK.none, own, used);
}

/** What ran: the machine's kind stands where a model's name does, its cloud where the provider does. */
function machineCall(attributes: AttributeBag, call: CallFacts): CallFacts {
  return {
    ...call,
    provider: call.provider || attributes.string(CLOUD),
    requestModel: attributes.firstString(KINDS),
    region: call.region || attributes.string(CLOUD_REGION),
  };
}

function readUsage(attributes: AttributeBag, identity: SpanIdentity): Usage {
  const meters: MeterQuantity[] = [];
  for (const [meter, key] of KEYS) {
    if (!attributes.has(key)) continue;
    const text = attributes.string(key);
    const quantityNano = nanoOfText(text);
    if (quantityNano === undefined) {
      const reason = `unusable_quantity: ${PREFIX}${meter} is ${JSON.stringify(text.slice(0, 40))}, not from 0 to 10^15`;
      return { status: 'none', reason };
    }
    if (quantityNano > 0n) meters.push({ meter, quantityNano });
  }
  if (meters.length > 0) return { status: 'stated', meters, assumed: '', source: SOURCE };
  const missing = missingUsageReason(identity, false);
  return { status: 'none', reason: missing === 'request_failed' ? missing : 'zero_usage' };
}

function hasOnly(usage: Usage, meters: ReadonlySet<Meter>): boolean {
  return usage.status === 'stated' && usage.meters.every(({ meter }) => meters.has(meter));
}
