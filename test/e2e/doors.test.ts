import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createApi } from '@spanledger/reports';
import { createWarehouseReader } from '@spanledger/warehouse';
import { pino } from 'pino';
import { grpcSend } from '../../ingest/test/support/grpc-client.ts';
import { httpSend } from '../../ingest/test/support/http-client.ts';
import { modelCall, requestWith, traceIdOf } from '../support/model-call.ts';
import { type Json, toProtobuf } from '../support/otlp.ts';
import { type Product, startProduct } from '../support/product.ts';
import { sendJson } from '../support/send.ts';

const KEYS = {
  alpha: { id: 'alpha', sha256: hash('sha256', 'secret-alpha'), tenant: 'alpha' },
  beta: { id: 'beta', sha256: hash('sha256', 'secret-beta'), tenant: 'beta' },
  pinned: { id: 'pinned', sha256: hash('sha256', 'secret-pinned'), tenant: 'alpha', team: 'payers', project: 'paid' },
};
const EVIL = 'https://evil.example';

let product: Product;
before(async () => {
  product = await startProduct({ keys: Object.values(KEYS) });
});
after(() => product.stop());

test("another tenant's trace and span ids: each tenant has its own row, with its own words", async () => {
  const call = (team: string, tokens: number) =>
    modelCall({ trace: 1, span: 1, attributes: { 'spanledger.team': team, 'gen_ai.usage.input_tokens': tokens } });
  await sendJson(product, requestWith([call('of alpha', 1)]), 'secret-alpha');
  await product.attributed();
  await sendJson(product, requestWith([call('of beta', 2)]), 'secret-beta');
  await product.settle();
  const rows = await rowsOf(1, 'tenant, team, consumed_quantity AS tokens');
  assert.deepEqual(rows, [
    { tenant: 'alpha', team: 'of alpha', tokens: '1' },
    { tenant: 'beta', team: 'of beta', tokens: '2' },
  ]);
});

test("another tenant's parent gives no lineage", async () => {
  const parent = modelCall({
    trace: 2,
    span: 1,
    attributes: { 'spanledger.team': 'of alpha', 'session.id': 'of alpha' },
  });
  const child = modelCall({ trace: 2, span: 2, parent: 1, attributes: { 'gen_ai.usage.input_tokens': 5 } });
  await sendJson(product, requestWith([parent]), 'secret-alpha');
  await sendJson(product, requestWith([child]), 'secret-beta');
  await product.attributed();
  const rows = await rowsOf(2, 'tenant, team, session_id');
  assert.deepEqual(rows, [
    { tenant: 'alpha', team: 'of alpha', session_id: 'of alpha' },
    { tenant: 'beta', team: 'unattributed', session_id: traceIdOf(2) },
  ]);
});

test('a key that pins team and project wins over what spans claim, and the mismatch is counted', async () => {
  const { pinMismatches } = product.attribution.stats();
  const claims = { 'spanledger.team': 'claimed', 'spanledger.project': 'claimed' };
  await sendJson(product, requestWith([modelCall({ trace: 3, span: 1, attributes: claims })]), 'secret-pinned');
  await product.attributed();
  assert.deepEqual(await rowsOf(3, 'tenant, team, project'), [{ tenant: 'alpha', team: 'payers', project: 'paid' }]);
  assert.equal(product.attribution.stats().pinMismatches, pinMismatches + 1);
});

for (const secret of [undefined, 'secret-gamma', 'alpha', KEYS.alpha.sha256]) {
  test(`without a known key nothing is taken: ${secret ?? 'none'}`, async (context) => {
    const before = product.ingest.counters();
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    const bytes = toProtobuf(requestWith([modelCall({ trace: 4, span: 1 })]));
    const overHttp = await httpSend(product.otlp.http, {
      headers: { ...headers, 'content-type': 'application/x-protobuf' },
      body: bytes,
    });
    const overGrpc = await grpcSend(context, product.otlp.grpc, bytes, { headers });
    assert.deepEqual([overHttp.status, overGrpc.code], [401, 16]);
    const { requests, appendedRecords } = product.ingest.counters();
    assert.equal(requests.unauthenticated, (before.requests.unauthenticated ?? 0) + 2);
    assert.equal(appendedRecords, before.appendedRecords);
  });
}

test('a web page and a foreign name are refused on OTLP/HTTP and OTLP/gRPC, and counted', async (context) => {
  const before = product.ingest.counters();
  const authorization = 'Bearer secret-alpha';
  const bytes = toProtobuf(requestWith([modelCall({ trace: 5, span: 1 })]));
  const http = (headers: Record<string, string>) =>
    httpSend(product.otlp.http, {
      headers: { 'content-type': 'application/x-protobuf', authorization, ...headers },
      body: bytes,
    });
  const grpc = (headers: Record<string, string>) =>
    grpcSend(context, product.otlp.grpc, bytes, { headers: { authorization, ...headers } });
  assert.equal((await http({ origin: EVIL })).status, 403);
  assert.equal((await http({ host: 'evil.example:4318' })).status, 403);
  assert.equal((await grpc({ origin: EVIL })).code, 7);
  assert.equal((await grpc({ ':authority': 'evil.example:4317' })).code, 7);
  const { requests, appendedRecords } = product.ingest.counters();
  assert.equal(requests.forbidden, (before.requests.forbidden ?? 0) + 4);
  assert.equal(appendedRecords, before.appendedRecords);
});

test('a web page and a foreign name are refused on the SQL port', async () => {
  const { host } = new URL(product.sqlUrl);
  const ask = (headers: Record<string, string>, method = 'GET') => {
    const query = method === 'GET' ? '/?query=SELECT%20count()%20FROM%20spanledger.charges' : '/';
    return httpSend(host, { method, path: query, headers, body: method === 'GET' ? '' : 'SELECT 1' });
  };
  assert.equal((await ask({})).status, 200);
  for (const method of ['GET', 'POST']) {
    const page = await ask({ origin: EVIL }, method);
    assert.equal(page.headers['access-control-allow-origin'], undefined);
    assert.ok(page.status >= 400, `${method} with an Origin answers ${page.status}`);
    const foreign = await ask({ host: 'evil.example:8123' }, method);
    assert.ok(foreign.status >= 400, `${method} with a foreign Host answers ${foreign.status}`);
  }
});

test('a web page and a foreign name are refused by the HTTP API', async (context) => {
  const reader = createWarehouseReader({ url: product.sqlUrl });
  context.after(() => reader.close());
  const api = createApi({
    address: { host: '127.0.0.1', port: 0 },
    reader,
    health: async () => [],
    metrics: () => ({}),
    clock: Date.now,
    logger: pino({ level: 'silent' }),
  });
  const address = await api.start();
  context.after(() => api.stop());
  const ask = (headers: Record<string, string>) => httpSend(address, { method: 'GET', path: '/v1/sessions', headers });
  assert.equal((await ask({})).status, 200);
  for (const headers of [{ origin: EVIL }, { host: 'evil.example:8080' }]) {
    const answer = await ask(headers);
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
});

function rowsOf(trace: number, columns: string): Promise<Json[]> {
  return product.warehouse.queryRows<Json>(
    `SELECT ${columns} FROM spanledger.charges WHERE trace_id = {id:String} AND meter = 'input' ORDER BY ALL`,
    { id: traceIdOf(trace) },
  );
}
