import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readRunningProcess } from '@spanledger/warehouse';
import { runProduct } from '../support/running-product.ts';
import { agentTrace, exportRequest } from './agent-traces.ts';
import { memoryMbOf } from './machine.ts';
import { figure, figureWithGoal, heading, median, thousands, times } from './report.ts';

type Memory = { readonly resident: number; readonly own: number };
/** Of the product's two processes. */
type Sample = { readonly product: Memory; readonly engine: Memory };

const REST_MS = 10_000;
const SAMPLE_INTERVAL_MS = 500;
const TRACES_PER_REQUEST = 25;
const REQUESTS_PER_SECOND = 10;
const GOAL_MB = 600;
/** More growth than this from the first to the last third of the load is not flat. */
const FLAT_PART = 1.1;

/** Resident memory of `spanledger start`, the engine's process counted, at rest and under steady load of new traces. */
export async function benchMemory({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const seconds = isQuick ? 15 : 60;
  heading(
    'memory',
    `Resident MB of "spanledger start" with its engine's process, on an empty data folder: ${REST_MS / 1000} s after the start, then for ${seconds} s of
about ${thousands(TRACES_PER_REQUEST * REQUESTS_PER_SECOND * 8)} new spans a second over HTTP. "Own" leaves out what only maps files (code, the span log).`,
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'spanledger-bench-'));
  const product = await runProduct(dataDir);
  const pid = readRunningProcess(dataDir)?.pid ?? 0;
  const sample = (): Sample => ({ product: memoryMbOf(pid), engine: memoryMbOf(product.enginePid) });
  try {
    await pause(REST_MS);
    reportRest(sample());
    const samples: Sample[] = [];
    const sampling = setInterval(() => samples.push(sample()), SAMPLE_INTERVAL_MS);
    const spans = await load(product.addresses.otlpHttp, seconds).finally(() => clearInterval(sampling));
    reportLoad(samples, spans / seconds);
  } finally {
    await product.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function reportRest({ product, engine }: Sample): void {
  figureWithGoal('at rest, both processes', product.resident + engine.resident, { below: GOAL_MB }, ' MB');
  figure('    product, engine', `${describe(product)}; ${describe(engine)}`);
}

function describe({ resident, own }: Memory): string {
  return `${resident.toFixed(0)} MB (own ${own.toFixed(0)})`;
}

function reportLoad(samples: readonly Sample[], spansPerSecond: number): void {
  const third = Math.floor(samples.length / 3);
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const thirds = (of: (sample: Sample) => number) => [median(first.map(of)), median(last.map(of))] as const;
  figure('under load, spans a second', thousands(spansPerSecond));
  for (const [name, of] of [
    ['both', ({ product, engine }: Sample) => product.resident + engine.resident],
    ['product', ({ product }: Sample) => product.resident],
    ['engine', ({ engine }: Sample) => engine.resident],
  ] as const) {
    const [before, after] = thirds(of);
    const verdict = after / before <= FLAT_PART ? 'flat' : 'GROWING';
    figure(
      `    ${name}: first third, last third`,
      `${before.toFixed(0)} MB, ${after.toFixed(0)} MB: ${times(after / before)}, ${verdict}`,
    );
  }
}

/** Sends new traces at a steady rate; resolves with the number of spans. Fails when one request is refused. */
async function load(address: string, seconds: number): Promise<number> {
  const spacingNs = BigInt(Math.floor(1e9 / (TRACES_PER_REQUEST * REQUESTS_PER_SECOND)));
  const mix = {
    startNs: BigInt(Date.now()) * 1_000_000n,
    spacingNs,
    twinPercent: 2,
    lateParentPercent: 0,
    coldPercent: 0,
  };
  const began = performance.now();
  let spans = 0;
  for (let request = 0; request < seconds * REQUESTS_PER_SECOND; request += 1) {
    const dueMs = (request * 1000) / REQUESTS_PER_SECOND - (performance.now() - began);
    if (dueMs > 0) await pause(dueMs);
    const traces = Array.from({ length: TRACES_PER_REQUEST }, (_, index) =>
      agentTrace(request * TRACES_PER_REQUEST + index, mix),
    );
    const sent = traces.flatMap((trace) => trace.spans);
    await send(address, exportRequest(sent));
    spans += sent.length;
  }
  return spans;
}

async function send(address: string, body: Buffer): Promise<void> {
  const answer = await fetch(`http://${address}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(body),
  });
  if (!answer.ok)
    throw new Error(`The product refused a request of the bench with ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}
