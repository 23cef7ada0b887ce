/** A growing byte buffer: columns append to it, and it is emptied and reused for the next block. */
export class ByteBuffer {
  bytes: Buffer;
  length = 0;

  constructor(initialSize = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(initialSize);
  }

  /** Makes room for `size` more bytes and returns the offset to write them at. */
  reserve(size: number): number {
    const offset = this.length;
    const needed = offset + size;
    if (needed > this.bytes.length) this.grow(needed);
    this.length = needed;
    return offset;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** The buffer may move when it grows: room first, then the write. */
  private byte(value: number): void {
    const offset = this.reserve(1);
    this.bytes[offset] = value;
  }

  /** A string as ClickHouse writes it: length as varint, then UTF-8. */
  string(text: string): void {
    const length = text.length;
    if (length < SHORT && this.shortAscii(text, length)) return;
    const size = Buffer.byteLength(text);
    this.varint(size);
    const offset = this.reserve(size);
    this.bytes.write(text, offset, size, 'utf8');
  }

  /** Writes text of fewer than 128 ASCII characters without leaving JavaScript; false, with nothing written, if it is not ASCII. */
  private shortAscii(text: string, length: number): boolean {
    const offset = this.reserve(length + 1);
    const bytes = this.bytes;
    bytes[offset] = length;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.length = offset;
        return false;
      }
      bytes[offset + 1 + index] = code;
    }
    return true;
  }

  clear(): void {
    this.length = 0;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** Longer strings are written faster by the runtime's own encoder. */
const SHORT = 48;
