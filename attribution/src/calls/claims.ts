import { sameCall, type TwinRule } from './same-call.ts';
import type { Sighting, Twin } from './sighting.ts';

/** A sighting in its trace, as it waits for twins in other traces. */
export type Claim = {
  readonly tenant: string;
  readonly partition: number;
  readonly sighting: Sighting;
  /** Twins found so far; a call has at most one sighting per instrumentation. */
  readonly twins: Twin[];
};

/** Two claims of one physical call in different traces. */
export type ClaimPair = { readonly a: Claim; readonly b: Claim; readonly rule: TwinRule };

/** Claims looked at under one key; local servers repeat response ids, and equal usage is common. */
const MAX_PER_KEY = 16;

/**
 * The calls seen lately, by response id and by usage within a process, so that a call that another trace tells of too is
 * found. Bounded by the number of calls; the oldest are forgotten first.
 */
export class ClaimIndex {
  private readonly byKey = new Map<string, Claim[]>();
  private readonly order: Claim[] = [];
  private oldest = 0;
  private readonly maxClaims: number;

  constructor(maxClaims: number) {
    this.maxClaims = maxClaims;
  }

  get size(): number {
    return this.order.length - this.oldest;
  }

  /** Adds a sighting and returns the pairs that it makes with sightings in other traces. */
  add(tenant: string, partition: number, sighting: Sighting, known: readonly Twin[]): ClaimPair[] {
    const claim: Claim = { tenant, partition, sighting, twins: [...known] };
    const pairs: ClaimPair[] = [];
    for (const key of keysOf(claim)) this.meet(claim, key, pairs);
    this.order.push(claim);
    if (this.size > this.maxClaims) this.forgetOldest();
    return pairs;
  }

  private meet(claim: Claim, key: string, pairs: ClaimPair[]): void {
    const others = this.byKey.get(key);
    if (others === undefined) {
      this.byKey.set(key, [claim]);
      return;
    }
    for (const other of others) {
      const rule = twinsAcrossTraces(claim, other);
      if (rule === undefined) continue;
      claim.twins.push({ sighting: other.sighting, rule });
      other.twins.push({ sighting: claim.sighting, rule });
      pairs.push({ a: claim, b: other, rule });
    }
    if (others.length >= MAX_PER_KEY) others.shift();
    others.push(claim);
  }

  private forgetOldest(): void {
    const claim = this.order[this.oldest] as Claim;
    this.oldest += 1;
    for (const key of keysOf(claim)) {
      const claims = this.byKey.get(key);
      const index = claims?.indexOf(claim) ?? -1;
      if (claims === undefined || index < 0) continue;
      if (claims.length === 1) this.byKey.delete(key);
      else claims.splice(index, 1);
    }
    if (this.oldest < COMPACT_AFTER) return;
    this.order.splice(0, this.oldest);
    this.oldest = 0;
  }
}

const COMPACT_AFTER = 8192;

function twinsAcrossTraces(a: Claim, b: Claim): TwinRule | undefined {
  const [one, other] = [a.sighting, b.sighting];
  if (one.traceId === other.traceId) return undefined;
  if (hasInstrumentation(a, other.scopeName) || hasInstrumentation(b, one.scopeName)) return undefined;
  return sameCall(one, other);
}

function hasInstrumentation(claim: Claim, scopeName: string): boolean {
  return claim.twins.some((twin) => twin.sighting.scopeName === scopeName);
}

function keysOf({ tenant, sighting }: Claim): string[] {
  const keys: string[] = [];
  const { responseId } = sighting.call;
  if (responseId !== '') keys.push(`r\n${tenant}\n${responseId}`);
  if (sighting.totals !== undefined) {
    keys.push(`u\n${tenant}\n${sighting.processKey}\n${sighting.totals.input}\n${sighting.totals.output}`);
  }
  return keys;
}
