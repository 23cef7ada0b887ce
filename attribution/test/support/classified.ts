import assert from 'node:assert/strict';
import type { DecodedSpan } from '../../src/facts.ts';
import { encodeRequest, requestOf } from './encode.ts';
import { newDecoder } from './fixtures.ts';

const decoder = newDecoder();

/** One span with these attributes, through the bytes and back. */
export function decodedSpan(span: Parameters<typeof requestOf>[0]): DecodedSpan {
  const [decoded] = decoder.decode(encodeRequest(requestOf(span)));
  assert.ok(decoded !== undefined);
  return decoded;
}

export function classified(span: Parameters<typeof requestOf>[0]) {
  return decodedSpan(span).classification;
}
