import type { TwinRule } from '../calls/same-call.ts';
import type { Sighting, Twin } from '../calls/sighting.ts';
import type { CallFacts, MeterQuantity, OwnLineage, ResourceFacts, SpanRole } from '../facts.ts';
import type { SpanNode } from '../trace/trace.ts';

/**
 * What the ledger's `facts` column holds: what attribution needs to take a trace up again that the row's other columns do
 * not say (they say what was resolved, these what the span itself stated). Short keys, and left out where empty.
 */
export type RowFacts = {
  /** Rank. */
  readonly r: number;
  /** Process key. */
  readonly p: string;
  /** Role, where the row shows another (a repeated tool call). */
  readonly o?: SpanRole;
  /** The span's own lineage, the resource's, each without its empty fields. */
  readonly l?: Partial<OwnLineage>;
  readonly s?: Partial<OwnLineage>;
  readonly a?: 1;
  /** The span's own call facts, where the columns show the merged ones or none. */
  readonly c?: StoredCall;
  /** Where the columns show what several sightings know together: why that usage is assumed, '' where it is not. */
  readonly m?: string;
  /** The dialect's tool name. */
  readonly t?: string;
  readonly g?: readonly StoredMeter[];
  /** Twins in other traces. */
  readonly w?: readonly StoredTwin[];
};

/** A bigint as decimal text. */
type StoredMeter = readonly [meter: string, quantityNano: string, model?: string];
type StoredCall = Omit<CallFacts, 'usage' | 'reportedCost'> & {
  readonly none?: string;
  readonly meters?: readonly StoredMeter[];
  readonly assumed?: string;
  readonly source?: string;
  readonly reportedCost?: string;
};
export type StoredTwin = { readonly rule: TwinRule; readonly sighting: StoredSighting };
type StoredSighting = Omit<Sighting, 'startNs' | 'endNs' | 'call' | 'totals'> & {
  readonly startNs: string;
  readonly endNs: string;
  readonly call: StoredCall;
};

export function factsText(node: SpanNode): string {
  const { classification, resource } = node.span;
  if (ordinary(node)) {
    const own = noLineage(classification.own) ? '' : `,"l":${lineageText(classification.own)}`;
    return `${resourceText(resource, classification.rank)}${own}}`;
  }
  const facts: RowFacts = {
    r: classification.rank,
    p: resource.processKey,
    ...(classification.role === 'tool_call' ? { o: classification.role } : {}),
    ...optional('l', stated(classification.own)),
    ...optional('s', stated(resource.lineage)),
    ...(classification.remoteAgent ? { a: 1 as const } : {}),
    ...(classification.call === undefined ? {} : { c: storedCall(classification.call) }),
    ...optional('m', mergedAssumption(node)),
    ...(classification.toolName === '' ? {} : { t: classification.toolName }),
    ...(classification.aggregate.length === 0 ? {} : { g: storedMeters(classification.aggregate) }),
    ...(node.twins.length === 0 ? {} : { w: node.twins.map(storedTwin) }),
  };
  return JSON.stringify(facts);
}

/** Most spans state nothing but a lineage beyond their columns: carriers that show their own call, spans of no call. */
function ordinary(node: SpanNode): boolean {
  const { classification } = node.span;
  return (
    node.twins.length === 0 &&
    classification.aggregate.length === 0 &&
    !classification.remoteAgent &&
    (classification.role === 'tool_call'
      ? node.resolved?.suppression === undefined && classification.call === undefined
      : classification.toolName === '' && (classification.call === undefined || ownCallIsShown(node)))
  );
}

function ownCallIsShown(node: SpanNode): boolean {
  const state = node.resolved;
  const { call, role } = node.span.classification;
  return (
    (role === 'model_request' || role === 'api_call') &&
    state?.call === call &&
    state?.rated !== undefined &&
    state.rated.lines.length > 0 &&
    call?.usage.status === 'stated' &&
    call.usage.assumed === '' &&
    // A line of meter `request` reads as the price book's own fee, not as what the span stated.
    call.usage.meters.every(({ meter, model }) => model === undefined && meter !== 'request')
  );
}

function mergedAssumption({ span, resolved }: SpanNode): string | undefined {
  const call = resolved?.rated === undefined ? undefined : resolved.call;
  if (call === undefined || call === span.classification.call) return undefined;
  return call.usage.status === 'stated' ? call.usage.assumed : '';
}

/** The beginning of the JSON that all spans of a resource share; this runs for every row. */
function resourceText(resource: ResourceFacts, rank: number): string {
  let byRank = resourceTexts.get(resource);
  if (byRank === undefined) {
    byRank = new Map();
    resourceTexts.set(resource, byRank);
  }
  let text = byRank.get(rank);
  if (text === undefined) {
    const lineage = noLineage(resource.lineage) ? '' : `,"s":${lineageText(resource.lineage)}`;
    text = `{"r":${rank},"p":${JSON.stringify(resource.processKey)}${lineage}`;
    byRank.set(rank, text);
  }
  return text;
}

const resourceTexts = new WeakMap<ResourceFacts, Map<number, string>>();

function lineageText(own: OwnLineage): string {
  let text = '';
  if (own.sessionId !== '') text += `,"sessionId":${JSON.stringify(own.sessionId)}`;
  if (own.userId !== '') text += `,"userId":${JSON.stringify(own.userId)}`;
  if (own.team !== '') text += `,"team":${JSON.stringify(own.team)}`;
  if (own.project !== '') text += `,"project":${JSON.stringify(own.project)}`;
  if (own.agentName !== '') text += `,"agentName":${JSON.stringify(own.agentName)}`;
  if (own.environment !== '') text += `,"environment":${JSON.stringify(own.environment)}`;
  return `{${text.slice(1)}}`;
}

export function storedTwin({ rule, sighting }: Twin): StoredTwin {
  return { rule, sighting: storedSighting(sighting) };
}

function storedSighting(sighting: Sighting): StoredSighting {
  const { call, totals: _, startNs, endNs, ...rest } = sighting;
  return { ...rest, startNs: `${startNs}`, endNs: `${endNs}`, call: storedCall(call) };
}

function storedCall(call: CallFacts): StoredCall {
  const { usage, reportedCost, ...names } = call;
  return {
    ...names,
    ...(reportedCost === undefined ? {} : { reportedCost: `${reportedCost}` }),
    ...(usage.status === 'none'
      ? { none: usage.reason }
      : {
          meters: storedMeters(usage.meters),
          ...(usage.assumed === '' ? {} : { assumed: usage.assumed }),
          ...(usage.source === '' ? {} : { source: usage.source }),
        }),
  };
}

function storedMeters(meters: readonly MeterQuantity[]): StoredMeter[] {
  return meters.map(({ meter, quantityNano, model }) =>
    model === undefined ? [meter, `${quantityNano}`] : [meter, `${quantityNano}`, model],
  );
}

function noLineage(own: OwnLineage): boolean {
  return (
    own.sessionId === '' &&
    own.userId === '' &&
    own.team === '' &&
    own.project === '' &&
    own.agentName === '' &&
    own.environment === ''
  );
}

function stated(own: OwnLineage): Partial<OwnLineage> | undefined {
  const entries = Object.entries(own).filter(([, value]) => value !== '');
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
