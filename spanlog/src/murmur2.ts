const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** Kafka's `Utils.murmur2`: a signed 32-bit hash of bytes[start, end). */
export function murmur2(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let hash = SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
    hash = mix(hash, low | (high << 16));
  }
  const left = end - at;
  if (left >= 3) hash ^= (bytes[at + 2] as number) << 16;
  if (left >= 2) hash ^= (bytes[at + 1] as number) << 8;
  if (left >= 1) hash = Math.imul(hash ^ (bytes[at] as number), MULTIPLIER);
  return finish(hash);
}

/** The same of ASCII text, as a signed 32-bit number. */
export function murmur2OfText(text: string): number {
  let hash = SEED ^ text.length;
  let at = 0;
  for (; at + 4 <= text.length; at += 4) {
    const low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8);
    const high = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 8);
    hash = mix(hash, low | (high << 16));
  }
  const left = text.length - at;
  if (left >= 3) hash ^= text.charCodeAt(at + 2) << 16;
  if (left >= 2) hash ^= text.charCodeAt(at + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ text.charCodeAt(at), MULTIPLIER);
  return finish(hash);
}

/**
 * The hash of an id's lower-case hexadecimal text, from the id's raw bytes: every two bytes are the four characters of one step.
 * `length` must be even (trace ids have 16 bytes).
 */
export function murmur2OfHex(bytes: Uint8Array, at: number, length: number): number {
  let hash = SEED ^ (length * 2);
  for (let index = at; index < at + length; index += 2) {
    const low = HEX_PAIRS[bytes[index] as number] as number;
    const high = HEX_PAIRS[bytes[index + 1] as number] as number;
    hash = mix(hash, low | (high << 16));
  }
  return finish(hash);
}

/** Kafka's choice of a partition for a hash. */
export function partitionOf(hash: number, partitionCount: number): number {
  return (hash & 0x7fffffff) % partitionCount;
}

/** Two hexadecimal characters of a byte, the first in the lower bits. */
const HEX_PAIRS = new Uint16Array(256).map((_, byte) => {
  const text = byte.toString(16).padStart(2, '0');
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
});

function mix(hash: number, word: number): number {
  const first = Math.imul(word, MULTIPLIER);
  const second = Math.imul(first ^ (first >>> 24), MULTIPLIER);
  return Math.imul(hash, MULTIPLIER) ^ second;
}

function finish(hash: number): number {
  const folded = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return folded ^ (folded >>> 15);
}
