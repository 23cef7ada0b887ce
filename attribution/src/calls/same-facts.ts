import type { CallFacts, MeterQuantity, Usage } from '../facts.ts';

/** Whether two accounts of a call would be charged the same, wherever their usage was read from. */
export function sameCallFacts(a: CallFacts, b: CallFacts): boolean {
  return (
    a === b ||
    (a.provider === b.provider &&
      a.requestModel === b.requestModel &&
      a.responseModel === b.responseModel &&
      a.operation === b.operation &&
      a.responseId === b.responseId &&
      a.serviceTier === b.serviceTier &&
      a.region === b.region &&
      a.serverAddress === b.serverAddress &&
      a.reportedCost === b.reportedCost &&
      sameUsage(a.usage, b.usage))
  );
}

export function sameUsageSource(a: Usage, b: Usage): boolean {
  return a.status === 'none' || b.status === 'none' || a.source === b.source;
}

function sameUsage(a: Usage, b: Usage): boolean {
  if (a.status === 'none' || b.status === 'none') {
    return a.status === 'none' && b.status === 'none' && a.reason === b.reason;
  }
  return a.assumed === b.assumed && sameMeters(a.meters, b.meters);
}

/** Whether two usages have the same quantities, whatever the order of their meters; a quantity of 0 is none. */
function sameMeters(a: readonly MeterQuantity[], b: readonly MeterQuantity[]): boolean {
  return a === b || (within(a, b) && within(b, a));
}

function within(a: readonly MeterQuantity[], b: readonly MeterQuantity[]): boolean {
  return a.every(
    ({ meter, quantityNano }) =>
      quantityNano === 0n || b.some((other) => other.meter === meter && other.quantityNano === quantityNano),
  );
}
