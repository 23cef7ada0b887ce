/**
 * The attribute keys that some dialect asks for. Dialects register them when their modules load; the decoder
 * then locates only those on a span, by a hash of the key's bytes, and never makes a string of a key.
 */

/** A registered key: its slot in every attribute bag. */
export type AttributeKey = number & { readonly brand: 'attributeKey' };

/** Shorter keys would need a slower hash, and no dialect has one. */
const MIN_KEY_BYTES = 4;
/** Room for keys; registering more is a programmer's mistake, found when the modules load. */
const MAX_KEYS = 1024;
const TABLE_SIZE = 4096;
const MAX_KEY_BYTES_TOTAL = 65_536;

/** Groups of spellings, their size, and in how many of them one key may stand. */
const MAX_GROUPS = 256;
const MAX_SPELLINGS = 64;
export const MAX_GROUPS_PER_KEY = 4;

/** Spellings of one fact, in the order of preference; the decoder notes the first present while it reads a span. */
export type Spellings = { readonly keys: readonly AttributeKey[]; readonly group: number };

const names: string[] = [];
const slotsByName = new Map<string, AttributeKey>();
/** Slot + 1 by hash, linear probing; 0 is free. */
const table = new Uint16Array(TABLE_SIZE);
const keyBytes = Buffer.alloc(MAX_KEY_BYTES_TOTAL);
const keyView = new DataView(keyBytes.buffer, keyBytes.byteOffset, keyBytes.byteLength);
const keyStarts = new Int32Array(MAX_KEYS);
const keyLengths = new Int32Array(MAX_KEYS);
let keyBytesUsed = 0;

/** Registers a key and returns its slot; the same name gives the same slot. Called while modules load. */
export function attributeKey(name: string): AttributeKey {
  const known = slotsByName.get(name);
  if (known !== undefined) return known;
  const encoded = Buffer.from(name, 'utf8');
  const slot = names.length as AttributeKey;
  if (encoded.length < MIN_KEY_BYTES || slot >= MAX_KEYS || keyBytesUsed + encoded.length > MAX_KEY_BYTES_TOTAL) {
    throw new RangeError(`attributeKey: ${name} is too short, or there are too many keys`);
  }
  keyBytes.set(encoded, keyBytesUsed);
  keyStarts[slot] = keyBytesUsed;
  keyLengths[slot] = encoded.length;
  names.push(name);
  slotsByName.set(name, slot);
  let index = hashOf(keyView, keyBytesUsed, encoded.length);
  while (table[index] !== 0) index = (index + 1) % TABLE_SIZE;
  table[index] = slot + 1;
  keyBytesUsed += encoded.length;
  return slot;
}

/** By slot * 4: the groups in which the key stands, as group * 64 + place; -1 fills the rest. */
const memberships = new Int16Array(MAX_KEYS * MAX_GROUPS_PER_KEY).fill(-1);
let groupCount = 0;

/** Registers the spellings of one fact, the preferred first. Called while modules load. */
export function spellings(...keyNames: readonly string[]): Spellings {
  if (groupCount >= MAX_GROUPS || keyNames.length > MAX_SPELLINGS) throw new RangeError('spellings: too many');
  const group = groupCount++;
  const keys = keyNames.map(attributeKey);
  for (const [place, key] of keys.entries()) {
    const first = key * MAX_GROUPS_PER_KEY;
    const free = memberships.subarray(first, first + MAX_GROUPS_PER_KEY).indexOf(-1);
    if (free < 0) throw new RangeError(`spellings: ${attributeName(key)} stands in too many groups`);
    memberships[first + free] = group * MAX_SPELLINGS + place;
  }
  return { keys, group };
}

/** The `index`-th group in which a key stands, to be taken apart by the two functions below; -1 when there is none. */
export function membershipOf(slot: number, index: number): number {
  return memberships[slot * MAX_GROUPS_PER_KEY + index] as number;
}

export function groupOf(membership: number): number {
  return membership >> 6;
}

export function placeInGroup(membership: number): number {
  return membership & (MAX_SPELLINGS - 1);
}

export function spellingGroupCount(): number {
  return groupCount;
}

export function attributeName(key: AttributeKey): string {
  return names[key] ?? '';
}

export function registeredKeyCount(): number {
  return names.length;
}

/** The slot of the key that stands at `start` in `view`, or -1 when no dialect asks for it. */
export function findAttributeKey(view: DataView, start: number, length: number): number {
  if (length < MIN_KEY_BYTES) return -1;
  let index = hashOf(view, start, length);
  for (;;) {
    const entry = table[index] as number;
    if (entry === 0) return -1;
    if (keyLengths[entry - 1] === length && isSameKey(view, start, keyStarts[entry - 1] as number, length)) {
      return entry - 1;
    }
    index = (index + 1) % TABLE_SIZE;
  }
}

/** Samples the end and the middle, where keys of one namespace differ; equality is checked byte for byte. */
function hashOf(view: DataView, start: number, length: number): number {
  const tail = view.getUint32(start + length - 4, true);
  const middle = view.getUint32(start + ((length - 4) >> 1), true);
  const mixed = Math.imul(tail, 0x9e3779b1) ^ Math.imul(middle + length, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (TABLE_SIZE - 1);
}

function isSameKey(view: DataView, start: number, keyStart: number, length: number): boolean {
  const lastWord = length - 4;
  for (let at = 0; at < lastWord; at += 4) {
    if (view.getUint32(start + at, true) !== keyView.getUint32(keyStart + at, true)) return false;
  }
  return view.getUint32(start + lastWord, true) === keyView.getUint32(keyStart + lastWord, true);
}
