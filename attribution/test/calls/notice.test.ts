import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Picodollars } from '@spanledger/schemas';
import { noticeTo, readNotice } from '../../src/calls/notice.ts';
import { EPOCH_MS, sighting, spanId, traceId } from '../support/made-spans.ts';

const ADDRESS = { tenant: 'acme', traceId: traceId(7), spanId: spanId(8), partition: 3 };
const call = { responseId: 'r1', reportedCost: 12_345_678_901_234_567n as Picodollars };
const SEEN = [
  sighting({ id: 1, scope: 'framework', rank: 40, call, tokens: { input: 10, output: 2 } }),
  sighting({ id: 2, scope: 'native', rank: 20, call: { ...call, usage: { status: 'none', reason: 'streamed' } } }),
];

test('a notice goes to the partition of the trace that it tells of, and says all that the other span knows', () => {
  for (const one of SEEN) {
    const twin = { sighting: one, rule: 'twin.response_id@1' } as const;
    const { value, ...rest } = noticeTo(ADDRESS, twin, EPOCH_MS);
    assert.deepEqual(rest, { partition: 3, kind: 'notice', keyId: '', receivedAtMs: EPOCH_MS });
    assert.deepEqual(readNotice(value), { tenant: 'acme', traceId: traceId(7), spanId: spanId(8), twin });
  }
});

test('bytes that are no notice of ours are none', () => {
  const [one] = SEEN;
  assert.ok(one !== undefined);
  const { value } = noticeTo(ADDRESS, { sighting: one, rule: 'twin.nested@1' }, 0);
  const stored = JSON.parse(Buffer.from(value).toString()) as Record<string, unknown>;
  const texts = ['', 'null', '[]', '{}', '{"v":1}', '{"v":1,"twin":{}}', '\u0000', JSON.stringify({ ...stored, v: 2 })];
  for (const text of texts) assert.equal(readNotice(Buffer.from(text)), undefined, text);
  assert.notEqual(readNotice(Buffer.from(JSON.stringify(stored))), undefined);
});
