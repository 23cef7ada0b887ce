import { ingestError } from '../errors.ts';
import { type JsonObject, readObject } from './read-value.ts';

const OBJECT_START = 0x7b;
const ARRAY_START = 0x5b;

/** Integers of 16 digits and more may not survive JSON.parse as numbers. */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/** Objects and arrays of one request. Each costs a sender two bytes and us sixty; a real request of 64 MiB has 2 million. */
const MAX_CONTAINERS = 5_000_000;

/** A request's JSON text as an object. Throws SPL_INGEST_MALFORMED for what is no UTF-8, no JSON or no object, SPL_INGEST_TOO_LARGE for millions of objects. */
export function parseJsonRequest(bytes: Uint8Array): JsonObject {
  refuseTooManyContainers(bytes);
  const value = parse(decodeUtf8(bytes));
  const request = readObject(value, 'the request');
  if (request === undefined) throw notJson('the request is null, expected an object');
  return request;
}

function refuseTooManyContainers(bytes: Uint8Array): void {
  if (bytes.length < 2 * MAX_CONTAINERS) return;
  let count = 0;
  for (const byte of bytes) if (byte === OBJECT_START || byte === ARRAY_START) count += 1;
  if (count <= MAX_CONTAINERS) return;
  throw ingestError(
    'SPL_INGEST_TOO_LARGE',
    `The request has more than ${MAX_CONTAINERS} JSON objects and arrays. Send smaller batches.`,
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notJson('the body is not UTF-8', cause);
  }
}

function parse(text: string): unknown {
  try {
    return LONG_INTEGER.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch (cause) {
    throw notJson(text === '' ? 'the body is empty; an empty request is {}' : (cause as Error).message, cause);
  }
}

/** 64-bit integers sent as JSON numbers keep all their digits, as text, which every integer field accepts. */
function keepLongIntegers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

function notJson(what: string, cause?: unknown) {
  return ingestError('SPL_INGEST_MALFORMED', `Not valid OTLP/JSON: ${what}.`, cause);
}
