import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type CacheBlock, splitByCache } from '../../demo/stand-in/anthropic-cache.ts';

const block = (tokens: number, cacheTtl?: CacheBlock['cacheTtl']): CacheBlock => ({ tokens, cacheTtl });

describe("the stand-in's prompt cache", () => {
  it('writes each part at the lifetime of the breakpoint that follows it', () => {
    // Given tools and instructions up to an hour's breakpoint, a question up to one of five minutes, and a rest
    const blocks = [block(300), block(1200, '1h'), block(40, '5m'), block(7)];
    // When nothing was sent before, then all of it up to the last breakpoint is written
    assert.deepEqual(splitByCache(blocks, 0), {
      inputTokens: 7,
      readTokens: 0,
      write5mTokens: 40,
      write1hTokens: 1500,
    });
  });

  it('reads what the request before had sent and writes only what is new', () => {
    const blocks = [block(1500, '1h'), block(40), block(90), block(200, '5m')];
    assert.deepEqual(splitByCache(blocks, 1540), {
      inputTokens: 0,
      readTokens: 1540,
      write5mTokens: 290,
      write1hTokens: 0,
    });
  });

  it('keeps nothing of a short prompt and nothing without a breakpoint', () => {
    const short = { inputTokens: 1023, readTokens: 0, write5mTokens: 0, write1hTokens: 0 };
    assert.deepEqual(splitByCache([block(1023, '5m')], 0), short);
    assert.deepEqual(splitByCache([block(9000)], 8000), { ...short, inputTokens: 9000 });
  });

  it('loses and doubles no token', () => {
    const ttl = fc.constantFrom('5m', '1h', undefined);
    const anyBlocks = fc.array(fc.record({ tokens: fc.nat(2000), cacheTtl: ttl }), { maxLength: 12 });
    fc.assert(
      fc.property(anyBlocks, fc.double({ min: 0, max: 1, noNaN: true }), (blocks, share) => {
        const total = blocks.reduce((sum, { tokens }) => sum + tokens, 0);
        const split = splitByCache(blocks, Math.floor(total * share));
        const parts = Object.values(split);
        assert.ok(parts.every((tokens) => tokens >= 0));
        assert.equal(
          parts.reduce((sum, tokens) => sum + tokens, 0),
          total,
        );
      }),
    );
  });
});
