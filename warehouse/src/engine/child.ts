import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createLifeline } from './lifeline.ts';
import { relayLog } from './log-relay.ts';

export type EngineExit = {
  /** True when `stop` asked for it. */
  readonly expected: boolean;
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  /** One sentence, with the engine's last words. */
  readonly reason: string;
};

export type EngineChild = {
  readonly pid: number;
  readonly exited: Promise<EngineExit>;
  /** Asks the engine to end, and kills it when it has not by the deadline. */
  stop(deadlineMs: number): Promise<EngineExit>;
};

export type EngineChildInput = {
  readonly library: string;
  readonly configFile: string;
  readonly dataPath: string;
  /** Where the lifeline's name exists for a moment. */
  readonly folder: string;
  readonly logger: Logger;
  readonly clock: () => number;
};

/** What the engine may know of our environment: nothing secret, and always UTC. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

const PROGRAM = fileURLToPath(new URL(`./engine-process${extname(import.meta.filename)}`, import.meta.url));

/** Starts the engine's process; its life ends with ours, however that ends. */
export function spawnEngine(input: EngineChildInput): EngineChild {
  const lifeline = createLifeline(input.folder);
  const child = spawn(process.execPath, [PROGRAM, input.library, input.configFile, input.dataPath], {
    stdio: [lifeline.readEnd, 'ignore', 'pipe'],
    env: environment(),
    // A terminal's Ctrl-C must reach us alone: we drain into the engine before we end it.
    detached: true,
  });
  lifeline.closeReadEnd();
  const log = relayLog(child.stderr ?? Readable.from([]), input.logger, input.clock);

  let asked = false;
  const exited = exitOf(child, () => asked, log.tail);
  return {
    pid: child.pid ?? 0,
    exited,
    stop: async (deadlineMs) => {
      asked = true;
      lifeline.cut();
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
}

function exitOf(child: ChildProcess, wasAsked: () => boolean, tail: () => string): Promise<EngineExit> {
  const { promise, resolve } = Promise.withResolvers<EngineExit>();
  child.once('error', (error) => resolve({ expected: false, reason: `It could not be started: ${error.message}` }));
  // 'close' comes after the last line of the log, 'exit' may come before.
  child.once('close', (code, signal) => {
    const how = signal === null ? `ended with exit code ${code}` : `was ended by signal ${signal}`;
    const words = tail() === '' ? '' : ` Its last words:\n${tail()}`;
    resolve({
      expected: wasAsked(),
      ...(code === null ? {} : { code }),
      ...(signal === null ? {} : { signal }),
      reason: `The embedded ClickHouse engine ${how}.${words}`,
    });
  });
  return promise;
}

function environment(): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(passed), TZ: 'UTC' };
}
