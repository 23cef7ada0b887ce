import { setTimeout as pause } from 'node:timers/promises';
import type { Warehouse } from '@spanledger/warehouse';
import type { Logger } from 'pino';
import { rebuildDay } from './rebuild-day.ts';
import { rollupDifference } from './rollup-difference.ts';

export type RollupBuilder = {
  /** Says that receipts were written; never blocks. */
  poke(): void;
  run(signal: AbortSignal): Promise<void>;
  /** Builds once everything that receipts up to now mark. */
  buildNow(): Promise<void>;
};

export type RollupBuilderOptions = {
  readonly warehouse: Warehouse;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly onBuilt: () => void;
  readonly onDifference: (picodollars: bigint) => void;
};

/** After building for a time, rest this many times as long: rollups take at most a tenth of the time. */
const REST_FACTOR = 9;
const MIN_REST_MS = 300;
const MAX_REST_MS = 60_000;
const RETRY_MS = 1_000;
const CHECK_INTERVAL_MS = 600_000;
const MAX_RECEIPTS = 10_000;

type MarkedHours = { readonly through: string; readonly hours: readonly number[] };

/**
 * Keeps rollups up with the ledger: recomputes the hours that receipts mark and swaps them in. Marks are cleared by the
 * sequence that was read before the computation began, so nothing that lands meanwhile is missed.
 */
export function createRollupBuilder(options: RollupBuilderOptions): RollupBuilder {
  const { warehouse, clock, logger } = options;
  let poked = Promise.withResolvers<void>();
  let lastCheck = 0;

  async function buildMarked(): Promise<boolean> {
    const { through, hours } = await readMarks(warehouse);
    if (through === '0') return false;
    for (const [day, ofDay] of byDay(hours)) await rebuildDay(warehouse, day, ofDay);
    await warehouse.command(
      `INSERT INTO spanledger_store.rollup_state (id, built_through, built_at) VALUES (1, {through:UInt64}, {at:Float64})`,
      { through, at: clock() / 1000 },
    );
    options.onBuilt();
    await checkSometimes(hours);
    return true;
  }

  async function checkSometimes(hours: readonly number[]): Promise<void> {
    if (clock() - lastCheck < CHECK_INTERVAL_MS) return;
    lastCheck = clock();
    const [day] = byDay(hours).keys();
    if (day === undefined) return;
    const difference = await rollupDifference(warehouse, day);
    options.onDifference(difference);
    if (difference !== 0n)
      logger.warn({ day, picodollars: `${difference}` }, 'rollups and ledger differ, marks may be pending');
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      poked = Promise.withResolvers<void>();
      const began = clock();
      const restMs = await buildMarked()
        .then(() => Math.min(MAX_REST_MS, Math.max(MIN_REST_MS, (clock() - began) * REST_FACTOR)))
        .catch((error: unknown) => {
          if (!signal.aborted) logger.warn({ err: error }, 'rollups could not be built, trying again');
          return RETRY_MS;
        });
      await rest(restMs, signal);
      await Promise.race([poked.promise, rest(MAX_REST_MS, signal)]);
    }
  }

  async function buildNow(): Promise<void> {
    while (await buildMarked());
  }

  return { poke: () => poked.resolve(), run, buildNow };
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

async function readMarks(warehouse: Warehouse): Promise<MarkedHours> {
  const [marks] = await warehouse.queryRows<{ through: string; hours: number[] }>(
    `SELECT max(sequence) AS through, arrayMap(h -> intDiv(toUnixTimestamp(h), 3600), groupUniqArrayArray(hours)) AS hours
     FROM (SELECT sequence, hours FROM spanledger_store.receipts
       WHERE sequence > (SELECT max(built_through) FROM spanledger_store.rollup_state) ORDER BY sequence LIMIT {limit:UInt32})`,
    { limit: MAX_RECEIPTS },
  );
  return { through: marks?.through ?? '0', hours: marks?.hours ?? [] };
}

function byDay(hours: readonly number[]): Map<string, number[]> {
  const days = new Map<string, number[]>();
  for (const hour of hours) {
    const day = new Date(hour * 3_600_000).toISOString().slice(0, 10);
    const known = days.get(day);
    if (known === undefined) days.set(day, [hour]);
    else known.push(hour);
  }
  return days;
}
