import type { Warehouse } from '@spanledger/warehouse';
import type { Logger } from 'pino';
import { dayText, rebuildDays } from './rebuild-days.ts';
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
  let lastDay: string | undefined;

  async function buildMarked(): Promise<boolean> {
    const { through, hours } = await readMarks(warehouse);
    if (through === '0') return false;
    await rebuildDays(warehouse, hours);
    await warehouse.command(
      `INSERT INTO spanledger_store.rollup_state (id, built_through, built_at) VALUES (1, {through:UInt64}, {at:Float64})`,
      { through, at: clock() / 1000 },
    );
    if (hours.length > 0) lastDay = dayText(Math.floor(Math.max(...hours) / 24));
    options.onBuilt();
    return true;
  }

  /** Only when no mark is pending: then rollups and ledger must agree. */
  async function checkSometimes(): Promise<void> {
    if (lastDay === undefined || clock() - lastCheck < CHECK_INTERVAL_MS) return;
    lastCheck = clock();
    const difference = await rollupDifference(warehouse, lastDay);
    if (difference !== 0n && (await readMarks(warehouse)).through !== '0') return;
    options.onDifference(difference);
    if (difference !== 0n) logger.error({ day: lastDay, picodollars: `${difference}` }, 'rollups and ledger differ');
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      poked = Promise.withResolvers<void>();
      const began = clock();
      const built = await buildOrWarn(signal);
      const restMs = built === undefined ? RETRY_MS : (clock() - began) * REST_FACTOR;
      await wait(Math.min(MAX_REST_MS, Math.max(MIN_REST_MS, restMs)), signal);
      if (built === false) await wait(MAX_REST_MS, signal, poked.promise);
    }
  }

  async function buildOrWarn(signal: AbortSignal): Promise<boolean | undefined> {
    try {
      const built = await buildMarked();
      if (!built) await checkSometimes();
      return built;
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'rollups could not be built, trying again');
      return undefined;
    }
  }

  async function buildNow(): Promise<void> {
    while (await buildMarked());
  }

  return { poke: () => poked.resolve(), run, buildNow };
}

/** Waits for the time, the signal or the promise, whichever comes first, and leaves nothing behind. */
function wait(ms: number, signal: AbortSignal, early?: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    early?.then(done, done);
    if (signal.aborted) done();
  });
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
