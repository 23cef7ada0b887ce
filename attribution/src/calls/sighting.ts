import type { CallFacts, DecodedSpan, MeterQuantity } from '../facts.ts';
import type { TwinRule } from './same-call.ts';

/** One span's account of a physical call; several instrumentations may each give one of the same call. */
export type Sighting = {
  readonly traceId: string;
  readonly spanId: string;
  readonly rank: number;
  readonly scopeName: string;
  readonly processKey: string;
  /** As the span itself or its resource states it. */
  readonly sessionId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly failed: boolean;
  readonly call: CallFacts;
  /** All input and all output tokens, however an emitter splits them; undefined without usage. */
  readonly totals: UsageTotals | undefined;
  /** Models without vendor prefix and date, for comparing. */
  readonly models: readonly string[];
};

/** A sighting of the same call in another trace, and the rule that recognised it. */
export type Twin = { readonly sighting: Sighting; readonly rule: TwinRule };

export type UsageTotals = { readonly input: bigint; readonly output: bigint };

const STATUS_ERROR = 2;

export function sightingOf(span: DecodedSpan): Sighting | undefined {
  const { identity, classification, resource } = span;
  const { call } = classification;
  if (call === undefined || (classification.role !== 'model_request' && !classification.remoteAgent)) return undefined;
  return {
    traceId: identity.traceId,
    spanId: identity.spanId,
    rank: classification.rank,
    scopeName: identity.scopeName,
    processKey: resource.processKey,
    sessionId: classification.own.sessionId || resource.lineage.sessionId,
    startNs: identity.startNs,
    endNs: identity.endNs,
    failed: identity.statusCode === STATUS_ERROR,
    call,
    totals: call.usage.status === 'stated' ? totalsOf(call.usage.meters) : undefined,
    models: comparableModels(call),
  };
}

const OUTPUT_METERS: ReadonlySet<string> = new Set([
  'output',
  'reasoning',
  'audio_output',
  'image_output',
  'video_output',
]);
const INPUT_METERS: ReadonlySet<string> = new Set([
  'input',
  'cache_read',
  'cache_write',
  'cache_write_5m',
  'cache_write_30m',
  'cache_write_1h',
  'cache_write_12h',
  'audio_input',
  'image_input',
  'video_input',
  'audio_cache_read',
  'image_cache_read',
]);

export function isInputMeter(meter: string): boolean {
  return INPUT_METERS.has(meter);
}

export function isOutputMeter(meter: string): boolean {
  return OUTPUT_METERS.has(meter);
}

export function totalsOf(meters: readonly MeterQuantity[]): UsageTotals {
  let input = 0n;
  let output = 0n;
  for (const { meter, quantityNano, model } of meters) {
    // Another emitter hardly tells of what another model used.
    if (model !== undefined) continue;
    if (INPUT_METERS.has(meter)) input += quantityNano;
    else if (OUTPUT_METERS.has(meter)) output += quantityNano;
  }
  return { input, output };
}

const comparable = new Map<string, string>();
const COMPARABLE_BOUND = 4096;

function comparableModels(call: CallFacts): readonly string[] {
  const { requestModel, responseModel } = call;
  if (responseModel === '' || responseModel === requestModel)
    return requestModel === '' ? [] : [plainModel(requestModel)];
  return requestModel === '' ? [plainModel(responseModel)] : [plainModel(responseModel), plainModel(requestModel)];
}

/** `us.anthropic.claude-sonnet-4-5-20250929-v1:0` and `anthropic/claude-sonnet-4-5` are both `claude-sonnet-4-5`. */
function plainModel(model: string): string {
  let plain = comparable.get(model);
  if (plain === undefined) {
    const name = model.toLowerCase();
    plain = name
      .slice(name.lastIndexOf('/') + 1)
      .replace(/^(?:[a-z]+\.)+(?=[a-z])/, '')
      .replace(/(?:-v\d+(?::\d+)?)$/, '')
      .replace(/[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$/, '')
      .replace(/-latest$/, '');
    if (comparable.size >= COMPARABLE_BOUND) comparable.clear();
    comparable.set(model, plain);
  }
  return plain;
}
