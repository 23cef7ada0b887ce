import { createTraceDecoder } from '../../attribution/src/decode/trace-decoder.ts';
import { classifySpan } from '../../attribution/src/dialects/classify.ts';
import { readOwnLineage } from '../../attribution/src/dialects/own-lineage.ts';
import { agentTrace, exportRequest } from './agent-traces.ts';
import { readWithObjects } from './decoded-objects.ts';
import { otlpPayload } from './otlp-payload.ts';
import { figure, heading, median, spread, times } from './report.ts';

const ROUNDS = 3;

/** Attribution's first two steps beside the same bytes as decoded objects. */
export function benchDecode({ isQuick }: { readonly isQuick: boolean }): void {
  heading(
    'decode',
    `Spans per CPU-second on one core. Ours: bytes to classified spans with their usage and lineage (steps 1 and 2 of
attribution). Peer: protobufjs decode and the attributes read into plain objects, nothing classified. ${ROUNDS} interleaved rounds.`,
  );
  const seconds = isQuick ? 0.3 : 1.5;
  report(
    'OpenTelemetry GenAI spans, 681 bytes',
    Array.from({ length: 16 }, (_, index) => otlpPayload({ seed: index + 1 })),
    seconds,
  );
  report('Anthropic SDK spans of the attribution bench', agentRecords(), seconds);
}

/** CPU microseconds a span of both readers over requests of the attribution bench. */
export function decodeCost(seconds: number): { readonly ours: number; readonly objects: number } {
  const { ours, objects } = compare(agentRecords(), seconds);
  return { ours: 1e6 / median(ours), objects: 1e6 / median(objects) };
}

function report(what: string, requests: readonly Buffer[], seconds: number): void {
  const { ours, objects } = compare(requests, seconds);
  const ratios = ours.map((value, round) => value / (objects[round] ?? Number.NaN));
  figure(`${what}: decode and classify`, spread(ours));
  figure('    protobufjs and objects', spread(objects));
  figure('    ratio', `${times(median(ratios))} [${times(Math.min(...ratios))}..${times(Math.max(...ratios))}]`);
}

function compare(requests: readonly Buffer[], seconds: number): { ours: number[]; objects: number[] } {
  const decoder = createTraceDecoder({ classify: classifySpan, readLineage: readOwnLineage });
  const readers = {
    ours: (bytes: Buffer) => decoder.decode(bytes).length,
    objects: (bytes: Buffer) => readWithObjects(bytes).length,
  };
  spansPerCpuSecond(readers.ours, requests, seconds / 2);
  spansPerCpuSecond(readers.objects, requests, seconds / 2);
  const figures: { ours: number[]; objects: number[] } = { ours: [], objects: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.ours.push(spansPerCpuSecond(readers.ours, requests, seconds));
    figures.objects.push(spansPerCpuSecond(readers.objects, requests, seconds));
  }
  return figures;
}

function spansPerCpuSecond(read: (bytes: Buffer) => number, requests: readonly Buffer[], seconds: number): number {
  const before = process.cpuUsage();
  let spans = 0;
  let cpuSeconds = 0;
  while (cpuSeconds < seconds) {
    for (const request of requests) spans += read(request);
    const { user, system } = process.cpuUsage(before);
    cpuSeconds = (user + system) / 1e6;
  }
  return spans / cpuSeconds;
}

/** Requests of 16 traces. New traces in each, as they are in life: ids repeat only within a request. */
function agentRecords(): Buffer[] {
  const mix = {
    startNs: 1_795_000_000_000_000_000n,
    spacingNs: 1_000_000n,
    twinPercent: 2,
    lateParentPercent: 0,
    coldPercent: 0,
  };
  return Array.from({ length: 64 }, (_, record) =>
    exportRequest(Array.from({ length: 16 }, (_, trace) => agentTrace(record * 16 + trace, mix).spans).flat()),
  );
}
