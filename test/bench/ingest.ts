import { type Child, startChild } from './child.ts';
import { figure, figureWithGoal, heading, median, spread, times } from './report.ts';

export type ServerAddresses = { readonly grpc: string; readonly http: string };
export type ServerUse = { readonly cpuSeconds: number };
export type ClientLoad = {
  readonly protocol: 'grpc' | 'http';
  readonly address: string;
  readonly seconds: number;
};
export type ClientResult = { readonly answered: number; readonly failed: number };

type Contender = { readonly name: string; readonly server: Child; readonly load: Omit<ClientLoad, 'seconds'> };
type Round = { readonly spansPerCpuSecond: number; readonly requestsPerSecond: number };

const SPANS_PER_REQUEST = 512;
const ROUNDS = 3;
const GOAL = 500_000;

/** Spans per CPU-second of the receiving process, from the socket to the durable log. */
export async function benchIngest({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  heading(
    'ingest',
    `Spans per CPU-second of the server process with all its threads: requests of 512 GenAI spans of about 681 bytes, 8 in
flight, from a client process. "Objects" does the same work behind the same gRPC server with protobufjs 7.6.6: decode,
group by partition, encode, append to the same kind of log (flushed before each answer). "Empty" answers at once: what
gRPC costs. ${ROUNDS} interleaved rounds after a warm-up, median [least..most].`,
  );
  const servers = await Promise.all(['product', 'objects', 'empty'].map((kind) => startChild(SERVER, kind)));
  const client = await startChild(CLIENT);
  try {
    const [product, objects, empty] = servers as [Child, Child, Child];
    const rounds = await measure(client, contenders(product, objects, empty), isQuick ? 1 : 3);
    report(rounds);
  } finally {
    await Promise.all([client, ...servers].map((child) => child.stop()));
  }
}

const SERVER = new URL('./ingest-server.ts', import.meta.url);
const CLIENT = new URL('./ingest-client.ts', import.meta.url);

const NAMES = {
  grpc: 'gRPC to the durable log',
  http: 'HTTP/protobuf to the durable log',
  objects: 'gRPC, objects',
  empty: 'gRPC, empty',
};

function contenders(product: Child, objects: Child, empty: Child): Contender[] {
  const grpc = (server: Child) => ({ protocol: 'grpc', address: (server.ready as ServerAddresses).grpc }) as const;
  const http = { protocol: 'http', address: (product.ready as ServerAddresses).http } as const;
  return [
    { name: NAMES.grpc, server: product, load: grpc(product) },
    { name: NAMES.http, server: product, load: http },
    { name: NAMES.objects, server: objects, load: grpc(objects) },
    { name: NAMES.empty, server: empty, load: grpc(empty) },
  ];
}

async function measure(client: Child, all: readonly Contender[], seconds: number): Promise<Map<string, Round[]>> {
  const rounds = new Map<string, Round[]>(all.map(({ name }) => [name, []]));
  for (const contender of all) await runOnce(client, contender, seconds / 2);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of all) rounds.get(contender.name)?.push(await runOnce(client, contender, seconds));
  }
  return rounds;
}

async function runOnce(client: Child, { name, server, load }: Contender, seconds: number): Promise<Round> {
  const before = await server.ask<ServerUse>({});
  const { answered, failed } = await client.ask<ClientResult>({ ...load, seconds });
  const after = await server.ask<ServerUse>({});
  if (failed > 0 || answered === 0) throw new Error(`${name}: ${failed} requests failed, ${answered} were answered.`);
  return {
    spansPerCpuSecond: (answered * SPANS_PER_REQUEST) / (after.cpuSeconds - before.cpuSeconds),
    requestsPerSecond: answered / seconds,
  };
}

function report(rounds: ReadonlyMap<string, readonly Round[]>): void {
  const of = (name: string) => (rounds.get(name) ?? []).map(({ spansPerCpuSecond }) => spansPerCpuSecond);
  figureWithGoal(NAMES.grpc, median(of(NAMES.grpc)), { atLeast: GOAL });
  for (const [name, figures] of rounds) {
    const requests = spread(figures.map(({ requestsPerSecond }) => requestsPerSecond));
    figure(`    ${name}`, `${spread(of(name))}; ${requests} requests/s`);
  }
  for (const peer of [NAMES.objects, NAMES.empty]) {
    const ratios = of(NAMES.grpc).map((value, round) => value / (of(peer)[round] ?? Number.NaN));
    figure(`    ${NAMES.grpc} against ${peer}`, `${times(median(ratios))} [${ratios.map(times).join(', ')}]`);
  }
}
