import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@spanledger/schemas';
import { type LogTopic, partitionOfTrace } from '@spanledger/spanlog';
import { agentTrace, exportRequest, type TraceMix, type TraceSpan } from './agent-traces.ts';
import { BENCH_PARTITIONS, type BenchHouse, buildBenchHouse, cpuSecondsOf } from './bench-house.ts';
import { prefillLedger } from './prefill.ts';

export type AttributionBenchOptions = { readonly traces: number; readonly prefilledCharges: number };

export type AttributionResult = {
  readonly spans: number;
  readonly wallSeconds: number;
  readonly workerCpuSeconds: number;
  readonly engineCpuSeconds: number;
  readonly spansPerCpuSecond: number;
};

/** About 512 spans a request at 4 partitions. */
const SPANS_PER_RECORD = 128;
const MIX = { spacingNs: 1_000_000n, twinPercent: 2, lateParentPercent: 5, coldPercent: 1 };

/**
 * Attribution from the durable log to rows in the embedded ClickHouse and its rollups: 8 spans a trace, 5 meters a call,
 * 2 % twins, 5 % late parents, 1 % spans of traces no longer in memory, with charges already there. The CPU of this
 * process and of the engine is counted, the engine's for its merges five seconds beyond the last row too.
 */
export async function benchAttribution(options: AttributionBenchOptions): Promise<AttributionResult> {
  const house = await buildBenchHouse();
  try {
    await prefillLedger(house.warehouse, options.prefilledCharges);
    const topic = house.log.topic(TOPICS.spans);
    const startNs = BigInt(Date.now() - options.traces - 60_000) * 1_000_000n;
    const spans = await fillLog(topic, options.traces, { ...MIX, startNs });
    globalThis.gc?.();
    return await measure(house, topic, spans);
  } finally {
    await house.stop();
  }
}

async function measure(house: BenchHouse, topic: LogTopic, spans: number): Promise<AttributionResult> {
  const attribution = house.attribution();
  const own = process.cpuUsage();
  const engine = cpuSecondsOf(house.enginePid);
  const began = performance.now();
  await attribution.start();
  while (topic.stats().backlogBytes > 0) await pause(20);
  const wallSeconds = (performance.now() - began) / 1000;
  await attribution.stop(0);
  await pause(5_000);
  const { user, system } = process.cpuUsage(own);
  const workerCpuSeconds = (user + system) / 1e6;
  const engineCpuSeconds = cpuSecondsOf(house.enginePid) - engine;
  const spansPerCpuSecond = spans / (workerCpuSeconds + engineCpuSeconds);
  return { spans, wallSeconds, workerCpuSeconds, engineCpuSeconds, spansPerCpuSecond };
}

/** Late parents come some thousand traces after their children, cold spans at the very end. */
async function fillLog(topic: LogTopic, traces: number, mix: TraceMix): Promise<number> {
  const open = partitions();
  const late = partitions();
  const cold = partitions();
  let spans = 0;
  for (let index = 0; index < traces; index += 1) {
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
