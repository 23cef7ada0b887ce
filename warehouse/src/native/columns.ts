import { ByteBuffer } from './byte-buffer.ts';

/** A column of a block in ClickHouse's Native format: `prefix` comes before the rows (and before an array's offsets). */
export interface Column {
  readonly type: string;
  prefix(into: ByteBuffer): void;
  body(into: ByteBuffer): void;
  clear(): void;
}

export class StringColumn implements Column {
  readonly type = 'String';
  private readonly data = new ByteBuffer();

  push(text: string): void {
    this.data.string(text);
  }

  /** Bytes as they are: a ClickHouse String need not be text. */
  pushBytes(bytes: Uint8Array): void {
    this.data.varint(bytes.length);
    const offset = this.data.reserve(bytes.length);
    this.data.bytes.set(bytes, offset);
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.data);
  }

  clear(): void {
    this.data.clear();
  }
}

const SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS = 1n;
const HAS_ADDITIONAL_KEYS_AND_UPDATES_DICTIONARY = 0x600n;

/** LowCardinality(String): each distinct text is sent once per block, rows are indexes into them. */
export class DictionaryColumn implements Column {
  readonly type = 'LowCardinality(String)';
  private readonly indexes = new Map<string, number>([['', 0]]);
  private readonly keys = new ByteBuffer();
  private rows = new Uint32Array(1024);
  private count = 0;

  constructor() {
    this.keys.string('');
  }

  push(text: string): void {
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.indexes.size;
      this.indexes.set(text, index);
      this.keys.string(text);
    }
    if (this.count === this.rows.length) this.rows = widened(this.rows);
    this.rows[this.count] = index;
    this.count += 1;
  }

  prefix(into: ByteBuffer): void {
    writeUint64(into, SHARED_DICTIONARIES_WITH_ADDITIONAL_KEYS);
  }

  body(into: ByteBuffer): void {
    if (this.count === 0) return;
    const wide = this.indexes.size > 0xff ? (this.indexes.size > 0xffff ? 2 : 1) : 0;
    writeUint64(into, HAS_ADDITIONAL_KEYS_AND_UPDATES_DICTIONARY | BigInt(wide));
    writeUint64(into, BigInt(this.indexes.size));
    append(into, this.keys);
    writeUint64(into, BigInt(this.count));
    const size = 1 << wide;
    const offset = into.reserve(this.count * size);
    const { bytes } = into;
    for (let row = 0; row < this.count; row += 1) {
      const index = this.rows[row] as number;
      if (wide === 0) bytes[offset + row] = index;
      else if (wide === 1) bytes.writeUInt16LE(index, offset + row * 2);
      else bytes.writeUInt32LE(index, offset + row * 4);
    }
  }

  clear(): void {
    this.indexes.clear();
    this.indexes.set('', 0);
    this.keys.clear();
    this.keys.string('');
    this.count = 0;
  }
}

/** Unsigned integers of 1, 2 or 4 bytes, and Enum8 by its number. */
export class UintColumn implements Column {
  readonly type: string;
  private readonly size: number;
  private readonly data = new ByteBuffer();

  constructor(type: string, size: 1 | 2 | 4) {
    this.type = type;
    this.size = size;
  }

  push(value: number): void {
    const offset = this.data.reserve(this.size);
    const { bytes } = this.data;
    bytes[offset] = value & 0xff;
    if (this.size === 1) return;
    bytes[offset + 1] = (value >>> 8) & 0xff;
    if (this.size === 2) return;
    bytes[offset + 2] = (value >>> 16) & 0xff;
    bytes[offset + 3] = value >>> 24;
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.data);
  }

  clear(): void {
    this.data.clear();
  }
}

/** 64-bit values given as bigint: UInt64, DateTime64 ticks. */
export class Uint64Column implements Column {
  readonly type: string;
  private readonly data = new ByteBuffer();

  constructor(type: string) {
    this.type = type;
  }

  push(value: bigint): void {
    writeUint64(this.data, value);
  }

  /** A whole number up to 2^53, without making a bigint of it. */
  pushNumber(value: number): void {
    const offset = this.data.reserve(8);
    this.data.bytes.writeUInt32LE(value % TWO_32, offset);
    this.data.bytes.writeUInt32LE(Math.floor(value / TWO_32), offset + 4);
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.data);
  }

  clear(): void {
    this.data.clear();
  }
}

/** Decimal(38, s) given as the integer of 10^-s. */
export class DecimalColumn implements Column {
  readonly type: string;
  private readonly data = new ByteBuffer();

  constructor(type: string) {
    this.type = type;
  }

  push(value: bigint): void {
    const offset = this.data.reserve(16);
    const { bytes } = this.data;
    if (value >= 0n && value <= MAX_INT64) {
      bytes.writeBigInt64LE(value, offset);
      bytes.fill(0, offset + 8, offset + 16);
      return;
    }
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value), offset);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value >> 64n), offset + 8);
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.data);
  }

  clear(): void {
    this.data.clear();
  }
}

/** Nullable of a column whose `push` takes a value; rows without one push `empty`. */
export class NullableDecimalColumn implements Column {
  readonly type: string;
  private readonly nulls = new ByteBuffer();
  private readonly inner: DecimalColumn;

  constructor(type: string) {
    this.inner = new DecimalColumn(type);
    this.type = `Nullable(${type})`;
  }

  push(value: bigint | undefined): void {
    const offset = this.nulls.reserve(1);
    this.nulls.bytes[offset] = value === undefined ? 1 : 0;
    this.inner.push(value ?? 0n);
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.nulls);
    this.inner.body(into);
  }

  clear(): void {
    this.nulls.clear();
    this.inner.clear();
  }
}

/** Array(T): push the elements to `elements`, then close the row with `endRow(count of elements)`. */
export class ArrayColumn<Inner extends Column> implements Column {
  readonly type: string;
  readonly elements: Inner;
  private readonly offsets = new Uint64Column('UInt64');
  private total = 0;

  constructor(elements: Inner) {
    this.elements = elements;
    this.type = `Array(${elements.type})`;
  }

  endRow(count: number): void {
    this.total += count;
    this.offsets.pushNumber(this.total);
  }

  prefix(into: ByteBuffer): void {
    this.elements.prefix(into);
  }

  body(into: ByteBuffer): void {
    this.offsets.body(into);
    this.elements.body(into);
  }

  clear(): void {
    this.offsets.clear();
    this.elements.clear();
    this.total = 0;
  }
}

const TWO_32 = 4_294_967_296;
const MAX_INT64 = 9_223_372_036_854_775_807n;

function append(into: ByteBuffer, from: ByteBuffer): void {
  const offset = into.reserve(from.length);
  from.bytes.copy(into.bytes, offset, 0, from.length);
}

function writeUint64(into: ByteBuffer, value: bigint): void {
  const offset = into.reserve(8);
  into.bytes.writeBigUInt64LE(value, offset);
}

function widened(rows: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(rows.length * 2);
  larger.set(rows);
  return larger;
}
