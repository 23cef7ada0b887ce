import { parsePicodollars } from '@spanledger/schemas';
import type { Warehouse } from '@spanledger/warehouse';

/** How far the rollups of a day are from its ledger, the larger of both; 0 unless marks are still pending. */
export async function rollupDifference(warehouse: Warehouse, day: string): Promise<bigint> {
  const [sums] = await warehouse.queryRows<{ ledger: string; teams: string; sessions: string }>(
    `SELECT (SELECT sum(own_cost) FROM spanledger_store.ledger_rows FINAL WHERE toDate(charge_period_start) = {day:Date}) AS ledger,
       (SELECT sum(contracted_cost) FROM spanledger_store.team_hours WHERE toDate(hour) = {day:Date}) AS teams,
       (SELECT sum(contracted_cost) FROM spanledger_store.session_hours WHERE toDate(hour) = {day:Date}) AS sessions`,
    { day },
  );
  const ledger = picodollars(sums?.ledger);
  return largest(picodollars(sums?.teams) - ledger, picodollars(sums?.sessions) - ledger);
}

function picodollars(text: string | null | undefined): bigint {
  return parsePicodollars(text ?? '0') ?? 0n;
}

function largest(a: bigint, b: bigint): bigint {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  return x > y ? x : y;
}
