/** The minutes (since 1970) in which a trace's spans start, as far as the ledger has them. */
export type TraceMinutes = { readonly first: number; readonly last: number };

const INITIAL_SLOTS = 1 << 12;
const FIELDS = 4;
const MAX_LOAD = 0.7;

/**
 * Which traces the ledger holds, and in which minutes: what is not here is new and needs no look into the ledger, what is
 * here is found by the ledger's key. Traces are kept by a 64-bit hash, 16 bytes each, in two generations of at most
 * `maxTraces`; when the second is full the older one is forgotten and `complete` turns false: from then on absence
 * proves nothing.
 */
export class TraceDirectory {
  /** Whether a trace that is not here is surely not in the ledger. */
  complete: boolean;
  private readonly maxTraces: number;
  private current = new Generation();
  private previous: Generation | undefined;

  constructor(options: { maxTraces: number; complete: boolean }) {
    this.maxTraces = options.maxTraces;
    this.complete = options.complete;
  }

  get size(): number {
    return this.current.count + (this.previous?.count ?? 0);
  }

  find(tenant: string, traceId: string): TraceMinutes | undefined {
    const [high, low] = hash(tenant, traceId);
    const newer = this.current.find(high, low);
    const older = this.previous?.find(high, low);
    if (newer === undefined || older === undefined) return newer ?? older;
    return { first: Math.min(newer.first, older.first), last: Math.max(newer.last, older.last) };
  }

  /** Widens a trace's minutes by one in which a span of it starts. */
  add(tenant: string, traceId: string, minute: number): void {
    const [high, low] = hash(tenant, traceId);
    if (this.current.add(high, low, minute)) this.carryOver(high, low);
    if (this.current.count < this.maxTraces) return;
    if (this.previous !== undefined) this.complete = false;
    this.previous = this.current;
    this.current = new Generation();
  }

  /** A trace that goes on keeps its older minutes when the older generation is forgotten. */
  private carryOver(high: number, low: number): void {
    const older = this.previous?.find(high, low);
    if (older === undefined) return;
    this.current.add(high, low, older.first);
    this.current.add(high, low, older.last);
  }
}

/** Open addressing over four 32-bit fields a slot: hash high, hash low, first minute, last minute (0: free). */
class Generation {
  count = 0;
  private slots = new Uint32Array(INITIAL_SLOTS * FIELDS);

  find(high: number, low: number): TraceMinutes | undefined {
    const at = this.slot(high, low);
    const last = this.slots[at + 3] as number;
    return last === 0 ? undefined : { first: this.slots[at + 2] as number, last };
  }

  /** Returns whether the trace was not here before. */
  add(high: number, low: number, minute: number): boolean {
    const at = this.slot(high, low);
    const { slots } = this;
    if (slots[at + 3] === 0) {
      this.count += 1;
      slots[at] = high;
      slots[at + 1] = low;
      slots[at + 2] = minute;
      slots[at + 3] = minute;
      if (this.count * FIELDS > slots.length * MAX_LOAD) this.grow();
      return true;
    }
    if (minute < (slots[at + 2] as number)) slots[at + 2] = minute;
    if (minute > (slots[at + 3] as number)) slots[at + 3] = minute;
    return false;
  }

  private slot(high: number, low: number): number {
    const { slots } = this;
    const mask = slots.length / FIELDS - 1;
    let index = low & mask;
    for (;;) {
      const at = index * FIELDS;
      if (slots[at + 3] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
      index = (index + 1) & mask;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += FIELDS) {
      if (old[at + 3] === 0) continue;
      this.slots.set(old.subarray(at, at + FIELDS), this.slot(old[at] as number, old[at + 1] as number));
    }
  }
}

/** Two independent FNV-like hashes; trace ids are random, tenants few. */
function hash(tenant: string, traceId: string): readonly [high: number, low: number] {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let index = 0; index < tenant.length; index += 1) {
    high = Math.imul(high ^ tenant.charCodeAt(index), 0x01000193);
    low = Math.imul(low ^ tenant.charCodeAt(index), 0x85ebca6b);
  }
  for (let index = 0; index < traceId.length; index += 1) {
    const code = traceId.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul((low ^ code) + (low >>> 15), 0x85ebca6b);
  }
  return [(high ^ (high >>> 16)) >>> 0, (low ^ (low >>> 13)) >>> 0];
}
