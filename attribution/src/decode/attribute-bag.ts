import {
  type AttributeKey,
  attributeName,
  findAttributeKey,
  groupOf,
  MAX_GROUPS_PER_KEY,
  membershipOf,
  placeInGroup,
  registeredKeyCount,
  type Spellings,
  spellingGroupCount,
} from './attribute-keys.ts';
import {
  ABSENT,
  ANY_ARRAY,
  ANY_BOOL,
  ANY_DOUBLE,
  ANY_INT,
  ANY_STRING,
  countOfNumber,
  countOfText,
  readInt64,
  UNUSABLE,
  whyNoCount,
} from './attribute-value.ts';
import { OWNER_KEYS, type OwnerKeys } from './owner-keys.ts';
import { utf8Slice } from './slices.ts';
import { TextCache } from './text-cache.ts';

const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
/** Larger JSON is not parsed: flat attributes are read instead. */
const MAX_JSON_BYTES = 1_048_576;
const MAX_GENERATION = 0xffff_ffff;

/**
 * The attributes of one span, resource or scope, as places in the request's bytes: nothing is decoded before it
 * is asked for. One bag is used again for span after span; what an earlier span left is outdated by a number.
 */
export class AttributeBag {
  readonly #texts: TextCache;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #generation = 0;
  #stamps = new Uint32Array(registeredKeyCount());
  /** Where the value's AnyValue begins and ends. */
  #starts = new Int32Array(registeredKeyCount());
  #ends = new Int32Array(registeredKeyCount());
  #groupStamps = new Uint32Array(spellingGroupCount());
  /** The place of the preferred spelling among those present. */
  #groupPlaces = new Uint8Array(spellingGroupCount());

  /** Which attributes name the team and the project: the installation's own names for them come first. */
  readonly owners: OwnerKeys;

  constructor(texts: TextCache = new TextCache(), owners: OwnerKeys = OWNER_KEYS) {
    this.#texts = texts;
    this.owners = owners;
  }

  /** Points the bag at the bytes of the next request. */
  attach(bytes: Buffer, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
    if (this.#stamps.length >= registeredKeyCount() && this.#groupStamps.length >= spellingGroupCount()) return;
    this.#stamps = new Uint32Array(registeredKeyCount());
    this.#starts = new Int32Array(registeredKeyCount());
    this.#ends = new Int32Array(registeredKeyCount());
    this.#groupStamps = new Uint32Array(spellingGroupCount());
    this.#groupPlaces = new Uint8Array(spellingGroupCount());
  }

  /** Forgets all attributes. */
  clear(): void {
    if (this.#generation === MAX_GENERATION) {
      this.#stamps.fill(0);
      this.#groupStamps.fill(0);
      this.#generation = 0;
    }
    this.#generation += 1;
  }

  /** Notes the KeyValue between `start` and `end`; of two with one key the last wins. False when it is malformed. */
  add(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const keyLength = bytes[start + 1] as number;
    const keyEnd = start + 2 + keyLength;
    // Every encoder writes a short key and then the value with a length of one or two bytes.
    if (bytes[start] !== KEY_TAG || keyLength >= 0x80 || keyEnd + 1 >= end || bytes[keyEnd] !== VALUE_TAG) {
      return this.#addUnusual(start, end);
    }
    const slot = findAttributeKey(this.#view, start + 2, keyLength);
    if (slot < 0) return true;
    const firstLength = bytes[keyEnd + 1] as number;
    let valueStart = keyEnd + 2;
    let valueLength = firstLength;
    if (firstLength >= 0x80) {
      valueLength = firstLength - 0x80 + ((bytes[keyEnd + 2] as number) << 7);
      valueStart = keyEnd + 3;
    }
    if (valueStart + valueLength !== end) return this.#addUnusual(start, end);
    this.#note(slot, valueStart, end);
    return true;
  }

  has(key: AttributeKey): boolean {
    return this.#stamps[key] === this.#generation;
  }

  hasAny(spellings: Spellings): boolean {
    return this.#groupStamps[spellings.group] === this.#generation;
  }

  /** The place in `keys` of the preferred spelling that is present, or its length when none is. */
  firstPlace(spellings: Spellings): number {
    const { group, keys } = spellings;
    return this.#groupStamps[group] === this.#generation ? (this.#groupPlaces[group] as number) : keys.length;
  }

  /** The text of the preferred spelling that holds one, '' when none does. */
  firstString(spellings: Spellings): string {
    const { keys } = spellings;
    for (let at = this.firstPlace(spellings); at < keys.length; at++) {
      const text = this.string(keys[at] as AttributeKey);
      if (text !== '') return text;
    }
    return '';
  }

  /** The value as text, '' when absent; numbers and booleans are written out. One object for values that repeat. */
  string(key: AttributeKey): string {
    return this.#stamps[key] === this.#generation ? this.#text(key, true) : '';
  }

  /** As `string`, for values that hardly repeat (ids of responses and calls): they bypass the cache. */
  identifier(key: AttributeKey): string {
    return this.#stamps[key] === this.#generation ? this.#text(key, false) : '';
  }

  /** The value as a quantity: a whole number from 0 to 10^15, or `ABSENT`, or `UNUSABLE`. */
  count(key: AttributeKey): number {
    if (this.#stamps[key] !== this.#generation) return ABSENT;
    const start = this.#starts[key] as number;
    const end = this.#ends[key] as number;
    if (start === end) return ABSENT;
    const tag = this.#bytes[start];
    if (tag === ANY_INT) return countOfNumber(readInt64(this.#bytes, start + 1, end));
    if (tag === ANY_DOUBLE && end - start >= 9) return countOfNumber(this.#view.getFloat64(start + 1, true));
    if (tag === ANY_STRING) return countOfText(this.#text(key, true));
    return UNUSABLE;
  }

  /** Why `count` of this key is `UNUSABLE`, naming key and value. */
  whyUnusable(key: AttributeKey): string {
    return `${attributeName(key)} ${whyNoCount(this.#value(key))}`;
  }

  /** The value parsed as JSON; undefined when absent, no text, no JSON, or over 1 MiB. */
  json(key: AttributeKey): unknown {
    if (this.#stamps[key] !== this.#generation) return undefined;
    const start = this.#starts[key] as number;
    if ((this.#ends[key] as number) - start > MAX_JSON_BYTES || this.#bytes[start] !== ANY_STRING) return undefined;
    try {
      return JSON.parse(this.#text(key, false));
    } catch {
      return undefined;
    }
  }

  /** Whether the value's bytes contain an ASCII text: spares parsing JSON that cannot hold what is sought. */
  contains(key: AttributeKey, text: string): boolean {
    if (this.#stamps[key] !== this.#generation) return false;
    return this.#bytes.subarray(this.#starts[key], this.#ends[key]).includes(text, 0, 'latin1');
  }

  #note(slot: number, start: number, end: number): void {
    this.#stamps[slot] = this.#generation;
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    for (let index = 0; index < MAX_GROUPS_PER_KEY; index++) {
      const membership = membershipOf(slot, index);
      if (membership < 0) return;
      const group = groupOf(membership);
      const place = placeInGroup(membership);
      if (this.#groupStamps[group] === this.#generation && (this.#groupPlaces[group] as number) <= place) continue;
      this.#groupStamps[group] = this.#generation;
      this.#groupPlaces[group] = place;
    }
  }

  /** Any order of fields, any lengths, unknown fields; false when the bytes are no KeyValue. */
  #addUnusual(start: number, end: number): boolean {
    let slot = -1;
    let valueStart = -1;
    let valueEnd = -1;
    for (let at = start; at < end; ) {
      const tag = readInt64(this.#bytes, at, end);
      at = afterVarint(this.#bytes, at, end);
      if (!(tag > 0) || (tag & 7) !== 2) return false;
      const length = readInt64(this.#bytes, at, end);
      at = afterVarint(this.#bytes, at, end);
      if (!(length >= 0) || at + length > end) return false;
      if (tag === KEY_TAG) slot = findAttributeKey(this.#view, at, length);
      if (tag === VALUE_TAG) {
        valueStart = at;
        valueEnd = at + length;
      }
      at += length;
    }
    if (slot >= 0 && valueStart >= 0) this.#note(slot, valueStart, valueEnd);
    return true;
  }

  #text(key: AttributeKey, isRepeated: boolean): string {
    const start = this.#starts[key] as number;
    const end = this.#ends[key] as number;
    if (this.#bytes[start] !== ANY_STRING) return this.#otherText(key);
    let textStart = start + 2;
    let length = this.#bytes[start + 1] as number;
    if (length >= 0x80) {
      textStart = afterVarint(this.#bytes, start + 1, end);
      length = readInt64(this.#bytes, start + 1, end);
    }
    if (textStart + length !== end) return '';
    if (isRepeated) return this.#texts.text(this.#bytes, this.#view, textStart, end);
    return utf8Slice(this.#bytes, textStart, end);
  }

  #otherText(key: AttributeKey): string {
    const value = this.#value(key);
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }

  #value(key: AttributeKey): unknown {
    const start = this.#starts[key] as number;
    const end = this.#ends[key] as number;
    const tag = this.#bytes[start];
    if (tag === ANY_STRING) return this.#text(key, true);
    if (tag === ANY_INT) return readInt64(this.#bytes, start + 1, end);
    if (tag === ANY_DOUBLE && end - start >= 9) return this.#view.getFloat64(start + 1, true);
    if (tag === ANY_BOOL) return this.#bytes[start + 1] === 1;
    return tag === ANY_ARRAY ? [] : {};
  }
}

function afterVarint(bytes: Buffer, position: number, end: number): number {
  let at = position;
  while (at < end && (bytes[at] as number) >= 0x80) at += 1;
  return at + 1;
}
