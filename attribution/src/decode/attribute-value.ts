import { MAX_QUANTITY } from '@spanledger/schemas';

/** `AttributeBag.count` of a key that the span does not carry, or carries without a value. */
export const ABSENT = -1;
/** `AttributeBag.count` of a value that cannot be a quantity; `whyUnusable` says why. */
export const UNUSABLE = -2;

/** Tags of AnyValue's fields. */
export const ANY_STRING = 0x0a;
export const ANY_BOOL = 0x10;
export const ANY_INT = 0x18;
export const ANY_DOUBLE = 0x21;
export const ANY_ARRAY = 0x2a;

const NUMERIC_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
/** Texts longer than this are no number that we read. */
const MAX_NUMERIC_TEXT = 40;

/** The int64 varint at `position`; exact below 2^53, and the sign is always right. NaN when it does not end. */
export function readInt64(bytes: Buffer, position: number, end: number): number {
  if (position + 1 < end) {
    const first = bytes[position] as number;
    if (first < 0x80) return first;
    const second = bytes[position + 1] as number;
    if (second < 0x80) return (first & 0x7f) | (second << 7);
  }
  return readLongInt64(bytes, position, end);
}

function readLongInt64(bytes: Buffer, position: number, end: number): number {
  let low = 0;
  let high = 0;
  let shift = 0;
  let at = position;
  for (; at < end && shift < 70; at++, shift += 7) {
    const byte = bytes[at] as number;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else if (shift < 63) high |= bits << (shift - 32);
    else high |= bits << 31;
    if (byte < 0x80) return (high | 0) * 0x1_0000_0000 + (low >>> 0);
  }
  return Number.NaN;
}

/** A number as a quantity: itself when it is whole and within bounds, else `UNUSABLE`. */
export function countOfNumber(value: number): number {
  return value >= 0 && value <= MAX_QUANTITY && Number.isInteger(value) ? value : UNUSABLE;
}

/** As `countOfNumber` for what may have a fraction (seconds). */
export function amountOfNumber(value: number): number {
  return value >= 0 && value <= MAX_QUANTITY ? value : UNUSABLE;
}

export function countOfText(text: string): number {
  return text.length <= MAX_NUMERIC_TEXT && NUMERIC_TEXT.test(text) ? countOfNumber(Number(text)) : UNUSABLE;
}

/** Says why `value` is no quantity, in words for the ledger's `price_status_reason`. */
export function whyNoCount(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.length > MAX_NUMERIC_TEXT ? `${value.slice(0, MAX_NUMERIC_TEXT)}...` : value;
    if (!NUMERIC_TEXT.test(value)) return `is ${JSON.stringify(shown)}, not a number`;
    return whyNoCount(Number(value));
  }
  if (typeof value !== 'number') return `is a ${Array.isArray(value) ? 'list' : typeof value}, not a number`;
  if (Number.isNaN(value)) return 'is NaN, not a number';
  if (value < 0) return `is ${value}, negative`;
  if (value > MAX_QUANTITY) return `is ${value}, above 10^15`;
  return `is ${value}, not a whole number`;
}
