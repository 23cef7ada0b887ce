import type { CallFacts, DecodedSpan, MeterQuantity, OwnLineage } from '../facts.ts';

/**
 * Whether `candidate` replaces `known` as the version of one span that came twice with other content. The order is over
 * what the versions say, never over arrival, so that any delivery order gives the same ledger: a version that states
 * usage beats one that does not, then the later end, the larger usage, the larger span, the greater text.
 */
export function newerVersion(candidate: DecodedSpan, known: DecodedSpan): boolean {
  if (candidate === known) return false;
  const byUsage = Number(statesUsage(candidate)) - Number(statesUsage(known));
  if (byUsage !== 0) return byUsage > 0;
  if (candidate.identity.endNs !== known.identity.endNs) return candidate.identity.endNs > known.identity.endNs;
  const [more, less] = [quantity(candidate), quantity(known)];
  if (more !== less) return more > less;
  if (candidate.identity.sizeBytes !== known.identity.sizeBytes) {
    return candidate.identity.sizeBytes > known.identity.sizeBytes;
  }
  if (candidate.identity.startNs !== known.identity.startNs) return candidate.identity.startNs < known.identity.startNs;
  return textOf(candidate) > textOf(known);
}

function statesUsage(span: DecodedSpan): boolean {
  return span.classification.call?.usage.status === 'stated';
}

function quantity(span: DecodedSpan): bigint {
  const usage = span.classification.call?.usage;
  if (usage === undefined || usage.status !== 'stated') return 0n;
  let sum = 0n;
  for (const { quantityNano } of usage.meters) sum += quantityNano;
  return sum;
}

/**
 * All else that a version says, as one text: an arbitrary but fixed order. Only what a row of the ledger keeps, so that a
 * span read back from there is the same version as the one that was written.
 */
function textOf({ identity, resource, classification }: DecodedSpan): string {
  const { parentSpanId, name, otlpKind, statusCode, statusMessage, scopeName, scopeVersion } = identity;
  const { rule, role, rank, own, call, aggregate, toolName, toolCallId } = classification;
  const text = [
    ...[parentSpanId, name, otlpKind, statusCode, statusMessage, scopeName, scopeVersion],
    ...[rule, role, rank, lineageText(own), callText(call), metersText(aggregate), toolName, toolCallId],
    ...[resource.serviceName, resource.processKey, lineageText(resource.lineage)],
  ];
  return text.join('\n');
}

function lineageText(own: OwnLineage): string {
  return [own.sessionId, own.userId, own.team, own.project, own.agentName, own.environment].join('\n');
}

function callText(call: CallFacts | undefined): string {
  if (call === undefined) return '';
  const { usage, reportedCost } = call;
  const used =
    usage.status === 'stated' ? `${usage.assumed}\n${usage.source}\n${metersText(usage.meters)}` : usage.reason;
  const names = [call.provider, call.requestModel, call.responseModel, call.operation, call.responseId];
  return [...names, call.serviceTier, call.region, call.serverAddress, reportedCost ?? '', used].join('\n');
}

function metersText(meters: readonly MeterQuantity[]): string {
  const used = meters.filter(({ quantityNano }) => quantityNano !== 0n);
  return used.map(({ meter, quantityNano }) => `${meter} ${quantityNano}`).join('\n');
}
