import { isUtf8 } from 'node:buffer';
import { ingestError } from '../errors.ts';
import { FIELD_KIND, FIELD_KINDS, FIELDS_PER_MESSAGE, MESSAGE } from './otlp-schema.ts';
import { isAscii, isPlainAttribute, type Words, wordsOf } from './plain-attribute.ts';

export const WIRE_TYPE = { varint: 0, fixed64: 1, length: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Nesting of messages inside a span or log record; protobuf implementations stop at 100 counted from the request. */
export const MAX_NESTING = 64;

const ATTRIBUTE = FIELD_KIND.message + MESSAGE.keyValue;
/** Kinds above this one are messages. */
const ANY_ID = FIELD_KIND.parentSpanId;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/**
 * Walks protobuf bytes without building objects. Broken structure throws SPL_INGEST_MALFORMED, because nothing after it
 * can be trusted; strings that are no UTF-8 and nesting beyond the bound only raise a flag, because they spoil one span.
 */
export class WireReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Offsets of the ids last met by `checkMessage` in a span or log record; length -1 when absent. */
  traceIdAt = 0;
  traceIdLength = -1;
  spanIdLength = -1;
  spanIdAt = 0;
  parentIdLength = -1;
  sawInvalidUtf8 = false;
  sawDeepNesting = false;
  #words: Words = wordsOf(this.bytes);

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#words = wordsOf(bytes);
    this.at = 0;
  }

  close(): void {
    this.open(new Uint8Array(0));
  }

  clearFlags(): void {
    this.traceIdLength = -1;
    this.spanIdLength = -1;
    this.parentIdLength = -1;
    this.sawInvalidUtf8 = false;
    this.sawDeepNesting = false;
  }

  /** Field tag: number * 8 + wire type. */
  tag(end: number): number {
    const first = this.bytes[this.at] as number;
    if (first >= 0x08 && first < 0x80 && this.at < end) {
      this.at += 1;
      return first;
    }
    const start = this.at;
    const tag = this.varint(end);
    const field = Math.floor(tag / 8);
    if (field < 1 || field > MAX_FIELD_NUMBER) throw malformed(start, `field number ${field} does not exist`);
    return tag;
  }

  /** Length prefix of what follows; checked to lie within `end`. */
  length(end: number): number {
    const start = this.at;
    const first = this.bytes[start] as number;
    let length = first;
    if (first < 0x80 && start < end) this.at = start + 1;
    else length = this.varint(end);
    if (length > end - this.at) {
      throw malformed(start, `a length of ${length} bytes exceeds the ${end - this.at} bytes left in its message`);
    }
    return length;
  }

  /** Reads a length prefix; the offset behind what it measures. */
  bodyEnd(end: number): number {
    const length = this.length(end);
    return this.at + length;
  }

  /** Unsigned value; inexact above 2^53, which is enough to compare lengths with. */
  varint(end: number): number {
    const start = this.at;
    let value = 0;
    let scale = 1;
    for (let count = 1; count <= 10; count++) {
      if (this.at >= end) throw malformed(start, 'a varint is cut off');
      const byte = this.bytes[this.at] as number;
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (count === 10 && byte > 1) throw malformed(start, 'a varint exceeds 64 bits');
        return value;
      }
      scale *= 128;
    }
    throw malformed(start, 'a varint is longer than 10 bytes');
  }

  /** Passes over one field whose tag was read. */
  skip(wireType: number, end: number): void {
    if (wireType === WIRE_TYPE.length) this.at = this.bodyEnd(end);
    else if (wireType === WIRE_TYPE.varint) this.varint(end);
    else if (wireType === WIRE_TYPE.fixed64) this.#fixed(8, end);
    else if (wireType === WIRE_TYPE.fixed32) this.#fixed(4, end);
    else throw malformed(this.at, `wire type ${wireType} is not used by OTLP`);
  }

  /** Checks the message in [at, end) and everything inside it, and remembers where its ids are. */
  checkMessage(message: number, end: number, depth: number): void {
    const bytes = this.bytes;
    const words = this.#words;
    const kinds = message * FIELDS_PER_MESSAGE;
    let at = this.at;
    while (at < end) {
      // The usual fields are read here without a call; all others in #checkField.
      const tag = bytes[at] as number;
      const kind = tag < 0x80 ? (FIELD_KINDS[kinds + (tag >>> 3)] as number) : FIELD_KIND.unknown;
      const wireType = tag & 7;
      if (wireType === WIRE_TYPE.length) {
        const bodyStart = at + 2;
        const length = bytes[at + 1] as number;
        const bodyEnd = bodyStart + length;
        if (length < 0x80 && bodyEnd <= end) {
          if (kind === ATTRIBUTE ? isPlainAttribute(bytes, words, bodyStart, bodyEnd) : length === 0 && kind > ANY_ID) {
            at = bodyEnd;
            continue;
          }
          if (kind === FIELD_KIND.string && isAscii(bytes, words, bodyStart, bodyEnd)) {
            at = bodyEnd;
            continue;
          }
        }
      } else if (kind === FIELD_KIND.fixed64 && wireType === WIRE_TYPE.fixed64 && at + 9 <= end) {
        at += 9;
        continue;
      } else if (
        kind === FIELD_KIND.varint &&
        wireType === WIRE_TYPE.varint &&
        at + 2 <= end &&
        (bytes[at + 1] as number) < 0x80
      ) {
        at += 2;
        continue;
      }
      this.at = at;
      this.#checkField(kinds, end, depth);
      at = this.at;
    }
    this.at = end;
  }

  #checkField(kinds: number, end: number, depth: number): void {
    const tag = this.tag(end);
    const wireType = tag & 7;
    const field = Math.floor(tag / 8);
    const kind = field < FIELDS_PER_MESSAGE ? (FIELD_KINDS[kinds + field] as number) : FIELD_KIND.unknown;
    if (kind === FIELD_KIND.unknown) {
      this.skip(wireType, end);
      return;
    }
    if (wireType !== wireTypeOf(kind)) {
      throw malformed(this.at, `field ${field} has wire type ${wireType}, expected ${wireTypeOf(kind)}`);
    }
    if (kind < FIELD_KIND.string) this.skip(wireType, end);
    else this.#checkBody(kind, this.bodyEnd(end), depth);
  }

  #checkBody(kind: number, end: number, depth: number): void {
    if (kind === FIELD_KIND.string) this.#checkUtf8(end);
    else if (kind < FIELD_KIND.message) this.#rememberId(kind, end - this.at);
    else if (kind !== ATTRIBUTE || !isPlainAttribute(this.bytes, this.#words, this.at, end)) {
      if (depth < MAX_NESTING) this.checkMessage(kind - FIELD_KIND.message, end, depth + 1);
      else this.sawDeepNesting = true;
    }
    this.at = end;
  }

  /** Checks the string in [at, end). */
  checkString(end: number): void {
    this.#checkUtf8(end);
    this.at = end;
  }

  #checkUtf8(end: number): void {
    if (isAscii(this.bytes, this.#words, this.at, end)) return;
    if (!isUtf8(this.bytes.subarray(this.at, end))) this.sawInvalidUtf8 = true;
  }

  #rememberId(kind: number, length: number): void {
    if (kind === FIELD_KIND.traceId) {
      this.traceIdAt = this.at;
      this.traceIdLength = length;
    } else if (kind === FIELD_KIND.spanId) {
      this.spanIdAt = this.at;
      this.spanIdLength = length;
    } else if (kind === FIELD_KIND.parentSpanId) this.parentIdLength = length;
  }

  #fixed(size: number, end: number): void {
    if (size > end - this.at) throw malformed(this.at, `a number of ${size} bytes is cut off`);
    this.at += size;
  }
}

/** What is wrong with the bytes, and where. */
export function malformed(at: number, what: string) {
  return ingestError('SPL_INGEST_MALFORMED', `Not valid OTLP protobuf at byte ${at}: ${what}.`);
}

function wireTypeOf(kind: number): number {
  if (kind >= FIELD_KIND.string) return WIRE_TYPE.length;
  if (kind === FIELD_KIND.varint) return WIRE_TYPE.varint;
  return kind === FIELD_KIND.fixed64 ? WIRE_TYPE.fixed64 : WIRE_TYPE.fixed32;
}
