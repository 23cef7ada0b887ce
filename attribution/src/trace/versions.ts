import type { DecodedSpan } from '../facts.ts';

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
  return false;
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
