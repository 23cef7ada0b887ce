import type { Warehouse } from '@spanledger/warehouse';
import { ROLLUP_TABLES } from './rollup-tables.ts';

const SECONDS_AN_HOUR = 3600;
const HOURS_A_DAY = 24;
const MS_AN_HOUR = 3_600_000;
/** Days of one insert: the engine refuses one into more than 100 partitions. */
const MAX_DAYS = 50;

/**
 * Recomputes hours (since 1970) in all rollups: the other hours of their days are copied beside, the dirty ones computed
 * from the ledger, and each day swapped in whole. A day that has become empty is dropped, because a partition cannot be
 * replaced from nothing.
 */
export async function rebuildDays(warehouse: Warehouse, hours: readonly number[]): Promise<void> {
  const days = new Map<number, number[]>();
  for (const hour of [...hours].sort((a, b) => a - b)) {
    const day = Math.floor(hour / HOURS_A_DAY);
    const known = days.get(day);
    if (known === undefined) days.set(day, [hour]);
    else known.push(hour);
  }
  const list = [...days];
  for (let at = 0; at < list.length; at += MAX_DAYS) await rebuildSome(warehouse, list.slice(at, at + MAX_DAYS));
}

/** `YYYY-MM-DD` of a UTC day since 1970. */
export function dayText(day: number): string {
  return new Date(day * HOURS_A_DAY * MS_AN_HOUR).toISOString().slice(0, 10);
}

async function rebuildSome(
  warehouse: Warehouse,
  days: readonly (readonly [day: number, hours: number[]])[],
): Promise<void> {
  const seconds = days.flatMap(([, hours]) => hours.map((hour) => hour * SECONDS_AN_HOUR));
  const parameters = {
    hours: seconds,
    from: Math.min(...seconds),
    to: Math.max(...seconds) + SECONDS_AN_HOUR,
    days: days.map(([day]) => dayText(day)),
  };
  for (const { table, columns, select } of ROLLUP_TABLES) {
    const [current, next] = [`spanledger_store.${table}`, `spanledger_store.${table}_next`];
    await warehouse.command(`CREATE TABLE IF NOT EXISTS ${next} AS ${current}`);
    await warehouse.command(`TRUNCATE TABLE ${next}`);
    await warehouse.command(
      `INSERT INTO ${next} (${columns}) SELECT ${columns} FROM ${current}
       WHERE toDate(hour) IN (SELECT arrayJoin({days:Array(Date)})) AND hour NOT IN (SELECT arrayJoin({hours:Array(DateTime)}))`,
      parameters,
    );
    await warehouse.command(`INSERT INTO ${next} (${columns}) SELECT ${columns} FROM (${select})`, parameters);
    await swap(warehouse, current, next, parameters.days);
  }
}

async function swap(warehouse: Warehouse, current: string, next: string, days: readonly string[]): Promise<void> {
  const filled = await warehouse.queryRows<{ day: string }>(
    `SELECT DISTINCT toString(toDate(hour)) AS day FROM ${next}`,
  );
  const full = new Set(filled.map(({ day }) => day));
  for (const day of days) {
    const how = full.has(day) ? `REPLACE PARTITION {day:Date} FROM ${next}` : 'DROP PARTITION {day:Date}';
    await warehouse.command(`ALTER TABLE ${current} ${how}`, { day });
  }
}
