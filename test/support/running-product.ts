import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { type RunAddresses, readRunningProcess } from '@spanledger/warehouse';
import { until } from './until.ts';

/** `spanledger start` as users run it: a process with the engine as its child. */
export type RunningProduct = {
  readonly addresses: Required<RunAddresses>;
  /** The embedded engine's process. */
  readonly enginePid: number;
  /** All that it has written to standard error. */
  errors(): string;
  /** `kill -9` of the process with its engine in one moment, or of one of them. Resolves when the process has ended. */
  kill(target: 'everything' | 'process' | 'engine'): Promise<void>;
  /** Asks it to stop, as Ctrl-C does. Resolves with the exit code. */
  stop(): Promise<number | null>;
  readonly exited: Promise<number | null>;
};

const CLI = resolve(import.meta.dirname, '../../cli/bin/spanledger.js');
const START_DEADLINE_MS = 40_000;
const ANY_PORT = '127.0.0.1:0';

/** `settings`: further environment variables. */
export async function runProduct(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningProduct> {
  const environment = {
    PATH: process.env['PATH'],
    SPANLEDGER_DATA_DIR: dataDir,
    SPANLEDGER_OTLP_GRPC_ADDRESS: ANY_PORT,
    SPANLEDGER_OTLP_HTTP_ADDRESS: ANY_PORT,
    SPANLEDGER_API_ADDRESS: ANY_PORT,
    SPANLEDGER_SQL_ADDRESS: ANY_PORT,
    SPANLEDGER_LOGGING_LEVEL: 'warn',
    ...settings,
  };
  const child = spawn(process.execPath, [CLI, 'start'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The process could not be started.');
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = exitOf(child);
  try {
    await until('the product runs', START_DEADLINE_MS, () => {
      if (child.exitCode !== null) throw new Error(`The product ended with ${child.exitCode}: ${errors}`);
      return readRunningProcess(dataDir)?.pid === pid;
    });
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  }
  const addresses = readRunningProcess(dataDir)?.addresses as Required<RunAddresses>;
  const enginePid = onlyChildOf(pid);
  return {
    addresses,
    enginePid,
    errors: () => errors,
    async kill(target) {
      if (target !== 'process' && isAlive(enginePid)) process.kill(enginePid, 'SIGKILL');
      if (target !== 'engine') child.kill('SIGKILL');
      await exited;
    },
    stop() {
      child.kill('SIGINT');
      return exited;
    },
    exited,
  };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    child.on('close', (code) => done(code));
  });
}

function onlyChildOf(pid: number): number {
  return Number(
    execFileSync('pgrep', ['-P', String(pid)])
      .toString()
      .trim(),
  );
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
