import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mergeCall } from '../../src/calls/merge-call.ts';
import { totalsOf } from '../../src/calls/sighting.ts';
import type { MeterQuantity } from '../../src/facts.ts';
import { ratingRequest } from '../../src/ledger/charge-call.ts';
import { rateEachModel } from '../../src/ledger/rate-each-model.ts';
import { readCall } from '../../src/ledger/read-facts.ts';
import { resolveTrace } from '../../src/ledger/resolve-trace.ts';
import { factsText } from '../../src/ledger/row-facts.ts';
import {
  type MadeSpan,
  made,
  metersOf,
  priceOf,
  RESOLVE,
  rater,
  row,
  rowsOf,
  sighting,
  traceOf,
} from '../support/made-spans.ts';

const ADVISED = [
  ...metersOf({ input: 1000, output: 100 }),
  ...metersOf({ input: 400, output: 50 }).map((quantity) => ({ ...quantity, model: 'gpt-4o' })),
];
const usage = { status: 'stated', meters: ADVISED, assumed: '', source: 'raw' } as const;

describe('a call that two models served', () => {
  test('each quantity is priced as its own model, and the sum is that of two calls', () => {
    const { lines, pricedModel } = rateEachModel(rater, requestOf({ id: 1, call: { usage } }, ADVISED));
    assert.equal(pricedModel, 'gpt-4o-mini');
    assert.deepEqual(
      lines.map(({ meter, price }) => `${meter} ${price.priceId.split('/')[1]}`),
      ['input gpt-4o-mini', 'output gpt-4o-mini', 'input gpt-4o', 'output gpt-4o'],
    );
    const own = lines.slice(0, 2).reduce((sum, { listCost }) => sum + listCost, 0n);
    assert.equal(own, priceOf({ input: 1000, output: 100 }));
    const adviser = { id: 2, call: { requestModel: 'gpt-4o', responseModel: 'gpt-4o' } };
    const alone = rateEachModel(rater, requestOf(adviser, metersOf({ input: 400, output: 50 })));
    assert.deepEqual(lines.slice(2), alone.lines);
  });

  test("another emitter, which knows nothing of the adviser, tells of the same call; the adviser's part stays", () => {
    assert.deepEqual(totalsOf(ADVISED), totalsOf(metersOf({ input: 1000, output: 100 })));
    const knowing = sighting({ id: 1, call: { usage } });
    const other = sighting({ id: 2, scope: 'other', tokens: { input: 600, cache_read: 400, output: 100 } });
    for (const merged of [mergeCall(knowing, [other]), mergeCall(other, [knowing])]) {
      const meters = merged.usage.status === 'stated' ? merged.usage.meters : [];
      assert.deepEqual(meters.map(({ meter, model }) => `${meter} ${model ?? ''}`.trim()).sort(), [
        'cache_read',
        'input',
        'input gpt-4o',
        'output',
        'output gpt-4o',
      ]);
    }
  });

  test('the ledger remembers whose each quantity is', () => {
    const trace = traceOf([made({ id: 1, call: { usage } })]);
    resolveTrace(trace, RESOLVE);
    const [node] = [...trace.nodes.values()];
    assert.ok(node !== undefined);
    const { c } = JSON.parse(factsText(node)) as { c: Parameters<typeof readCall>[0] };
    assert.deepEqual(readCall(c).usage, usage);
    assert.equal(row(rowsOf(trace), 1).rated?.lines.length, 4);
  });
});

function requestOf(span: MadeSpan, meters: readonly MeterQuantity[]) {
  const [node] = [...traceOf([span]).nodes.values()];
  assert.ok(node !== undefined);
  return ratingRequest(node, node.span.classification.call, meters);
}
