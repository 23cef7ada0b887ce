import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { explainTrace, listReported } from '@spanledger/reports';
import { createWarehouseReader } from '@spanledger/warehouse';
import { modelCall, plainSpan, requestWith, spanIdOf, traceIdOf } from '../support/model-call.ts';
import { type Product, startProduct } from '../support/product.ts';
import { sendJson } from '../support/send.ts';

const ID = { 'gen_ai.response.id': 'chatcmpl-2f0c9a5be1d24cf6' };
const AGENT = {
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': 'researcher',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};

async function productWithCalls(context: TestContext): Promise<Product> {
  const product = await startProduct();
  context.after(() => product.stop());
  const startMs = Date.now() - 10_000;
  const agent = plainSpan({
    trace: 1,
    span: 1,
    startMs,
    durationMs: 900,
    name: 'invoke_agent',
    attributes: AGENT,
    more: { kind: 1 },
  });
  const call = modelCall({
    trace: 1,
    span: 2,
    parent: 1,
    startMs,
    durationMs: 800,
    attributes: { ...ID, 'operation.cost': 0.0005 },
  });
  const twin = modelCall({ trace: 2, span: 3, startMs: startMs + 100, durationMs: 600, attributes: ID });
  await sendJson(product, requestWith([agent, call]));
  await sendJson(product, requestWith([twin], { scope: { name: 'com.anthropic.sdk.typescript' } }));
  await product.settle();
  return product;
}

test('an explanation follows each figure to its span, rule, source, price and twins, also in other traces', async (context) => {
  const product = await productWithCalls(context);
  const reader = createWarehouseReader({ url: product.sqlUrl });
  context.after(() => reader.close());

  const [agent, call, ...more] = await explainTrace(reader, { traceId: traceIdOf(1) });
  assert.deepEqual(more, []);
  assert.equal(agent?.suppression?.reason, 'aggregate');
  assert.equal(agent.suppression.kept_span_id, spanIdOf(2));
  assert.equal(call?.span.dialect_rule.startsWith('otel-gen-ai.request'), true);
  assert.match(call.span.usage_source, /input=gen_ai\.usage\.input_tokens/);
  assert.deepEqual(
    call.charges.map(({ meter, consumed_quantity, list_unit_price, effective_cost, price_id }) => [
      meter,
      consumed_quantity,
      list_unit_price,
      effective_cost,
      price_id.split('@')[0],
    ]),
    [
      ['input', '1000', '0.25', '0.00025', 'openai/gpt-5-mini/input'],
      ['output', '100', '2', '0.0002', 'openai/gpt-5-mini/output'],
    ],
  );
  assert.deepEqual(
    call.alsoSeenBy.map(({ trace_id, span_id, rule }) => [trace_id, span_id, rule]),
    [
      [traceIdOf(1), spanIdOf(1), 'otel-gen-ai.agent'],
      [traceIdOf(2), spanIdOf(3), 'twin.response_id@1'],
    ],
  );

  const [twin] = await explainTrace(reader, { traceId: traceIdOf(2), spanId: spanIdOf(3) });
  assert.equal(twin?.suppression?.kept_trace_id, traceIdOf(1));
  assert.deepEqual(twin.charges, []);
  assert.deepEqual(await explainTrace(reader, { traceId: traceIdOf(9) }), []);
});

test("what an emitter says that a call costs is compared with the ledger's list cost, and changes nothing", async (context) => {
  const product = await productWithCalls(context);
  const reader = createWarehouseReader({ url: product.sqlUrl });
  context.after(() => reader.close());

  const [row, ...more] = await listReported(reader, { since: new Date(0), limit: 10 });
  assert.deepEqual(more, []);
  assert.deepEqual(
    [row?.calls, row?.differing_calls, row?.reported_cost, row?.list_cost, row?.difference, row?.example_span_id],
    [1, 1, '0.0005', '0.00045', '0.00005', spanIdOf(2)],
  );
});
