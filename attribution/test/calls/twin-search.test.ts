import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClaimIndex } from '../../src/calls/claims.ts';
import { readNotice } from '../../src/calls/notice.ts';
import { sightingOf } from '../../src/calls/sighting.ts';
import { TwinSearch } from '../../src/calls/twin-search.ts';
import { Trace } from '../../src/trace/trace.ts';
import { EPOCH_MS, type MadeSpan, made, origin, traceId } from '../support/made-spans.ts';

const framework = (trace: number, span: Partial<MadeSpan> = {}): MadeSpan => ({
  id: 1,
  trace,
  scope: 'framework',
  rank: 40,
  tokens: { input: 9 },
  ...span,
});
const native = (trace: number, span: Partial<MadeSpan> = {}): MadeSpan => ({
  id: 1,
  trace,
  scope: 'native',
  rank: 20,
  tokens: { input: 9 },
  ...span,
});

/** Spans of traces of their own, arriving one after the other; returns who is told of whom, as `to<from`. */
function search(arrivals: readonly (MadeSpan & { readonly tenant?: string })[]): string[] {
  const [claims, twins] = [new ClaimIndex(1000), new TwinSearch()];
  const traces = new Map<string, Trace>();
  return arrivals.flatMap(({ tenant = 'default', ...span }) => {
    const trace = new Trace(tenant, traceId(span.trace ?? 1));
    traces.set(`${tenant} ${trace.traceId}`, trace);
    const { node } = trace.add(made(span), origin());
    node.sighting = sightingOf(node.span);
    assert.ok(node.sighting !== undefined);
    const ref = { tenant, traceId: trace.traceId, spanId: node.span.identity.spanId };
    const candidates = claims.add(ref, node.sighting).map((other) => ({ tenant, node, other }));
    const notices = twins.notices(candidates, (other) => traces.get(`${other.tenant} ${other.traceId}`), EPOCH_MS);
    return notices.map(({ value }) => {
      const notice = readNotice(value);
      assert.equal(notice?.tenant, tenant);
      return `${Number.parseInt(notice?.traceId ?? '', 16)}<${Number.parseInt(notice?.twin.sighting.traceId ?? '', 16)}`;
    });
  });
}

test('both owners are told of a pair', () => {
  assert.deepEqual(search([framework(1), native(2)]), ['2<1', '1<2']);
});

test('a candidate that is no twin after all (other time, same instrumentation) is told to nobody', () => {
  assert.deepEqual(search([framework(1), native(2, { start: 50_000 })]), []);
  assert.deepEqual(search([framework(1), framework(2)]), []);
});

test('a candidate whose trace is not there any more is passed over', () => {
  const twins = new TwinSearch();
  const { node } = new Trace('default', traceId(1)).add(made(framework(1)), origin());
  node.sighting = sightingOf(node.span);
  const other = { tenant: 'default', traceId: traceId(2), spanId: '1' };
  assert.deepEqual(
    twins.notices([{ tenant: 'default', node, other }], () => undefined, 0),
    [],
  );
});

test('parallel identical calls seen by two instrumentations in traces of their own pair up one to one', () => {
  const told = search([framework(1), framework(2), framework(3), native(4), native(5), native(6), native(7)]);
  const pairs = told.map((text) => text.split('<').map(Number)).filter(([to, from]) => (to ?? 0) < (from ?? 0));
  assert.equal(pairs.length, 3);
  assert.equal(new Set(pairs.flat()).size, 6, 'no call twice');
});

test('2,000 calls in traces of their own whose ids repeat after 999, seen twice, are 2,000 pairs', () => {
  const arrivals = Array.from({ length: 2000 }, (_, index) => {
    const span = {
      start: index * 2000,
      end: index * 2000 + 500,
      tokens: { input: 9 },
      call: { responseId: `chatcmpl-${index % 999}` },
    };
    return [framework(2 * index + 1, span), native(2 * index + 2, span)];
  }).flat();
  assert.equal(search(arrivals).length, 4000);
});

test("another tenant's spans with the same ids never keep a pair apart", () => {
  const mine = { tenant: 'mine' };
  const theirs = { tenant: 'theirs' };
  const told = search([
    { ...framework(1), ...theirs },
    { ...native(2), ...theirs },
    { ...framework(1), ...mine },
    { ...native(2), ...mine },
  ]);
  assert.deepEqual(told, ['2<1', '1<2', '2<1', '1<2']);
});
