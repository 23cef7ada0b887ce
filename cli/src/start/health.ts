import type { AttributionStats } from '@spanledger/attribution';
import type { HealthCheck, HealthProbe } from '@spanledger/reports';
import type { LogTopic } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';

export type HealthSources = {
  readonly reader: WarehouseReader;
  readonly spans: LogTopic;
  readonly attribution: () => AttributionStats;
  /** What made a part give up, once one has. */
  readonly failure: () => Error | undefined;
  readonly clock: () => number;
};

/** Above this age of the oldest unattributed record the process is not ready: what it answers is old. */
const MAX_LAG_MS = 120_000;

/** The four things without which spans are not taken and charged. */
export function createHealthProbe(sources: HealthSources): HealthProbe {
  return async () => [await engineCheck(sources), logCheck(sources), lagCheck(sources), failureCheck(sources)];
}

async function engineCheck({ reader }: HealthSources): Promise<HealthCheck> {
  try {
    await reader.queryRows('SELECT 1');
    return { name: 'engine', ok: true, detail: 'answers' };
  } catch (error) {
    return { name: 'engine', ok: false, detail: (error as Error).message };
  }
}

function logCheck({ spans }: HealthSources): HealthCheck {
  const { backlogBytes, maxBacklogBytes } = spans.stats();
  const detail = `${backlogBytes} of ${maxBacklogBytes} bytes wait for attribution`;
  return { name: 'log', ok: backlogBytes < maxBacklogBytes, detail };
}

function lagCheck({ attribution, clock }: HealthSources): HealthCheck {
  const { oldestReceivedAtMs, lagRecords } = attribution();
  const ageMs = oldestReceivedAtMs === undefined ? 0 : Math.max(0, clock() - oldestReceivedAtMs);
  return {
    name: 'attribution',
    ok: ageMs <= MAX_LAG_MS,
    detail: `${lagRecords} records behind, the oldest ${ageMs} ms old`,
  };
}

function failureCheck({ failure }: HealthSources): HealthCheck {
  const error = failure();
  return { name: 'parts', ok: error === undefined, detail: error?.message ?? 'all run' };
}
