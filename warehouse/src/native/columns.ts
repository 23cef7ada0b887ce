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

  private last = '';
  private lastAt = 0;
  private lastEnd = 0;

  /** Neighbouring rows often repeat an id (the trace's, the session's): its bytes are copied then. */
  push(text: string): void {
    const { data } = this;
    const at = data.length;
    if (text === this.last && text !== '' && this.lastEnd > 0) {
      const size = this.lastEnd - this.lastAt;
      data.reserve(size);
      data.bytes.copyWithin(at, this.lastAt, this.lastEnd);
    } else {
      data.string(text);
      this.last = text;
    }
    this.lastAt = at;
    this.lastEnd = data.length;
  }

  /** Bytes as they are: a ClickHouse String need not be text. */
  pushBytes(bytes: Uint8Array): void {
    this.data.varint(bytes.length);
    const offset = this.data.reserve(bytes.length);
    this.data.bytes.set(bytes, offset);
    this.last = '';
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    append(into, this.data);
  }

  clear(): void {
    this.data.clear();
    this.last = '';
    this.lastEnd = 0;
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
  private last = '';
  private lastIndex = 0;

  constructor() {
    this.keys.string('');
  }

  push(text: string): void {
    const index = text === this.last ? this.lastIndex : this.indexOf(text);
    if (this.count === this.rows.length) this.rows = doubled(this.rows);
    this.rows[this.count] = index;
    this.count += 1;
  }

  /** Most rows repeat the word of the row before. */
  private indexOf(text: string): number {
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.indexes.size;
      this.indexes.set(text, index);
      this.keys.string(text);
    }
    this.last = text;
    this.lastIndex = index;
    return index;
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
    this.last = '';
    this.lastIndex = 0;
  }
}

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

const INITIAL_ROWS = 1024;

/** Unsigned integers of 1, 2 or 4 bytes, and Enum8 by its number. */
export class UintColumn implements Column {
  readonly type: string;
  private words: Words;
  private count = 0;

  constructor(type: string, size: 1 | 2 | 4) {
    this.type = type;
    this.words = new (size === 1 ? Uint8Array : size === 2 ? Uint16Array : Uint32Array)(INITIAL_ROWS);
  }

  push(value: number): void {
    if (this.count === this.words.length) this.words = doubled(this.words);
    this.words[this.count] = value;
    this.count += 1;
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    appendWords(into, this.words, this.count);
  }

  clear(): void {
    this.count = 0;
  }
}

/** 64-bit values given as bigint: UInt64, DateTime64 ticks. */
export class Uint64Column implements Column {
  readonly type: string;
  private words = new BigUint64Array(INITIAL_ROWS);
  private halves = new Uint32Array(this.words.buffer);
  private count = 0;

  constructor(type: string) {
    this.type = type;
  }

  push(value: bigint): void {
    if (this.count === this.words.length) this.grow();
    this.words[this.count] = value;
    this.count += 1;
  }

  /** A whole number up to 2^53, without making a bigint of it. */
  pushNumber(value: number): void {
    if (this.count === this.words.length) this.grow();
    this.halves[this.count * 2] = value % TWO_32;
    this.halves[this.count * 2 + 1] = Math.floor(value / TWO_32);
    this.count += 1;
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    appendWords(into, this.words, this.count);
  }

  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    this.words = doubled(this.words);
    this.halves = new Uint32Array(this.words.buffer);
  }
}

/** Decimal(38, s) given as the integer of 10^-s. */
export class DecimalColumn implements Column {
  readonly type: string;
  private words = new BigInt64Array(INITIAL_ROWS * 2);
  private count = 0;

  constructor(type: string) {
    this.type = type;
  }

  push(value: bigint): void {
    if (this.count === this.words.length) this.words = doubled(this.words);
    // A typed array keeps the low 64 bits of what it is given.
    this.words[this.count] = value;
    this.words[this.count + 1] = value >= 0n && value <= MAX_INT64 ? 0n : value >> 64n;
    this.count += 2;
  }

  prefix(): void {}

  body(into: ByteBuffer): void {
    appendWords(into, this.words, this.count);
  }

  clear(): void {
    this.count = 0;
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

/** Typed arrays lie in memory as the engine reads them: little-endian, as every platform of the product is. */
function appendWords(
  into: ByteBuffer,
  words: Words | BigUint64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>,
  count: number,
): void {
  const offset = into.reserve(count * words.BYTES_PER_ELEMENT);
  into.bytes.set(new Uint8Array(words.buffer, 0, count * words.BYTES_PER_ELEMENT), offset);
}

function doubled<Array extends Words | BigUint64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>>(words: Array): Array {
  const larger = words.buffer.transfer(words.byteLength * 2);
  return new (words.constructor as new (buffer: ArrayBuffer) => Array)(larger);
}
