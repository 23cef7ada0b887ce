import { ingestError } from '../errors.ts';
import { Int32Column } from './int32-column.ts';
import { ENVELOPE, MESSAGE } from './otlp-schema.ts';
import { REASONS_IN_ORDER, type RejectionReason } from './rejections.ts';
import { malformed, WIRE_TYPE, WireReader } from './wire-reader.ts';

/** `traces` and `logs` requests have the same three levels: groups (one resource each), scopes, leaves. */
export type CutSignal = 'traces' | 'logs';

/**
 * Groups, scopes and leaves of one request. A real one of 64 MiB has 100,000; millions of empty ones cost an attacker two
 * bytes each and would cost us twenty.
 */
const MAX_PARTS = 2_000_000;

/** Leaves with this fault are fine. Other faults are 1 + the index of their reason. */
export const NO_FAULT = 0;

/**
 * Where the parts of one request lie in its bytes: leaves (spans or log records) with their scope and group, and
 * "pieces", the bytes of groups and scopes around their children. All are offsets in columns that are reused.
 */
export class RequestIndex {
  readonly leafStart = new Int32Column();
  readonly leafEnd = new Int32Column();
  readonly leafScope = new Int32Column();
  readonly leafFault = new Int32Column();
  /** Offset of a valid trace id, or -1. */
  readonly leafTraceId = new Int32Column();

  readonly scopeGroup = new Int32Column();
  readonly scopeFault = new Int32Column();
  readonly scopeFirstLeaf = new Int32Column();
  readonly scopePieces = new PieceTable();

  readonly groupFault = new Int32Column();
  readonly groupFirstScope = new Int32Column();
  readonly groupPieces = new PieceTable();

  readonly topPieces = new PieceTable();

  readonly #reader = new WireReader();
  #signal: CutSignal = 'traces';
  #partCount = 0;

  /** Reads a whole request. Throws SPL_INGEST_MALFORMED when its structure is broken. */
  scan(bytes: Uint8Array, signal: CutSignal): void {
    this.#reset();
    this.#signal = signal;
    const reader = this.#reader;
    reader.open(bytes);
    try {
      this.topPieces.open();
      while (reader.at < bytes.length) {
        const start = reader.at;
        if (enterChild(reader, ENVELOPE.groups, bytes.length)) this.#scanGroup(reader.bodyEnd(bytes.length));
        else this.topPieces.add(start, reader.at);
      }
    } finally {
      reader.close();
    }
  }

  /** A leaf's own fault, or that of what it stands in. */
  faultOf(leaf: number): number {
    const own = this.leafFault.get(leaf);
    if (own !== NO_FAULT) return own;
    const scope = this.leafScope.get(leaf);
    return this.scopeFault.get(scope) || this.groupFault.get(this.scopeGroup.get(scope));
  }

  /** JSON path of a leaf, counted as in the request. */
  pathOf(leaf: number): string {
    const scope = this.leafScope.get(leaf);
    const group = this.scopeGroup.get(scope);
    const names = this.#signal === 'traces' ? ['Spans', 'spans'] : ['Logs', 'logRecords'];
    const scopeIndex = scope - this.groupFirstScope.get(group);
    const leafIndex = leaf - this.scopeFirstLeaf.get(scope);
    return `resource${names[0]}[${group}].scope${names[0]}[${scopeIndex}].${names[1]}[${leafIndex}]`;
  }

  #scanGroup(end: number): void {
    this.#countPart();
    const reader = this.#reader;
    const group = this.groupFault.length;
    this.groupFault.push(NO_FAULT);
    this.groupFirstScope.push(this.scopeGroup.length);
    this.groupPieces.open();
    while (reader.at < end) {
      const start = reader.at;
      if (enterChild(reader, ENVELOPE.scopes, end)) {
        this.#scanScope(reader.bodyEnd(end), group);
      } else {
        reader.at = start;
        const fault = this.#checkEnvelope(MESSAGE.resource, end);
        if (fault !== NO_FAULT) this.groupFault.set(group, fault);
        this.groupPieces.add(start, reader.at);
      }
    }
  }

  #scanScope(end: number, group: number): void {
    this.#countPart();
    const reader = this.#reader;
    const scope = this.scopeGroup.length;
    this.scopeGroup.push(group);
    this.scopeFault.push(NO_FAULT);
    this.scopeFirstLeaf.push(this.leafStart.length);
    this.scopePieces.open();
    while (reader.at < end) {
      const start = reader.at;
      if (enterChild(reader, ENVELOPE.leaves, end)) {
        const leafEnd = reader.bodyEnd(end);
        this.#scanLeaf(start, leafEnd, scope);
      } else {
        reader.at = start;
        const fault = this.#checkEnvelope(MESSAGE.scope, end);
        if (fault !== NO_FAULT) this.scopeFault.set(scope, fault);
        this.scopePieces.add(start, reader.at);
      }
    }
  }

  #scanLeaf(start: number, end: number, scope: number): void {
    this.#countPart();
    const reader = this.#reader;
    reader.clearFlags();
    reader.checkMessage(this.#signal === 'traces' ? MESSAGE.span : MESSAGE.logRecord, end, 0);
    const hasTrace = reader.traceIdLength === 16 && !isZero(reader.bytes, reader.traceIdAt, 16);
    this.leafStart.push(start);
    this.leafEnd.push(end);
    this.leafScope.push(scope);
    this.leafTraceId.push(hasTrace ? reader.traceIdAt : -1);
    this.leafFault.push(this.#signal === 'traces' ? spanFault(reader, hasTrace) : flagFault(reader));
  }

  /** One field of a group or scope that is no child: the resource or scope message, its schema URL, or unknown. */
  #checkEnvelope(message: number, end: number): number {
    const reader = this.#reader;
    const tag = reader.tag(end);
    const field = Math.floor(tag / 8);
    if (field !== ENVELOPE.resource && field !== ENVELOPE.schemaUrl) {
      reader.skip(tag & 7, end);
      return NO_FAULT;
    }
    if ((tag & 7) !== WIRE_TYPE.length)
      throw malformed(reader.at, `field ${field} has wire type ${tag & 7}, expected 2`);
    const fieldEnd = reader.bodyEnd(end);
    reader.clearFlags();
    if (field === ENVELOPE.resource) reader.checkMessage(message, fieldEnd, 0);
    else reader.checkString(fieldEnd);
    return flagFault(reader);
  }

  #countPart(): void {
    this.#partCount += 1;
    if (this.#partCount > MAX_PARTS) {
      throw ingestError(
        'SPL_INGEST_TOO_LARGE',
        `The request has more than ${MAX_PARTS} resources, scopes and spans or log records. Send smaller batches.`,
      );
    }
  }

  #reset(): void {
    this.#partCount = 0;
    for (const column of [this.leafStart, this.leafEnd, this.leafScope, this.leafFault, this.leafTraceId])
      column.reset();
    for (const column of [this.scopeGroup, this.scopeFault, this.scopeFirstLeaf]) column.reset();
    for (const column of [this.groupFault, this.groupFirstScope]) column.reset();
    for (const table of [this.scopePieces, this.groupPieces, this.topPieces]) table.reset();
  }
}

/** Per owner (a group or scope, in order) a list of byte ranges; ranges that touch are one. */
class PieceTable {
  readonly #first = new Int32Column();
  readonly #size = new Int32Column();
  readonly #start = new Int32Column();
  readonly #end = new Int32Column();

  open(): void {
    this.#first.push(this.#start.length);
    this.#size.push(0);
  }

  /** Adds a range to the owner opened last. */
  add(start: number, end: number): void {
    const owner = this.#first.length - 1;
    const last = this.#start.length - 1;
    this.#size.set(owner, this.#size.get(owner) + end - start);
    if (last >= this.#first.get(owner) && this.#end.get(last) === start) this.#end.set(last, end);
    else {
      this.#start.push(start);
      this.#end.push(end);
    }
  }

  sizeOf(owner: number): number {
    return this.#size.get(owner);
  }

  /** Copies an owner's pieces; returns the offset behind them. */
  copy(owner: number, source: Buffer, target: Buffer, targetStart: number): number {
    let at = targetStart;
    for (let piece = this.#first.get(owner); piece < this.#pieceEnd(owner); piece++) {
      at += source.copy(target, at, this.#start.get(piece), this.#end.get(piece));
    }
    return at;
  }

  /** The owner's first piece as [start, end); empty when it has none. */
  firstPiece(owner: number): readonly [number, number] {
    const piece = this.#first.get(owner);
    return piece < this.#pieceEnd(owner) ? [this.#start.get(piece), this.#end.get(piece)] : [0, 0];
  }

  reset(): void {
    for (const column of [this.#first, this.#size, this.#start, this.#end]) column.reset();
  }

  #pieceEnd(owner: number): number {
    return owner + 1 < this.#first.length ? this.#first.get(owner + 1) : this.#start.length;
  }
}

/** The number that stands for a reason in a column of faults. */
export const FAULT = Object.fromEntries(REASONS_IN_ORDER.map((reason, index) => [reason, index + 1])) as Record<
  RejectionReason,
  number
>;

/** Reads a tag: true when the child `field` follows, which the caller reads; otherwise passes over the field. */
function enterChild(reader: WireReader, field: number, end: number): boolean {
  const tag = reader.tag(end);
  if (tag === field * 8 + WIRE_TYPE.length) return true;
  if (Math.floor(tag / 8) === field) throw malformed(reader.at, `field ${field} has wire type ${tag & 7}, expected 2`);
  reader.skip(tag & 7, end);
  return false;
}

function spanFault(reader: WireReader, hasTrace: boolean): number {
  if (reader.traceIdLength !== 16) return FAULT.trace_id_length;
  if (!hasTrace) return FAULT.trace_id_zero;
  if (reader.spanIdLength !== 8) return FAULT.span_id_length;
  if (isZero(reader.bytes, reader.spanIdAt, 8)) return FAULT.span_id_zero;
  if (reader.parentIdLength > 0 && reader.parentIdLength !== 8) return FAULT.parent_span_id_length;
  return flagFault(reader);
}

function flagFault(reader: WireReader): number {
  if (reader.sawInvalidUtf8) return FAULT.invalid_utf8;
  return reader.sawDeepNesting ? FAULT.too_deep : NO_FAULT;
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let index = at; index < at + length; index++) if (bytes[index] !== 0) return false;
  return true;
}
