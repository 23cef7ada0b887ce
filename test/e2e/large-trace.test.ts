import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPicodollars, parsePicodollars } from '@spanledger/schemas';
import { CALL_COST, modelCall, plainSpan, requestWith } from '../support/model-call.ts';
import type { Span, TraceRequest } from '../support/otlp.ts';
import { startProduct } from '../support/product.ts';
import { sendAll, sendProtobuf } from '../support/send.ts';

const SPANS = 50_000;
/** Spans 1 to this form a chain from the root; all others hang on them. */
const CHAIN = 2_000;
const SINGLE = 500;
const CALL_EVERY = 10;
const IN_FLIGHT = 8;
const BATCH_SPANS = 100;
const DEADLINE_MS = 60_000;
/** How often a span may be written again on average because later ones change its lineage. */
const MAX_WRITES_PER_SPAN = 8;

test('a trace of 50,000 spans sent leaf first ends with the right owner on every charge, in bounded time', async (context) => {
  const product = await startProduct();
  context.after(() => product.stop());
  const begin = performance.now();
  // When: the leaves come in batches, and the last 500 ancestors one by one, the root last
  await sendAll(leafFirst(), IN_FLIGHT, (request) => sendProtobuf(product, request));
  await product.settle();
  const tookMs = performance.now() - begin;
  // Then
  const [row] = await product.warehouse.queryRows(
    `SELECT uniqExact(span_id) AS calls, count() AS lines, toString(sum(effective_cost)) AS cost,
       groupUniqArray((team, session_id)) AS owners, (SELECT count() FROM spanledger.spans) AS spans,
       (SELECT toString(sum(effective_cost)) FROM spanledger.session_costs WHERE session_id = 'large') AS of_session,
       (SELECT toString(sum(effective_cost)) FROM spanledger.team_costs WHERE team = 'owner') AS of_team
     FROM spanledger.charges`,
  );
  const calls = (SPANS - CHAIN) / CALL_EVERY;
  const cost = formatPicodollars(BigInt(calls) * (parsePicodollars(CALL_COST) ?? 0n));
  assert.deepEqual(row, {
    calls: String(calls),
    lines: String(calls * 2),
    cost,
    owners: [['owner', 'large']],
    spans: String(SPANS),
    of_session: cost,
    of_team: cost,
  });
  const { rowsWritten } = product.attribution.stats();
  context.diagnostic(`${Math.round(tookMs)} ms, ${(rowsWritten / SPANS).toFixed(2)} rows written per span`);
  assert.ok(rowsWritten < SPANS * MAX_WRITES_PER_SPAN, `${rowsWritten} rows were written`);
  assert.ok(tookMs < DEADLINE_MS, `it took ${tookMs} ms`);
});

function leafFirst(): TraceRequest[] {
  const startMs = Date.now() - 10_000;
  const requests: TraceRequest[] = [];
  let batch: Span[] = [];
  for (let span = SPANS; span > 0; span -= 1) {
    batch.push(spanAt(span, startMs));
    if (span > SINGLE && batch.length < BATCH_SPANS) continue;
    requests.push(requestWith(batch));
    batch = [];
  }
  return requests;
}

function spanAt(span: number, startMs: number): Span {
  const place = { trace: 1, span, startMs };
  if (span === 1) return plainSpan({ ...place, attributes: { 'spanledger.team': 'owner', 'session.id': 'large' } });
  if (span <= CHAIN) return plainSpan({ ...place, parent: span - 1 });
  const parent = (span % CHAIN) + 1;
  return span % CALL_EVERY === 0 ? modelCall({ ...place, parent }) : plainSpan({ ...place, parent });
}
