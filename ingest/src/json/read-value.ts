import { ingestError } from '../errors.ts';

/**
 * Readers of single JSON values by the rules of OTLP/JSON: `undefined` and `null` mean absent, everything else that does not
 * fit is SPL_INGEST_MALFORMED with the value's path.
 */
export type JsonObject = { readonly [key: string]: unknown };

const INTEGER_TEXT = /^-?\d{1,20}$/;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_SHOWN = 40;

export function readObject(value: unknown, path: string): JsonObject | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw notValid(path, 'an object', value);
  return value as JsonObject;
}

export function readList(value: unknown, path: string): readonly unknown[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw notValid(path, 'an array', value);
  return value;
}

export function readText(value: unknown, path: string): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') throw notValid(path, 'a string', value);
  return value;
}

export function readBool(value: unknown, path: string): boolean | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'boolean') throw notValid(path, 'true or false', value);
  return value;
}

/** An int64, as a decimal string or a number. */
export function readInt64(value: unknown, path: string): bigint | undefined {
  const number = readInteger(value, path);
  if (number === undefined) return undefined;
  if (number > MAX_INT64 || number < -MAX_INT64 - 1n) throw notValid(path, 'a 64-bit integer', value);
  return number;
}

/** A fixed64 or uint64, as a decimal string or a number. */
export function readUint64(value: unknown, path: string): bigint | undefined {
  const number = readInteger(value, path);
  if (number === undefined) return undefined;
  if (number < 0n || number > MAX_UINT64) throw notValid(path, 'an unsigned 64-bit integer', value);
  return number;
}

export function readUint32(value: unknown, path: string): number | undefined {
  const number = readInteger(value, path);
  if (number === undefined) return undefined;
  if (number < 0n || number > MAX_UINT32) throw notValid(path, 'an unsigned 32-bit integer', value);
  return Number(number);
}

/** Enums are integers in OTLP/JSON; their names are not allowed. */
export function readEnum(value: unknown, path: string): number | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw notValid(path, 'an integer (names of enum values are not allowed in OTLP/JSON)', value);
  }
  return value;
}

export function readDouble(value: unknown, path: string): number | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw notValid(path, 'a number', value);
  return number;
}

export function readBase64(value: unknown, path: string): Buffer | undefined {
  const text = readText(value, path);
  if (text === undefined) return undefined;
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw notValid(path, 'base64', value);
  return Buffer.from(text, 'base64');
}

/**
 * The bytes of a hexadecimal id in any case. What is no such text gives one byte, which no id has: an id that is not valid spoils its own
 * span, not the request, and the wire reader refuses it with its path.
 */
export function readHexId(value: unknown, byteLength: number): Buffer | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') return Buffer.alloc(1);
  if (value === '') return undefined;
  const isHex = value.length === byteLength * 2 && /^[0-9a-fA-F]*$/.test(value);
  return isHex ? Buffer.from(value, 'hex') : Buffer.alloc(1);
}

export function notValid(path: string, expected: string, value: unknown) {
  return ingestError('SPL_INGEST_MALFORMED', `Not valid OTLP/JSON: ${path} must be ${expected}, got ${shown(value)}.`);
}

function readInteger(value: unknown, path: string): bigint | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && INTEGER_TEXT.test(value)) return BigInt(value);
  throw notValid(path, 'an integer, as a number or a decimal string', value);
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function shown(value: unknown): string {
  const text = Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
