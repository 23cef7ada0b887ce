import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TextCache } from '../../src/decode/text-cache.ts';

describe('the cache of texts', () => {
  test('gives the text that the bytes hold, whatever was asked before', () => {
    const cache = new TextCache();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), (texts) => {
        for (const text of [...texts, ...texts]) {
          const bytes = Buffer.concat([Uint8Array.of(1, 2, 3), text, Uint8Array.of(4)]);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          assert.equal(cache.text(bytes, view, 3, 3 + text.length), Buffer.from(text).toString('utf8'));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('stays right when far more texts pass than it holds', () => {
    const cache = new TextCache();
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 20_000; at++) {
        const bytes = Buffer.from(`session-${at}`);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        assert.equal(cache.text(bytes, view, 0, bytes.length), `session-${at}`);
      }
    }
  });
});
