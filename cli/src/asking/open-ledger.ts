import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, SpanledgerError } from '@spanledger/schemas';
import {
  createEmbeddedEngine,
  createWarehouse,
  createWarehouseReader,
  migrate,
  openDataFolder,
  readRunningProcess,
  type WarehouseReader,
} from '@spanledger/warehouse';
import { pino } from 'pino';
import { connectableAddress } from '../config/listen-address.ts';
import { cliError } from '../errors.ts';
import { engineLimits } from '../start/engine-limits.ts';
import { MIGRATIONS } from '../start/migrations.ts';

export type OpenLedger = {
  readonly reader: WarehouseReader;
  close(): Promise<void>;
};

/** The database of the published tables, so that queries need not name it. */
const DATABASE = 'spanledger';
const STARTING_DEADLINE_MS = 15_000;
const POLL_MS = 100;

/** The ledger as a reader: of the process that runs on the data folder, or opened here, quietly, when none runs. */
export async function openLedger(config: Config, clock: () => number): Promise<OpenLedger> {
  const dataDir = resolve(config.data_dir);
  const giveUpAt = performance.now() + STARTING_DEADLINE_MS;
  for (;;) {
    const sql = readRunningProcess(dataDir)?.addresses.sql;
    if (sql !== undefined) return overHttp(`http://${connectableAddress(sql)}`);
    refuseMissing(dataDir);
    try {
      return await openHere(config, dataDir, clock);
    } catch (error) {
      // The folder is held and nothing is published: a process is just starting, or stopping.
      const isHeld = error instanceof SpanledgerError && error.code === 'SPL_DATA_FOLDER_IN_USE';
      if (!isHeld || performance.now() > giveUpAt) throw error;
      await delay(POLL_MS);
    }
  }
}

function overHttp(url: string): OpenLedger {
  const reader = createWarehouseReader({ url: `${url}/${DATABASE}` });
  return { reader, close: () => reader.close() };
}

function refuseMissing(dataDir: string): void {
  if (existsSync(join(dataDir, 'format.json'))) return;
  throw cliError(
    'SPL_CLI_NO_DATA',
    `There is no data in ${dataDir} yet. Start Spanledger with "npm start" (and "npm run demo" for sessions to look at), or name another folder with --data-dir.`,
  );
}

async function openHere(config: Config, dataDir: string, clock: () => number): Promise<OpenLedger> {
  const logger = pino({ level: 'silent' });
  const folder = await openDataFolder({ path: dataDir, clock });
  const sqlAddress = { host: '127.0.0.1', port: 0 };
  const engine = createEmbeddedEngine({ dataDir, sqlAddress, logger, limits: engineLimits(config), clock });
  try {
    const connection = await engine.start();
    const warehouse = createWarehouse({ ...connection, logger });
    await migrate({ warehouse, directory: MIGRATIONS, clock }).finally(() => warehouse.close());
    const { reader, close } = overHttp(connection.reader.url);
    return {
      reader,
      close: async () => {
        await close();
        await engine.stop();
        folder.release();
      },
    };
  } catch (error) {
    await engine.stop();
    folder.release();
    throw error;
  }
}
