import type { Warehouse } from '@spanledger/warehouse';
import { ROLLUP_TABLES } from './rollup-tables.ts';

const SECONDS_AN_HOUR = 3600;

/**
 * Recomputes some hours of one UTC day in all rollups: the day's other hours are copied beside, the dirty ones computed
 * from the ledger, and the whole day swapped in at once. A day that has become empty is dropped, because a partition
 * cannot be replaced from nothing.
 */
export async function rebuildDay(warehouse: Warehouse, day: string, hours: readonly number[]): Promise<void> {
  const seconds = hours.map((hour) => hour * SECONDS_AN_HOUR);
  const parameters = {
    hours: seconds,
    from: Math.min(...seconds),
    to: Math.max(...seconds) + SECONDS_AN_HOUR,
    day,
  };
  for (const { table, columns, select } of ROLLUP_TABLES) {
    const [current, next] = [`spanledger_store.${table}`, `spanledger_store.${table}_next`];
    await warehouse.command(`CREATE TABLE IF NOT EXISTS ${next} AS ${current}`);
    await warehouse.command(`TRUNCATE TABLE ${next}`);
    await warehouse.command(
      `INSERT INTO ${next} (${columns}) SELECT ${columns} FROM ${current}
       WHERE toDate(hour) = {day:Date} AND hour NOT IN (SELECT arrayJoin({hours:Array(DateTime)}))`,
      parameters,
    );
    await warehouse.command(`INSERT INTO ${next} (${columns}) SELECT ${columns} FROM (${select})`, parameters);
    const [filled] = await warehouse.queryRows<{ rows: string }>(`SELECT count() AS rows FROM ${next}`);
    const swap = filled?.rows === '0' ? 'DROP PARTITION {day:Date}' : `REPLACE PARTITION {day:Date} FROM ${next}`;
    await warehouse.command(`ALTER TABLE ${current} ${swap}`, { day });
  }
}
