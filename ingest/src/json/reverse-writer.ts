const START_BYTES = 64 * 1024;

/**
 * Writes protobuf from the last byte to the first, so that every length is known when its prefix is written.
 * Callers write the fields of a message in reverse order.
 */
export class ReverseWriter {
  #buffer = Buffer.allocUnsafe(START_BYTES);
  #at = START_BYTES;

  /** Bytes written so far: the mark to hand to `message` after its body was written. */
  get written(): number {
    return this.#buffer.length - this.#at;
  }

  /** Frames everything written since `mark` as a message in `field`. */
  message(field: number, mark: number): void {
    this.varint(this.written - mark);
    this.varint(field * 8 + 2);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#take(value.length);
    this.#buffer.set(value, this.#at);
    this.#frame(field, value.length);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#take(length);
    this.#buffer.write(value, this.#at);
    this.#frame(field, length);
  }

  varintField(field: number, value: number): void {
    this.varint(value);
    this.varint(field * 8);
  }

  /** A 64-bit integer as int64 or uint64; negative ones take ten bytes. */
  varint64Field(field: number, value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    const groups: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) groups.push(Number(rest & 0x7fn) | 0x80);
    groups.push(Number(rest));
    this.#take(groups.length);
    this.#buffer.set(groups, this.#at);
    this.varint(field * 8);
  }

  fixed64Field(field: number, value: bigint): void {
    this.#take(8);
    this.#buffer.writeBigUInt64LE(value, this.#at);
    this.varint(field * 8 + 1);
  }

  fixed32Field(field: number, value: number): void {
    this.#take(4);
    this.#buffer.writeUInt32LE(value, this.#at);
    this.varint(field * 8 + 5);
  }

  doubleField(field: number, value: number): void {
    this.#take(8);
    this.#buffer.writeDoubleLE(value, this.#at);
    this.varint(field * 8 + 1);
  }

  /** An unsigned integer below 2^53. */
  varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size += 1;
    this.#take(size);
    let at = this.#at;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#buffer[at++] = (rest % 128) | 0x80;
    this.#buffer[at] = rest;
  }

  finish(): Buffer {
    return this.#buffer.subarray(this.#at);
  }

  #frame(field: number, length: number): void {
    this.varint(length);
    this.varint(field * 8 + 2);
  }

  #take(size: number): void {
    if (size > this.#at) this.#grow(size);
    this.#at -= size;
  }

  #grow(size: number): void {
    const written = this.written;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, written + size));
    this.#buffer.copy(larger, larger.length - written, this.#at);
    this.#buffer = larger;
    this.#at = larger.length - written;
  }
}
