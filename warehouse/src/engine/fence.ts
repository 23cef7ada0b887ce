import { SpanledgerError } from '@spanledger/schemas';
import { createWarehouseReader, type WarehouseReader } from '../client/reader.ts';
import { warehouseError } from '../errors.ts';

/** Each must be refused to a reader; the list is short because it runs at every start. */
const MUST_BE_REFUSED = [
  { sql: 'SELECT file({path:String})', danger: 'read any file' },
  { sql: "SELECT * FROM file({path:String}, 'LineAsString')", danger: 'read any file' },
  { sql: 'SELECT 1 SETTINGS max_execution_time = 100000', danger: 'leave its limits' },
  { sql: 'SELECT 1 SETTINGS readonly = 0', danger: 'leave its limits' },
  { sql: 'SELECT name FROM system.users', danger: 'see who may log in' },
];

/** Asks the running engine, as a stranger would, for what a stranger must not get. `privateFile` exists and is ours. */
export async function checkFence(url: string, privateFile: string): Promise<void> {
  const stranger = createWarehouseReader({ url, username: 'default' });
  try {
    // Without this, an engine that refuses everybody would pass for one that is well fenced.
    const [row] = await stranger.queryRows<{ readonly: string }>("SELECT toString(getSetting('readonly')) AS readonly");
    if (row?.readonly !== '1') throw fenceOpen('write', `readonly is ${row?.readonly}, expected 1`);
    for (const { sql, danger } of MUST_BE_REFUSED) {
      if (await isRefused(stranger, sql, privateFile)) continue;
      throw fenceOpen(danger, sql);
    }
  } finally {
    await stranger.close();
  }
}

function fenceOpen(danger: string, detail: string): Error {
  return warehouseError(
    'SPL_ENGINE_FENCE_OPEN',
    `The embedded engine let a reader ${danger} (${detail}), so it was not started. Use the engine's version that this product was released with ("npm ci").`,
  );
}

async function isRefused(stranger: WarehouseReader, sql: string, path: string): Promise<boolean> {
  try {
    await stranger.queryRows(sql, { path });
    return false;
  } catch (error) {
    if (error instanceof SpanledgerError && error.code === 'SPL_WAREHOUSE_REFUSED') return true;
    throw error;
  }
}
