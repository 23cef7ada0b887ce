import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  createEmbeddedEngine,
  createWarehouse,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
  type EngineConnection,
  type Warehouse,
} from '../src/index.ts';

export const SILENT = pino({ level: 'silent' });

export type RunningEngine = {
  readonly engine: EmbeddedEngine;
  readonly connection: EngineConnection;
  readonly warehouse: Warehouse;
  readonly dataDir: string;
  /** Stops the engine and removes its data. */
  close(): Promise<void>;
};

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'spanledger-'));
}

/** A real engine on a free port of loopback, with its data in a temporary folder. */
export async function startEngine(options: Partial<EmbeddedEngineOptions> = {}): Promise<RunningEngine> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const sqlAddress = { host: '127.0.0.1', port: 0 };
  const engine = createEmbeddedEngine({ sqlAddress, logger: SILENT, ...options, dataDir });
  const connection = await engine.start();
  const warehouse = createWarehouse({ ...connection, logger: SILENT });
  const close = async () => {
    await warehouse.close();
    await engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { engine, connection, warehouse, dataDir, close };
}

/** Waits until `check` holds; fails with `what` after ten seconds. */
export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!(await check())) {
    if (performance.now() > giveUpAt) throw new Error(`not within 10 s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export function isProcessAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What a stranger gets who sends `sql` to the engine's port. */
export async function ask(url: string, sql: string, init: { query?: string; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${url}/${init.query ?? ''}`, {
    method: 'POST',
    body: sql,
    headers: init.headers ?? {},
  });
  return { status: response.status, text: (await response.text()).trim(), headers: response.headers };
}
