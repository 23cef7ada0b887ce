import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPicodollars, parsePicodollars } from '@spanledger/schemas';
import { CALL_COST, modelCall, requestWith, traceIdOf } from '../support/model-call.ts';
import { startProduct } from '../support/product.ts';
import { sendProtobuf } from '../support/send.ts';

const DAYS = 150;
const DAY_MS = 86_400_000;

test('spans of 150 days in one request are all in the ledger and in the rollups', async (context) => {
  const product = await startProduct();
  context.after(() => product.stop());
  const spans = Array.from({ length: DAYS }, (_, day) =>
    modelCall({ trace: 1, span: day + 1, startMs: Date.now() - day * DAY_MS }),
  );
  await sendProtobuf(product, requestWith(spans));
  await product.settle();
  const [row] = await product.warehouse.queryRows(
    `SELECT uniqExact(day) AS days, toString(sum(effective_cost)) AS cost,
       (SELECT toString(sum(effective_cost)) FROM spanledger.team_costs) AS of_teams,
       (SELECT toString(sum(effective_cost)) FROM spanledger.session_costs WHERE session_id = {id:String}) AS of_session
     FROM spanledger.charges WHERE trace_id = {id:String}`,
    { id: traceIdOf(1) },
  );
  const cost = formatPicodollars(BigInt(DAYS) * (parsePicodollars(CALL_COST) ?? 0n));
  assert.deepEqual(row, { days: String(DAYS), cost, of_teams: cost, of_session: cost });
});
