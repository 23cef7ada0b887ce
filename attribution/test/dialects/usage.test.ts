import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { aggregateOf, usageOf } from '../../src/dialects/usage.ts';
import { UsageTotals } from '../../src/dialects/usage-totals.ts';
import type { Usage } from '../../src/facts.ts';

const count = fc.nat({ max: 10_000_000_000 });
const split = fc.record({
  input: count,
  read: count,
  write5m: count,
  write1h: count,
  write: count,
  text: count,
  thought: count,
});

describe('splitting totals into meters', () => {
  test('inclusive totals: the meters sum to what was stated, on both sides', () => {
    fc.assert(
      fc.property(split, (parts) => {
        const totals = totalsOf(parts);
        totals.input = parts.input + parts.read + parts.write5m + parts.write1h + parts.write;
        const meters = quantities(usageOf(totals, 'inclusive', 'usage_not_stated'));
        assert.equal(meters.input + meters.cached, BigInt(totals.input));
        assert.equal(meters.output, BigInt(totals.output));
        assert.equal(meters.uncached, BigInt(parts.input));
      }),
    );
  });

  test('exclusive totals: the input is what was stated, and the caches lie beside it', () => {
    fc.assert(
      fc.property(split, (parts) => {
        const totals = totalsOf(parts);
        totals.input = parts.input;
        const meters = quantities(usageOf(totals, 'exclusive', 'usage_not_stated'));
        assert.equal(meters.uncached, BigInt(parts.input));
        assert.equal(meters.cached, BigInt(parts.read + parts.write5m + parts.write1h + parts.write));
      }),
    );
  });

  test('whatever is stated, no quantity is negative or zero and no meter stands twice', () => {
    const anything = fc.array(fc.oneof(fc.constant(-1), fc.nat({ max: 5000 })), { minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(anything, fc.boolean(), fc.boolean(), (values, isInclusive, isReasoningExtra) => {
        const totals = new UsageTotals();
        const names = Object.entries(totals).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
        for (const [at, name] of names.entries()) Object.assign(totals, { [name]: values[at % values.length] });
        totals.isReasoningExtra = isReasoningExtra;
        const meters = aggregateOf(totals, isInclusive ? 'inclusive' : 'exclusive');
        assert.ok(meters.every(({ quantityNano }) => quantityNano > 0n));
        assert.equal(new Set(meters.map(({ meter }) => meter)).size, meters.length);
      }),
    );
  });

  test('more cached than input proves that the input was stated without it', () => {
    const totals = new UsageTotals();
    Object.assign(totals, { input: 30, cacheRead: 2000, cacheWrite: 500, output: 120 });
    assert.deepEqual(byMeter(usageOf(totals, 'inclusive', '')), {
      input: 30,
      cache_read: 2000,
      cache_write: 500,
      output: 120,
    });
  });

  test('an input with the tokens read, and not those written, loses the former only', () => {
    for (const input of [2030, 2530, 30]) {
      const totals = Object.assign(new UsageTotals(), { input, cacheRead: 2000, cacheWrite: 500, output: 120 });
      const meters = byMeter(usageOf(totals, 'inclusive of reads', ''));
      assert.deepEqual(meters, { input: 30, cache_read: 2000, cache_write: 500, output: 120 });
    }
  });

  test('a write count of 0 beside lifetimes is corrected by them', () => {
    const totals = new UsageTotals();
    Object.assign(totals, {
      input: 2530,
      cacheRead: 2000,
      cacheWrite: 0,
      cacheWrite5m: 400,
      cacheWrite1h: 100,
      output: 120,
    });
    assert.deepEqual(byMeter(usageOf(totals, 'inclusive', '')), {
      ...{ input: 30, cache_read: 2000, cache_write_5m: 400, cache_write_1h: 100, output: 120 },
    });
  });

  test('reasoning above the output is left over from another call', () => {
    const totals = new UsageTotals();
    Object.assign(totals, { input: 10, output: 40, reasoning: 256 });
    assert.deepEqual(byMeter(usageOf(totals, 'inclusive', '')), { input: 10, output: 40 });
  });

  test('cached audio is counted as cached audio only', () => {
    const totals = new UsageTotals();
    Object.assign(totals, {
      input: 100,
      cacheRead: 50,
      audioInput: 40,
      audioCacheRead: 30,
      output: 20,
      audioOutput: 5,
    });
    assert.deepEqual(byMeter(usageOf(totals, 'inclusive', '')), {
      ...{ input: 40, cache_read: 20, audio_input: 10, audio_cache_read: 30, output: 15, audio_output: 5 },
    });
  });

  test('0 of everything is no usage, and says so', () => {
    const totals = new UsageTotals();
    Object.assign(totals, { input: 0, output: 0 });
    assert.deepEqual(usageOf(totals, 'inclusive', 'usage_not_stated'), { status: 'none', reason: 'zero_usage' });
  });

  test('nothing stated gives the reason that the span tells', () => {
    const usage = usageOf(new UsageTotals(), 'inclusive', 'stream_without_usage');
    assert.deepEqual(usage, { status: 'none', reason: 'stream_without_usage' });
  });
});

function totalsOf(parts: {
  read: number;
  write5m: number;
  write1h: number;
  write: number;
  text: number;
  thought: number;
}) {
  const totals = new UsageTotals();
  totals.cacheRead = parts.read;
  totals.cacheWrite5m = parts.write5m;
  totals.cacheWrite1h = parts.write1h;
  totals.cacheWrite = parts.write5m + parts.write1h + parts.write;
  totals.output = parts.text + parts.thought;
  totals.reasoning = parts.thought;
  return totals;
}

function byMeter(usage: Usage): Record<string, number> {
  const meters = usage.status === 'stated' ? usage.meters : [];
  return Object.fromEntries(meters.map(({ meter, quantityNano }) => [meter, Number(quantityNano / 1_000_000_000n)]));
}

function quantities(usage: Usage) {
  const sums = { input: 0n, cached: 0n, output: 0n, uncached: 0n };
  for (const { meter, quantityNano } of usage.status === 'stated' ? usage.meters : []) {
    const quantity = quantityNano / 1_000_000_000n;
    if (meter === 'input') sums.input += quantity;
    if (meter.startsWith('cache_')) sums.cached += quantity;
    if (meter === 'output' || meter === 'reasoning') sums.output += quantity;
  }
  sums.uncached = sums.input;
  return sums;
}
