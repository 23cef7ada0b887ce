import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, readRunningProcess } from '@spanledger/warehouse';

const BIN = fileURLToPath(new URL('../../bin/spanledger.js', import.meta.url));

export const FREE_PORTS = {
  SPANLEDGER_OTLP_GRPC_ADDRESS: '127.0.0.1:0',
  SPANLEDGER_OTLP_HTTP_ADDRESS: '127.0.0.1:0',
  SPANLEDGER_API_ADDRESS: '127.0.0.1:0',
  SPANLEDGER_SQL_ADDRESS: '127.0.0.1:0',
} as const;

export type Ended = { readonly code: number | null; readonly out: string; readonly note: string };

export type Spawned = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

/** Starts the command as users do; its output is kept. */
function spawnCli(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Spawned {
  const child = spawn(process.execPath, [BIN, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let note = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    note += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, note })));
  return { child, ended };
}

export function runCli(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return spawnCli(words, environment).ended;
}

export type RunningProduct = Spawned & { readonly run: RunningProcess };

/** Starts the product on free ports and waits until it has published where it listens. */
export async function startProduct(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningProduct> {
  const spawned = spawnCli(['start', '--data-dir', dataDir], { ...FREE_PORTS, ...environment });
  let failed: Ended | undefined;
  void spawned.ended.then((ended) => {
    failed = ended;
  });
  const run = await eventually('the product runs', () => {
    if (failed !== undefined) throw new Error(`start ended with ${failed.code}: ${failed.note}`);
    return readRunningProcess(dataDir);
  });
  return { ...spawned, run };
}

const DEADLINE_MS = 30_000;
const POLL_MS = 50;

/** Asks until there is an answer. */
export async function eventually<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new Error(`not within ${DEADLINE_MS} ms: ${what}`);
    await delay(POLL_MS);
  }
}

/** One model call of gpt-5-mini as OTLP/JSON: 1,000 tokens in, 100 out. */
export function modelCall(sessionId: string, startMs: number): string {
  const attributes = Object.entries({
    'gen_ai.operation.name': { stringValue: 'chat' },
    'gen_ai.provider.name': { stringValue: 'openai' },
    'gen_ai.request.model': { stringValue: 'gpt-5-mini' },
    'gen_ai.response.model': { stringValue: 'gpt-5-mini' },
    'gen_ai.conversation.id': { stringValue: sessionId },
    'gen_ai.usage.input_tokens': { intValue: '1000' },
    'gen_ai.usage.output_tokens': { intValue: '100' },
    'spanledger.team': { stringValue: 'search' },
  }).map(([key, value]) => ({ key, value }));
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'chat gpt-5-mini',
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 500}000000`,
    attributes,
  };
  return JSON.stringify({
    resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 'test' }, spans: [span] }] }],
  });
}
