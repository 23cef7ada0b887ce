import type { Slice } from './cut-request.ts';
import { Int32Column } from './int32-column.ts';
import { ENVELOPE } from './otlp-schema.ts';
import type { RequestIndex } from './request-index.ts';
import { WIRE_TYPE } from './wire-reader.ts';

/** A tag of one byte and a length of at most five. */
const MAX_FRAME_BYTES = 6;

const GROUP_TAG = ENVELOPE.groups * 8 + WIRE_TYPE.length;
const SCOPE_TAG = ENVELOPE.scopes * 8 + WIRE_TYPE.length;

/** The most that a record needs around one leaf, in bytes. */
export function envelopeSize(index: RequestIndex, leaf: number): number {
  const scope = index.leafScope.get(leaf);
  const pieces = index.scopePieces.sizeOf(scope) + index.groupPieces.sizeOf(index.scopeGroup.get(scope));
  return index.topPieces.sizeOf(0) + pieces + 2 * MAX_FRAME_BYTES;
}

/**
 * Writes the leaves of an index, ordered by partition, as requests of their own: one record per partition, or
 * several where one would exceed the record limit. Plan first, then write: sizes are known before a byte is copied.
 */
export class SliceWriter {
  totalBytes = 0;
  readonly #index: RequestIndex;
  readonly #partitions: Int32Column;
  /** Leaves in the order of their partitions. */
  readonly #order = new Int32Column();
  readonly #partitionEnds = new Int32Column();
  readonly #recordStart = new Int32Column();
  readonly #recordEnd = new Int32Column();

  constructor(index: RequestIndex, partitions: Int32Column) {
    this.#index = index;
    this.#partitions = partitions;
  }

  /** Decides which leaves go into which record. Leaves of partition -1 are left out. */
  plan(partitionCount: number, maxRecordBytes: number): void {
    this.#sortByPartition(partitionCount);
    this.#recordStart.reset();
    this.#recordEnd.reset();
    this.totalBytes = 0;
    let from = 0;
    for (let partition = 0; partition < partitionCount; partition++) {
      const end = this.#partitionEnds.get(partition);
      while (from < end) {
        const to = this.#recordEndFrom(from, end, maxRecordBytes);
        const size = this.#index.topPieces.sizeOf(0) + this.#groupsSize(from, to);
        this.#recordStart.push(from);
        this.#recordEnd.push(to);
        this.totalBytes += size;
        from = to;
      }
    }
  }

  /** Copies the planned records out of `source` into `target`, of `totalBytes`; the slices are views of it. */
  write(source: Buffer, target: Buffer): Slice[] {
    const slices: Slice[] = [];
    let at = 0;
    for (let record = 0; record < this.#recordStart.length; record++) {
      const start = at;
      const first = this.#recordStart.get(record);
      at = this.#index.topPieces.copy(0, source, target, at);
      at = this.#writeGroups(source, target, at, first, this.#recordEnd.get(record));
      slices.push({ partition: this.#partitions.get(this.#order.get(first)), value: target.subarray(start, at) });
    }
    return slices;
  }

  /** Counting sort: stable, so that leaves of one scope stay together. */
  #sortByPartition(partitionCount: number): void {
    const partitions = this.#partitions;
    const ends = this.#partitionEnds;
    ends.reset(partitionCount);
    let taken = 0;
    for (let leaf = 0; leaf < partitions.length; leaf++) {
      const partition = partitions.get(leaf);
      if (partition < 0) continue;
      ends.set(partition, ends.get(partition) + 1);
      taken += 1;
    }
    let start = 0;
    for (let partition = 0; partition < partitionCount; partition++) {
      const count = ends.get(partition);
      ends.set(partition, start);
      start += count;
    }
    this.#order.reset(taken);
    for (let leaf = 0; leaf < partitions.length; leaf++) {
      const partition = partitions.get(leaf);
      if (partition < 0) continue;
      const place = ends.get(partition);
      this.#order.set(place, leaf);
      ends.set(partition, place + 1);
    }
  }

  #recordEndFrom(from: number, end: number, maxBytes: number): number {
    const index = this.#index;
    let size = index.topPieces.sizeOf(0);
    let scope = -1;
    let group = -1;
    for (let place = from; place < end; place++) {
      const leaf = this.#order.get(place);
      size += index.leafEnd.get(leaf) - index.leafStart.get(leaf);
      if (index.leafScope.get(leaf) !== scope) {
        scope = index.leafScope.get(leaf);
        size += index.scopePieces.sizeOf(scope) + MAX_FRAME_BYTES;
      }
      if (index.scopeGroup.get(scope) !== group) {
        group = index.scopeGroup.get(scope);
        size += index.groupPieces.sizeOf(group) + MAX_FRAME_BYTES;
      }
      if (size > maxBytes && place > from) return place;
    }
    return end;
  }

  #writeGroups(source: Buffer, target: Buffer, start: number, from: number, to: number): number {
    let at = start;
    for (let place = from; place < to; ) {
      const group = this.#groupAt(place);
      const end = this.#groupEnd(place, to);
      target[at] = GROUP_TAG;
      at = writeLength(target, at + 1, this.#groupSize(place, end));
      at = this.#index.groupPieces.copy(group, source, target, at);
      at = this.#writeScopes(source, target, at, place, end);
      place = end;
    }
    return at;
  }

  #writeScopes(source: Buffer, target: Buffer, start: number, from: number, to: number): number {
    let at = start;
    for (let place = from; place < to; ) {
      const end = this.#scopeEnd(place, to);
      target[at] = SCOPE_TAG;
      at = writeLength(target, at + 1, this.#scopeSize(place, end));
      at = this.#index.scopePieces.copy(this.#scopeAt(place), source, target, at);
      at = this.#copyLeaves(source, target, at, place, end);
      place = end;
    }
    return at;
  }

  /** Leaves that lie side by side in the source are copied at once. */
  #copyLeaves(source: Buffer, target: Buffer, start: number, from: number, to: number): number {
    const { leafStart, leafEnd } = this.#index;
    let at = start;
    let runStart = leafStart.get(this.#order.get(from));
    let runEnd = runStart;
    for (let place = from; place < to; place++) {
      const leaf = this.#order.get(place);
      if (leafStart.get(leaf) !== runEnd) {
        at += source.copy(target, at, runStart, runEnd);
        runStart = leafStart.get(leaf);
      }
      runEnd = leafEnd.get(leaf);
    }
    return at + source.copy(target, at, runStart, runEnd);
  }

  #groupsSize(from: number, to: number): number {
    let size = 0;
    for (let place = from; place < to; ) {
      const end = this.#groupEnd(place, to);
      size += framed(this.#groupSize(place, end));
      place = end;
    }
    return size;
  }

  #groupSize(from: number, to: number): number {
    let size = this.#index.groupPieces.sizeOf(this.#groupAt(from));
    for (let place = from; place < to; ) {
      const end = this.#scopeEnd(place, to);
      size += framed(this.#scopeSize(place, end));
      place = end;
    }
    return size;
  }

  #scopeSize(from: number, to: number): number {
    const { leafStart, leafEnd } = this.#index;
    let size = this.#index.scopePieces.sizeOf(this.#scopeAt(from));
    for (let place = from; place < to; place++) {
      const leaf = this.#order.get(place);
      size += leafEnd.get(leaf) - leafStart.get(leaf);
    }
    return size;
  }

  #groupEnd(from: number, to: number): number {
    const group = this.#groupAt(from);
    let place = from + 1;
    while (place < to && this.#groupAt(place) === group) place += 1;
    return place;
  }

  #scopeEnd(from: number, to: number): number {
    const scope = this.#scopeAt(from);
    let place = from + 1;
    while (place < to && this.#scopeAt(place) === scope) place += 1;
    return place;
  }

  #scopeAt(place: number): number {
    return this.#index.leafScope.get(this.#order.get(place));
  }

  #groupAt(place: number): number {
    return this.#index.scopeGroup.get(this.#scopeAt(place));
  }
}

function framed(bodyBytes: number): number {
  return 1 + lengthSize(bodyBytes) + bodyBytes;
}

function lengthSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) size += 1;
  return size;
}

function writeLength(target: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
  return at;
}
