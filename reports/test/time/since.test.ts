import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBillingPeriod } from '../../src/time/billing-period.ts';
import { parseSince } from '../../src/time/since.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

test('a relative or absolute since is a moment in UTC', () => {
  const moments = {
    '30m': '2026-11-23T11:30:00.000Z',
    '24h': '2026-11-22T12:00:00.000Z',
    '7d': '2026-11-16T12:00:00.000Z',
    '2w': '2026-11-09T12:00:00.000Z',
    '2026-11-01': '2026-11-01T00:00:00.000Z',
    '2026-11-01T08:30Z': '2026-11-01T08:30:00.000Z',
    '2026-11-01T08:30:15.250Z': '2026-11-01T08:30:15.250Z',
    '999999d': '1970-01-01T00:00:00.000Z',
  };
  for (const [text, iso] of Object.entries(moments)) assert.equal(parseSince(text, NOW)?.toISOString(), iso, text);
});

test('what names no moment is refused', () => {
  for (const text of [
    '',
    '7',
    'd',
    '-7d',
    '7 d',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-11-01T25:00',
    '1e3d',
  ]) {
    assert.equal(parseSince(text, NOW), undefined, text);
  }
});

test('a billing period is a month of UTC whose end is the next one', () => {
  assert.deepEqual(parseBillingPeriod('2026-12'), {
    name: '2026-12',
    start: new Date('2026-12-01T00:00:00Z'),
    end: new Date('2027-01-01T00:00:00Z'),
  });
  for (const text of ['2026-00', '2026-13', '2026-1', '26-11', '2026-11-01', 'november']) {
    assert.equal(parseBillingPeriod(text), undefined, text);
  }
});
