import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createWarehouse, type Warehouse } from '../client/warehouse.ts';
import { warehouseError } from '../errors.ts';
import { type BrokenPart, findBrokenParts } from './broken-parts.ts';
import { type EngineChild, type EngineExit, spawnEngine } from './child.ts';
import { inUse, recordEngineVersion, refuseNewerData, waitForFreeData } from './engine-data.ts';
import { writeEngineFiles } from './engine-files.ts';
import { checkFence } from './fence.ts';
import { authority, connectHost, refuseOpenAddress, type SqlAddress } from './hosts.ts';
import { findEngineLibrary } from './library.ts';
import { type EngineLimits, resolveLimits } from './limits.ts';
import { addressError, findSqlPort } from './sql-port.ts';
import { READER, WRITER } from './users-config.ts';

export type EmbeddedEngineOptions = {
  /** The data folder; the engine's files go into `clickhouse` and `engine` beneath it. */
  readonly dataDir: string;
  readonly sqlAddress: SqlAddress;
  readonly logger: Logger;
  readonly limits?: Partial<EngineLimits>;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
};

/** How our own processes log in, to be passed to `createWarehouse`; not to be logged. */
export type EngineConnection = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** What everybody else uses: the same port, read-only; the user `default` is the same. */
  readonly reader: { readonly url: string; readonly username: string };
  readonly version: string;
  readonly pid: number;
  /** What was found unreadable at start; the rows have to be written again from the span log. */
  readonly brokenParts: readonly BrokenPart[];
};

export type EmbeddedEngine = {
  start(): Promise<EngineConnection>;
  /** Ends the engine in order; may be called twice, and before `start` has finished. */
  stop(): Promise<void>;
  /** Resolves when the engine's process has ended, asked or not. */
  readonly exited: Promise<EngineExit>;
};

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;
const POLL_MS = 15;

/** A real ClickHouse server out of an npm package, in a child process that lives no longer than this one. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  const { promise: exited, resolve: reportExit } = Promise.withResolvers<EngineExit>();
  let child: EngineChild | undefined;

  async function start(): Promise<EngineConnection> {
    const dataDir = resolve(options.dataDir);
    const library = findEngineLibrary();
    refuseOpenAddress(options.sqlAddress);
    refuseNewerData(dataDir, library.version);
    await waitForFreeData(dataDir);
    const address = { ...options.sqlAddress, port: await findSqlPort(options.sqlAddress) };
    const writerPassword = randomBytes(32).toString('hex');
    const files = writeEngineFiles({ dataDir, address, limits: resolveLimits(options.limits), writerPassword });
    recordEngineVersion(dataDir, library.version);

    child = spawnEngine({
      ...files,
      library: library.path,
      folder: dataDir,
      logger: options.logger,
      clock: options.clock ?? Date.now,
    });
    void child.exited.then(reportExit);
    return openConnection(child, {
      address,
      writerPassword,
      dataDir,
      privateFile: files.usersFile,
      logger: options.logger,
    });
  }

  return {
    exited,
    start,
    stop: async () => {
      await child?.stop(STOP_DEADLINE_MS);
    },
  };
}

type OpenInput = {
  readonly address: SqlAddress;
  readonly writerPassword: string;
  readonly dataDir: string;
  readonly privateFile: string;
  readonly logger: Logger;
};

/** Waits for the engine, tries its fence, looks for broken parts; ends the child when any of that fails. */
async function openConnection(child: EngineChild, input: OpenInput): Promise<EngineConnection> {
  const url = `http://${authority(connectHost(input.address.host), input.address.port)}`;
  const login = { url, username: WRITER, password: input.writerPassword };
  const warehouse = createWarehouse({ ...login, logger: input.logger });
  try {
    const version = await waitUntilReady(child, warehouse, input);
    await checkFence(url, input.privateFile);
    const brokenParts = await findBrokenParts(warehouse);
    return { ...login, reader: { url, username: READER }, version, pid: child.pid, brokenParts };
  } catch (error) {
    await child.stop(STOP_DEADLINE_MS);
    throw error;
  } finally {
    await warehouse.close();
  }
}

/** Ready means that it answers to this start's password: something else on the port cannot pass for it. */
async function waitUntilReady(child: EngineChild, warehouse: Warehouse, input: OpenInput): Promise<string> {
  let exit: EngineExit | undefined;
  void child.exited.then((value) => {
    exit = value;
  });
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  let lastAnswer = '';
  while (exit === undefined && performance.now() < giveUpAt) {
    try {
      const [row] = await warehouse.queryRows<{ version: string }>('SELECT version() AS version');
      if (row !== undefined) return row.version;
    } catch (error) {
      lastAnswer = (error as Error).message;
    }
    await delay(POLL_MS);
  }
  throw startFailure(exit, lastAnswer, input);
}

function startFailure(exit: EngineExit | undefined, lastAnswer: string, { address, dataDir }: OpenInput): Error {
  if (exit === undefined) {
    const seconds = START_DEADLINE_MS / 1000;
    return warehouseError(
      'SPL_ENGINE_START_FAILED',
      `The embedded ClickHouse engine was not ready within ${seconds} s. The last try: ${lastAnswer}`,
    );
  }
  if (/Address already in use/i.test(exit.reason)) {
    return addressError(address.host, address.port, Object.assign(new Error(exit.reason), { code: 'EADDRINUSE' }));
  }
  if (/Cannot lock file/i.test(exit.reason)) return inUse(dataDir, undefined);
  return warehouseError(
    'SPL_ENGINE_START_FAILED',
    `${exit.reason}\nIt was starting on the data under ${dataDir}. If the text names a damaged table or a full disk, mend that and start again; otherwise keep the folder and report this text.`,
  );
}
