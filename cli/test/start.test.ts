import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connectableAddress } from '../src/config/listen-address.ts';
import { eventually, FREE_PORTS, modelCall, type RunningProduct, runCli, startProduct } from './support/product.ts';

const folder = mkdtempSync(join(tmpdir(), 'spanledger-cli-'));
const dataDir = join(folder, 'data');
const running = new Set<RunningProduct>();

after(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function start(): Promise<RunningProduct> {
  const product = await startProduct(dataDir);
  running.add(product);
  return product;
}

async function send({ run }: RunningProduct, sessionId: string): Promise<void> {
  const url = `http://${connectableAddress(run.addresses.otlpHttp ?? '')}/v1/traces`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: modelCall(sessionId, Date.now() - 1_000) });
  assert.equal(answer.status, 200, await answer.text());
}

/** The `sessions` table's line of a session, once it is there. */
function sessionLine(sessionId: string): Promise<string> {
  return eventually(`sessions shows ${sessionId}`, async () => {
    const { out } = await runCli(['sessions', '--data-dir', dataDir]);
    return out.split('\n').find((line) => line.startsWith(sessionId));
  });
}

test('what is sent is in the ledger, survives a stop, and is there when nothing runs and after the next start', async () => {
  // given a running product that has taken one model call
  const first = await start();
  await send(first, 'first-session');

  // then the running process answers what it cost: 1,000 tokens at $0.25 and 100 at $2 per million
  const line = await sessionLine('first-session');
  assert.match(line, /search .* 1 {2,}1,100 {2,}\$0\.000450/);
  const status = await runCli(['status', '--data-dir', dataDir]);
  assert.equal(status.code, 0, status.out);
  assert.match(status.out, new RegExp(`Running as process ${first.child.pid}`));

  // and a second process on the folder says who holds it and stops
  const second = await runCli(['start', '--data-dir', dataDir], FREE_PORTS);
  assert.equal(second.code, 1);
  assert.match(second.note, new RegExp(`in use by process ${first.child.pid}.*SPL_DATA_FOLDER_IN_USE`));
  assert.doesNotMatch(second.note, /\n\s+at /);

  // when it is stopped, in order
  first.child.kill('SIGINT');
  const ended = await first.ended;
  running.delete(first);
  assert.equal(ended.code, 0, ended.note);
  assert.match(ended.out, /Spanledger [\d.]+ is running\.[\s\S]*Try next[\s\S]*Stopped\.\n$/);

  // then the asking commands open the data themselves
  const trail = await runCli(['session', 'first-session', '--data-dir', dataDir]);
  assert.match(
    trail.out,
    /model gpt-5-mini \(openai\)[\s\S]*input 1,000 at \$0\.25 per 1M tokens[\s\S]*Total +\$0\.000450/,
  );
  const month = new Date().toISOString().slice(0, 7);
  const statement = await runCli(['export', 'chargeback', '--period', month, '--data-dir', dataDir]);
  assert.match(statement.out, /\r\ncharge,search,USD,.*,0\.00045,2,0,0\r\ntotal,,USD,.*,0\.00045,2,0,0\r\n$/);

  // and the next start has it all
  const third = await start();
  assert.equal(await sessionLine('first-session'), line);
  third.child.kill('SIGTERM');
  assert.equal((await third.ended).code, 0);
  running.delete(third);
});

test('spans acknowledged just before the stop are in the ledger after it', async () => {
  const product = await start();
  await send(product, 'last-second');
  product.child.kill('SIGINT');
  assert.equal((await product.ended).code, 0);
  running.delete(product);
  const { out } = await runCli([
    'query',
    "SELECT session_id, effective_cost FROM session_costs WHERE session_id = 'last-second'",
    '--format',
    'csv',
    '--data-dir',
    dataDir,
  ]);
  assert.equal(out, '"session_id","effective_cost"\n"last-second",0.00045\n');
});

test('a taken port is named with what to do, and nothing is left running', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  for (const part of ['OTLP_GRPC', 'OTLP_HTTP', 'API', 'SQL']) {
    const variable = `SPANLEDGER_${part}_ADDRESS`;
    const { code, note } = await runCli(['start', '--data-dir', join(folder, 'other')], {
      ...FREE_PORTS,
      [variable]: `127.0.0.1:${port}`,
    });
    assert.equal(code, 1, variable);
    assert.match(note, new RegExp(`127\\.0\\.0\\.1:${port}.*${variable}`), variable);
    assert.doesNotMatch(note, /\n\s+at /, variable);
  }
  server.close();
});

test('when the engine dies the product says so, stops, and is there again after the next start', async () => {
  const product = await start();
  const [engine] = execFileSync('pgrep', ['-P', String(product.run.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  process.kill(Number(engine), 'SIGKILL');
  const { code, note } = await product.ended;
  running.delete(product);
  assert.equal(code, 1);
  assert.match(note, /engine was ended by signal SIGKILL.*SPL_START_PART_FAILED/s);
  const again = await runCli([
    'query',
    'SELECT count() AS n FROM session_costs',
    '--format',
    'jsonl',
    '--data-dir',
    dataDir,
  ]);
  assert.match(again.out, /"n":"?2/);
});

test('wrong settings stop the start with all of them in one message', async () => {
  const { code, note } = await runCli(['start', '--data-dir', join(folder, 'other')], {
    SPANLEDGER_API_ADDRESS: 'x',
    SPANLEDGER_KAFKA_BROKERS: 'a:1',
  });
  assert.equal(code, 1);
  assert.match(note, /^2 settings are wrong:[\s\S]*SPANLEDGER_KAFKA_BROKERS[\s\S]*SPL_CONFIG_INVALID/);
});
