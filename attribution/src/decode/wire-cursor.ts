import { attributionError } from '../errors.ts';

const MAX_VARINT_BYTES = 10;

/** Reads protobuf's wire format forward in one buffer. Throws `SPL_SPANS_MALFORMED` where the bytes are none. */
export class WireCursor {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  position = 0;

  reset(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
  }

  /** A varint below 2^53 that ends before `limit`: tags, lengths, small enums. */
  varint(limit: number): number {
    const position = this.position;
    if (position < limit) {
      const first = this.bytes[position] as number;
      if (first < 0x80) {
        this.position = position + 1;
        return first;
      }
    }
    return this.#longVarint(limit);
  }

  /** Reads a length and returns where that many bytes end. */
  lengthEnd(limit: number): number {
    const length = this.varint(limit);
    const end = this.position + length;
    if (end > limit) throw malformed(`a field of ${length} bytes, longer than its message`, this.position);
    return end;
  }

  /** Skips the value of a field whose tag was just read. */
  skip(tag: number, limit: number): void {
    const wireType = tag & 7;
    if (wireType === 2) this.position = this.lengthEnd(limit);
    else if (wireType === 0) this.#skipVarint(limit);
    else if (wireType === 1) this.position += 8;
    else if (wireType === 5) this.position += 4;
    else throw malformed(`wire type ${wireType} in field ${tag >>> 3}`, this.position);
    if (this.position > limit) throw malformed('a field that ends after its message', limit);
  }

  #longVarint(limit: number): number {
    const start = this.position;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < MAX_VARINT_BYTES && this.position < limit; count++) {
      const byte = this.bytes[this.position++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw malformed('a number that does not end or is too large', start);
  }

  #skipVarint(limit: number): void {
    const start = this.position;
    for (let count = 0; count < MAX_VARINT_BYTES && this.position < limit; count++) {
      if ((this.bytes[this.position++] as number) < 0x80) return;
    }
    throw malformed('a number that does not end', start);
  }
}

export function malformed(what: string, position: number) {
  return attributionError(
    'SPL_SPANS_MALFORMED',
    `The record is no serialised OTLP request: ${what} at byte ${position}. Replay it from its dead letter after mending the producer.`,
  );
}
