import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@spanledger/schemas';
import { type LogTopic, partitionOfTrace } from '@spanledger/spanlog';
import { agentTrace, exportRequest, type TraceMix, type TraceSpan } from './agent-traces.ts';
import { BENCH_PARTITIONS, type BenchHouse } from './bench-house.ts';
import { decodeCost } from './decode.ts';
import { cpuSecondsOf, memoryMbOf } from './machine.ts';
import { figure, figureWithGoal, heading, thousands, times } from './report.ts';

type Measured = {
  readonly spans: number;
  readonly startCpuSeconds: number;
  readonly wallSeconds: number;
  readonly workerCpuSeconds: number;
  /** Of the worker's: without collecting garbage, compiling and the log's threads. */
  readonly mainThreadSeconds: number;
  readonly engineCpuSeconds: number;
  readonly merges: Merges;
};

type Merges = { readonly Merge: number; readonly MergedRows: number; readonly MergesTimeMilliseconds: number };

/** About 512 spans a request at 4 partitions. */
const SPANS_PER_RECORD = 128;
const MIX = { spacingNs: 1_000_000n, twinPercent: 2, lateParentPercent: 5, coldPercent: 1 };
const AFTERWARDS_MS = 5_000;
const GOAL = 60_000;
const WANTED = 100_000;

/** From the durable log to rows in the embedded ClickHouse and its rollups, in a house whose ledger is filled. */
export async function benchAttribution(house: BenchHouse, options: { readonly traces: number }): Promise<void> {
  heading(
    'attribution',
    `Spans per CPU-second of worker and engine together, from the durable log to ledger and rollups: 8 spans a trace, 5 meters a
call, ${MIX.twinPercent} % twins, ${MIX.lateParentPercent} % late parents, ${MIX.coldPercent} % spans of traces no longer in memory, in a ledger that is filled already. Counted from the first
record to the last rollup and ${AFTERWARDS_MS / 1000} s of merges beyond, after a warm-up with other traces; the start, which reads the known
traces from the ledger once, stands beside it.`,
  );
  const topic = house.log.topic(TOPICS.spans);
  const warmUp = Math.ceil(options.traces / 4);
  await measure(house, topic, await fillLog(topic, 0, warmUp));
  report(await measure(house, topic, await fillLog(topic, warmUp, options.traces)), house.enginePid);
}

async function measure(house: BenchHouse, topic: LogTopic, spans: number): Promise<Measured> {
  globalThis.gc?.();
  const attribution = house.attribution();
  const cpuAtStart = cpuSecondsOf(process.pid) + cpuSecondsOf(house.enginePid);
  const merged = await readMerges(house);
  await attribution.start();
  const own = process.cpuUsage();
  const ownThread = process.threadCpuUsage();
  const engine = cpuSecondsOf(house.enginePid);
  const startCpuSeconds = cpuSecondsOf(process.pid) + engine - cpuAtStart;
  const began = performance.now();
  while (topic.stats().backlogBytes > 0) await pause(20);
  const wallSeconds = (performance.now() - began) / 1000;
  await attribution.stop(0);
  await pause(AFTERWARDS_MS);
  const { user, system } = process.cpuUsage(own);
  const thread = process.threadCpuUsage(ownThread);
  const workerCpuSeconds = (user + system) / 1e6;
  const mainThreadSeconds = (thread.user + thread.system) / 1e6;
  const engineCpuSeconds = cpuSecondsOf(house.enginePid) - engine;
  const merges = since(merged, await readMerges(house));
  return { spans, startCpuSeconds, wallSeconds, workerCpuSeconds, mainThreadSeconds, engineCpuSeconds, merges };
}

function report(measured: Measured, enginePid: number): void {
  const { spans, startCpuSeconds, wallSeconds, workerCpuSeconds, mainThreadSeconds, engineCpuSeconds, merges } =
    measured;
  const cpuSeconds = workerCpuSeconds + engineCpuSeconds;
  const perSpan = (seconds: number) => `${((seconds / spans) * 1e6).toFixed(2)} µs a span`;
  figureWithGoal('spans per CPU-second, all processes', spans / cpuSeconds, { atLeast: GOAL });
  figure('    against where it is to be', times(spans / cpuSeconds / WANTED));
  figure('    spans, seconds of wall clock', `${thousands(spans)} in ${wallSeconds.toFixed(1)} s`);
  figure('    worker', `${perSpan(workerCpuSeconds)}, of which the main thread ${perSpan(mainThreadSeconds)}`);
  figure('    engine, inserts, rollups and merges', perSpan(engineCpuSeconds));
  const { ours, objects } = decodeCost(1);
  const withObjects = spans / (cpuSeconds + (spans * (objects - ours)) / 1e6);
  figure('    reading a span: ours, protobufjs and objects', `${ours.toFixed(2)} µs, ${objects.toFixed(2)} µs`);
  figure(
    '    computed: the same with protobufjs for the reading',
    `${thousands(withObjects)}, ours is ${times(spans / cpuSeconds / withObjects)}`,
  );
  figure(
    '    merges',
    `${merges.Merge} of ${thousands(merges.MergedRows)} rows, ${(merges.MergesTimeMilliseconds / 1000).toFixed(1)} s of wall clock`,
  );
  figure('    start beside it, both processes', `${startCpuSeconds.toFixed(1)} CPU-seconds, once`);
  const [worker, engine] = [memoryMbOf(process.pid), memoryMbOf(enginePid)];
  figure(
    '    resident after it: worker with the load it made, engine',
    `${worker.resident.toFixed(0)} MB, ${engine.resident.toFixed(0)} MB`,
  );
}

async function readMerges({ warehouse }: BenchHouse): Promise<Merges> {
  const rows = await warehouse.queryRows<{ event: string; value: string }>(
    `SELECT event, value FROM system.events WHERE event IN ('Merge', 'MergedRows', 'MergesTimeMilliseconds')`,
  );
  const of = (event: keyof Merges) => Number(rows.find((row) => row.event === event)?.value ?? 0);
  return { Merge: of('Merge'), MergedRows: of('MergedRows'), MergesTimeMilliseconds: of('MergesTimeMilliseconds') };
}

function since(before: Merges, after: Merges): Merges {
  return {
    Merge: after.Merge - before.Merge,
    MergedRows: after.MergedRows - before.MergedRows,
    MergesTimeMilliseconds: after.MergesTimeMilliseconds - before.MergesTimeMilliseconds,
  };
}

/** Late parents come some thousand traces after their children, cold spans at the very end. */
async function fillLog(topic: LogTopic, first: number, traces: number): Promise<number> {
  const mix: TraceMix = { ...MIX, startNs: BigInt(Date.now() - first - traces - 60_000) * 1_000_000n };
  const open = partitions();
  const late = partitions();
  const cold = partitions();
  let spans = 0;
  for (let index = first; index < first + traces; index += 1) {
    const trace = agentTrace(index, mix);
    const partition = partitionOfTrace(trace.traceId, BENCH_PARTITIONS);
    for (const span of trace.spans) {
      const list = span.delivery === 'first' ? open : span.delivery === 'late' ? late : cold;
      (list[partition] as TraceSpan[]).push(span);
      spans += 1;
    }
    if (index % LATE_AFTER_TRACES === LATE_AFTER_TRACES - 1) move(late, open);
    await append(topic, open, SPANS_PER_RECORD);
  }
  move(late, open);
  move(cold, open);
  await append(topic, open, 1);
  return spans;
}

const LATE_AFTER_TRACES = 1000;

function partitions(): TraceSpan[][] {
  return Array.from({ length: BENCH_PARTITIONS }, () => []);
}

function move(from: TraceSpan[][], to: TraceSpan[][]): void {
  from.forEach((spans, partition) => {
    to[partition]?.push(...spans.splice(0));
  });
}

async function append(topic: LogTopic, lists: TraceSpan[][], minimum: number): Promise<void> {
  for (const [partition, spans] of lists.entries()) {
    while (spans.length >= minimum && spans.length > 0) {
      const value = exportRequest(spans.splice(0, SPANS_PER_RECORD));
      await topic.append([{ partition, keyId: '', receivedAtMs: Date.now(), kind: 'otlp', value }]);
    }
  }
}
