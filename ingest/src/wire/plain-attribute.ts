/**
 * The fast path for what nine tenths of a request consist of: an attribute in the usual order (key, value) with
 * an ASCII key and an ASCII string, a number or a boolean. False means only that the general check has to decide.
 * `[start, end)` is the KeyValue's body and lies inside `bytes`.
 */
export function isPlainAttribute(bytes: Uint8Array, words: Words, start: number, end: number): boolean {
  if (end - start < 4 || bytes[start] !== KEY_TAG) return false;
  const keyEnd = start + 2 + (bytes[start + 1] as number);
  if (keyEnd + 2 > end || bytes[keyEnd] !== VALUE_TAG) return false;
  const valueStart = bodyStart(bytes, keyEnd + 1, end);
  if (valueStart === 0 || valueStart >= end) return false;
  const tag = bytes[valueStart] as number;
  if (tag === STRING_TAG) {
    const textStart = bodyStart(bytes, valueStart + 1, end);
    // With lengths of one byte everything in the attribute is ASCII or nothing is: one look at all of it.
    if (textStart === keyEnd + 4) return isAscii(bytes, words, start, end);
    return textStart > 0 && isAscii(bytes, words, start, keyEnd) && isAscii(bytes, words, textStart, end);
  }
  if (tag === INT_TAG || tag === BOOL_TAG) {
    return isVarint(bytes, valueStart + 1, end) && isAscii(bytes, words, start, keyEnd);
  }
  return tag === DOUBLE_TAG && end - valueStart === 9 && isAscii(bytes, words, start, keyEnd);
}

/** The four-byte words that a request lies in, for looking at four bytes at a time. */
export type Words = {
  readonly data: Int32Array;
  /** Where the request starts in `data`, in bytes: 0 to 3. */
  readonly shift: number;
};

export function wordsOf(bytes: Uint8Array): Words {
  const shift = bytes.byteOffset % 4;
  const wordCount = (shift + bytes.byteLength) >>> 2;
  return { data: new Int32Array(bytes.buffer, bytes.byteOffset - shift, wordCount), shift };
}

/**
 * Whether the bytes [start, end) are ASCII. The first and the last word are masked instead of walked byte by byte, which
 * leaves one branch per string that the processor cannot foresee. Assumes little-endian words, as on x64 and arm64.
 */
export function isAscii(bytes: Uint8Array, words: Words, start: number, end: number): boolean {
  const { data, shift } = words;
  const from = start + shift;
  const to = end + shift - 1;
  const first = from >>> 2;
  const last = to >>> 2;
  if (start >= end || last >= data.length) return isAsciiByBytes(bytes, start, end);
  const head = HIGH_BITS << ((from & 3) * 8);
  const tail = HIGH_BITS >>> ((3 - (to & 3)) * 8);
  if (first === last) return ((data[first] as number) & head & tail) === 0;
  let bits = ((data[first] as number) & head) | ((data[last] as number) & tail);
  for (let word = first + 1; word < last; word++) bits |= data[word] as number;
  return (bits & HIGH_BITS) === 0;
}

function isAsciiByBytes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

/** The highest bit of each of four bytes. */
const HIGH_BITS = 0x80808080 | 0;
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
const STRING_TAG = 0x0a;
const BOOL_TAG = 0x10;
const INT_TAG = 0x18;
const DOUBLE_TAG = 0x21;
const MAX_VARINT_BYTES = 9;

/** Where a body starts whose length of one or two bytes stands at `at`, if it ends exactly at `end`; otherwise 0. */
function bodyStart(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  const low = bytes[at] as number;
  if (low < 0x80) return at + 1 + low === end ? at + 1 : 0;
  if (at + 1 >= end) return 0;
  const high = bytes[at + 1] as number;
  return high < 0x80 && at + 2 + ((high << 7) | (low & 0x7f)) === end ? at + 2 : 0;
}

function isVarint(bytes: Uint8Array, start: number, end: number): boolean {
  const last = end - 1;
  if (last < start || last - start >= MAX_VARINT_BYTES || (bytes[last] as number) >= 0x80) return false;
  for (let at = start; at < last; at++) if ((bytes[at] as number) < 0x80) return false;
  return true;
}
