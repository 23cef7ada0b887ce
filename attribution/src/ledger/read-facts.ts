import type { Meter, Picodollars } from '@spanledger/schemas';
import { type Twin, totalsOf } from '../calls/sighting.ts';
import type { CallFacts, MeterQuantity, OwnLineage } from '../facts.ts';
import type { RowFacts, StoredTwin } from './row-facts.ts';

const NO_LINEAGE: OwnLineage = Object.freeze({
  sessionId: '',
  userId: '',
  team: '',
  project: '',
  agentName: '',
  environment: '',
});

/** Our own writing read back; a row that another version wrote otherwise is an error that names the column. */
export function readFacts(text: string): RowFacts {
  return JSON.parse(text) as RowFacts;
}

export function readLineage(stored: Partial<OwnLineage> | undefined): OwnLineage {
  return stored === undefined ? NO_LINEAGE : { ...NO_LINEAGE, ...stored };
}

export function readCall(stored: NonNullable<RowFacts['c']>): CallFacts {
  const { none, meters, assumed, source, reportedCost, ...names } = stored;
  return {
    ...names,
    reportedCost: reportedCost === undefined ? undefined : (BigInt(reportedCost) as Picodollars),
    usage:
      none === undefined
        ? { status: 'stated', meters: readMeters(meters ?? []), assumed: assumed ?? '', source: source ?? '' }
        : { status: 'none', reason: none },
  };
}

export function readMeters(stored: readonly (readonly [string, string, string?])[]): MeterQuantity[] {
  return stored.map(([meter, quantity, model]) => ({
    meter: meter as Meter,
    quantityNano: BigInt(quantity),
    ...(model === undefined ? {} : { model }),
  }));
}

export function readTwin({ rule, sighting: stored }: StoredTwin): Twin {
  const call = readCall(stored.call);
  const sighting = {
    ...stored,
    startNs: BigInt(stored.startNs),
    endNs: BigInt(stored.endNs),
    call,
    totals: call.usage.status === 'stated' ? totalsOf(call.usage.meters) : undefined,
  };
  return { rule, sighting };
}
