import { setTimeout as pause } from 'node:timers/promises';
import { rebuildDays } from '../../attribution/src/rollups/rebuild-days.ts';
import { type BenchHouse, buildBenchHouse } from './bench-house.ts';
import { prefillLedger } from './prefill.ts';
import { figure, heading, thousands } from './report.ts';

const MERGES_QUIET_MS = 1_500;
const MERGES_DEADLINE_MS = 60_000;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** A house with so many charges of the last 24 hours, its rollups built and its merges at rest. */
export async function buildFilledHouse(charges: number): Promise<BenchHouse> {
  heading('ledger', `Filling the ledger with ${thousands(charges)} charges of the last 24 hours.`);
  const house = await buildBenchHouse();
  try {
    await timed('filled in', () => prefillLedger(house.warehouse, charges));
    await timed('rollups of all hours built in', () => buildRollups(house));
    await timed('merges at rest after', () => mergesAtRest(house));
    const [size] = await house.warehouse.queryRows<{ rows: string; lines: string; bytes: string }>(SIZE);
    const { rows = '0', lines = '0', bytes = '0' } = size ?? {};
    figure('rows, charges', `${thousands(Number(rows))}, ${thousands(Number(lines))}`);
    figure(
      'on disk',
      `${(Number(bytes) / Number(rows)).toFixed(1)} bytes a row, ${(Number(bytes) / Number(lines)).toFixed(1)} a charge`,
    );
    return house;
  } catch (error) {
    await house.stop();
    throw error;
  }
}

const SIZE = `SELECT count() AS rows, sum(length(lines)) AS lines,
    (SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'spanledger_store' AND table = 'ledger_rows') AS bytes
  FROM spanledger_store.ledger_rows`;

async function buildRollups({ warehouse }: BenchHouse): Promise<void> {
  const days = await warehouse.queryRows<{ day: string }>(
    'SELECT DISTINCT toString(toDate(charge_period_start)) AS day FROM spanledger_store.ledger_rows',
  );
  for (const { day } of days) await rebuildDays(warehouse, hoursOf(day));
}

/** Hours since 1970 of a UTC day. */
function hoursOf(day: string): number[] {
  return HOURS.map((hour) => Date.parse(day) / 3_600_000 + hour);
}

/** Merges of what was filled in are no part of what is measured after it. */
async function mergesAtRest({ warehouse }: BenchHouse): Promise<void> {
  const deadline = performance.now() + MERGES_DEADLINE_MS;
  let quietSince = performance.now();
  while (performance.now() - quietSince < MERGES_QUIET_MS && performance.now() < deadline) {
    const [merges] = await warehouse.queryRows<{ running: string }>('SELECT count() AS running FROM system.merges');
    if (merges?.running !== '0') quietSince = performance.now();
    await pause(100);
  }
}

async function timed(label: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  figure(label, `${((performance.now() - began) / 1000).toFixed(1)} s`);
}
