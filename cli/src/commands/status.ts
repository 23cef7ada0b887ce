import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRunningProcess } from '@spanledger/warehouse';
import { connectableAddress } from '../config/listen-address.ts';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { printable } from '../text/printable.ts';

const HEALTH_TIMEOUT_MS = 10_000;

type Ready = {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
};

/** `status`: what runs on the data folder, where it listens, and how it is; exit code 1 when it is not ready. */
export async function status(options: ConfigOptions, context: CommandContext): Promise<void> {
  const dataDir = resolve(readConfig(options, context.environment).data_dir);
  const running = readRunningProcess(dataDir);
  if (running === undefined) {
    const data = existsSync(join(dataDir, 'format.json'))
      ? 'There is data; asking commands open it themselves.'
      : 'There is no data yet.';
    context.out(`Not running on ${dataDir}. ${data}\nStart it with "npm start".\n`);
    process.exitCode = 1;
    return;
  }
  const { otlpGrpc = '-', otlpHttp = '-', api = '-', sql = '-' } = running.addresses;
  context.out(`Running as process ${running.pid} on ${dataDir}\n\n`);
  context.out(
    `  OTLP/gRPC  ${otlpGrpc}\n  OTLP/HTTP  ${otlpHttp}\n  HTTP API   http://${api}\n  SQL        http://${sql}\n\n`,
  );
  const ready = await readiness(connectableAddress(api));
  for (const { name, ok, detail } of ready.checks)
    context.out(`  ${ok ? 'ok    ' : 'not ok'} ${name.padEnd(12)} ${printable(detail)}\n`);
  if (ready.status !== 'ready') process.exitCode = 1;
}

async function readiness(api: string): Promise<Ready> {
  try {
    const response = await fetch(`http://${api}/health/ready`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return (await response.json()) as Ready;
  } catch (error) {
    return { status: 'not_ready', checks: [{ name: 'API', ok: false, detail: (error as Error).message }] };
  }
}
