import type { Sighting } from './sighting.ts';

/** Where a call was seen that may be the same as another. */
export type ClaimRef = { readonly tenant: string; readonly traceId: string; readonly spanId: string };

/** A claim also knows what rules out most others at once: its instrumentation and when it ran, in ms since 1970. */
type Claim = ClaimRef & {
  readonly scopeName: string;
  readonly processKey: string;
  readonly startMs: number;
  readonly endMs: number;
};

/** Coarser than the rule that decides in the end. */
const OVERLAP_SLACK_MS = 10;

/** Earlier claims looked at under one key; local servers repeat response ids, and equal usage is common. */
const MAX_PER_KEY = 16;
/** A call claims its response id and its usage. */
const KEYS_PER_CALL = 2;

/**
 * Where calls were seen lately, by response id and by usage within a process, so that a call that another trace tells of
 * too is found. Holds only hashes and places, about 150 bytes a call; what they stand for is looked up when a hash meets
 * another. Bounded by the number of calls; the oldest are forgotten first.
 */
export class ClaimIndex {
  private readonly capacity: number;
  private readonly newest = new Map<number, number>();
  private readonly refs: (Claim | undefined)[] = [];
  private readonly hashes: Float64Array;
  /** Per slot the slot of the claim before it with the same hash, -1 for none. */
  private readonly earlier: Int32Array;
  private next = 0;
  private used = 0;

  constructor(maxClaims: number) {
    this.capacity = maxClaims * KEYS_PER_CALL;
    this.hashes = new Float64Array(this.capacity);
    this.earlier = new Int32Array(this.capacity);
  }

  get size(): number {
    return Math.ceil(this.used / KEYS_PER_CALL);
  }

  /** Adds where a call was seen; returns the places in other traces that may tell of the same call. */
  add(ref: ClaimRef, sighting: Sighting): ClaimRef[] {
    const found: ClaimRef[] = [];
    const { responseId } = sighting.call;
    const claim = {
      ...ref,
      scopeName: sighting.scopeName,
      processKey: sighting.processKey,
      startMs: Number(sighting.startNs / NS_A_MS),
      endMs: Number(sighting.endNs / NS_A_MS),
    };
    if (responseId !== '') this.meet(hash(`r${ref.tenant}\n${responseId}`), claim, found);
    const { totals, processKey } = sighting;
    if (totals !== undefined && processKey !== '') {
      this.meet(hash(`u${ref.tenant}\n${processKey}\n${totals.input}\n${totals.output}`), claim, found);
    }
    return found;
  }

  private meet(key: number, claim: Claim, found: ClaimRef[]): void {
    const newest = this.newest.get(key) ?? -1;
    let slot = newest;
    for (let looked = 0; slot >= 0 && looked < MAX_PER_KEY && this.hashes[slot] === key; looked += 1) {
      const other = this.refs[slot];
      if (other !== undefined && mayBeTwins(other, claim)) found.push(other);
      const before = this.earlier[slot] as number;
      slot = before === slot ? -1 : before;
    }
    this.put(key, claim, newest);
  }

  /** Takes the next slot of the ring; the claim that stood there is forgotten, with all that came before it. */
  private put(key: number, claim: Claim, earlier: number): void {
    const slot = this.next;
    this.next = (slot + 1) % this.capacity;
    if (this.used < this.capacity) this.used += 1;
    else if (this.newest.get(this.hashes[slot] as number) === slot) this.newest.delete(this.hashes[slot] as number);
    this.refs[slot] = claim;
    this.hashes[slot] = key;
    this.earlier[slot] = earlier === slot ? -1 : earlier;
    this.newest.set(key, slot);
  }
}

const NS_A_MS = 1_000_000n;

function mayBeTwins(a: Claim, b: Claim): boolean {
  return (
    a.traceId !== b.traceId &&
    a.tenant === b.tenant &&
    (a.scopeName !== b.scopeName || a.processKey !== b.processKey) &&
    a.startMs <= b.endMs + OVERLAP_SLACK_MS &&
    b.startMs <= a.endMs + OVERLAP_SLACK_MS
  );
}

/** 52 bits of two FNV-like hashes, as an exact number. */
function hash(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul((low ^ code) + (low >>> 13), 0x85ebca6b);
  }
  return (high >>> 0) * 0x100000 + ((low ^ (low >>> 15)) >>> 12);
}
