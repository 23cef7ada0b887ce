import { utf8Slice } from './slices.ts';

/** Longer texts are rarely repeated, and comparing them costs as much as decoding them. */
const MAX_CACHED_BYTES = 64;
/** Texts remembered; a new one takes the place of the one with its hash. A power of two. */
const CAPACITY = 8192;

/**
 * Decodes UTF-8 and gives one string object for values that come again (models, scopes, services), so that they
 * are decoded, hashed and kept once. Bounded: a table of fixed size, each text in the place of its hash.
 */
export class TextCache {
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(CAPACITY).fill(undefined);
  readonly #lengths = new Uint8Array(CAPACITY);
  readonly #bytes = Buffer.alloc(CAPACITY * MAX_CACHED_BYTES);
  readonly #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);

  /** The text between `start` and `end`; invalid UTF-8 becomes replacement characters. */
  text(bytes: Buffer, view: DataView, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > MAX_CACHED_BYTES) return utf8Slice(bytes, start, end);
    const place = placeOf(bytes, view, start, length);
    const offset = place * MAX_CACHED_BYTES;
    const cached = this.#texts[place];
    if (cached !== undefined && this.#lengths[place] === length && this.#isSame(bytes, view, start, offset, length)) {
      return cached;
    }
    const decoded = utf8Slice(bytes, start, end);
    this.#texts[place] = decoded;
    this.#lengths[place] = length;
    bytes.copy(this.#bytes, offset, start, end);
    return decoded;
  }

  #isSame(bytes: Buffer, view: DataView, start: number, offset: number, length: number): boolean {
    const lastWord = length - 4;
    if (lastWord < 0) {
      for (let at = 0; at < length; at++) if (bytes[start + at] !== this.#bytes[offset + at]) return false;
      return true;
    }
    for (let at = 0; at < lastWord; at += 4) {
      if (view.getUint32(start + at, true) !== this.#view.getUint32(offset + at, true)) return false;
    }
    return view.getUint32(start + lastWord, true) === this.#view.getUint32(offset + lastWord, true);
  }
}

function placeOf(bytes: Buffer, view: DataView, start: number, length: number): number {
  let hash = length;
  const lastWord = length - 4;
  if (lastWord < 0) {
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ (bytes[start + at] as number), 0x01000193);
  } else {
    for (let at = 0; at < lastWord; at += 4) hash = Math.imul(hash ^ view.getUint32(start + at, true), 0x9e3779b1);
    hash = Math.imul(hash ^ view.getUint32(start + lastWord, true), 0x85ebca6b);
  }
  return (hash ^ (hash >>> 15)) & (CAPACITY - 1);
}
