import { setTimeout as delay } from 'node:timers/promises';
import { countSessionSpans, listSessions, type SessionRow } from '@spanledger/reports';
import type { WarehouseReader } from '@spanledger/warehouse';

const DEADLINE_MS = 30_000;
const POLL_MS = 500;
/** So many times in a row rollups and ledger agree and nothing new came: attribution is through. */
const QUIET_POLLS = 3;
const MAX_SESSIONS = 100;

/** The sessions since a moment, as soon as they stand on all their spans, or as they are at the deadline. */
export async function waitUntilCharged(
  reader: WarehouseReader,
  since: Date,
  signal?: AbortSignal,
): Promise<SessionRow[]> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  let before = '';
  let quietPolls = 0;
  for (;;) {
    const [counts, sessions] = await Promise.all([
      countSessionSpans(reader, since),
      listSessions(reader, { since, limit: MAX_SESSIONS }),
    ]);
    const inLedger = fingerprint(counts.map(({ sessionId, spanCount }) => [sessionId, spanCount]));
    const inRollups = fingerprint(sessions.map(({ session_id, spans }) => [session_id, spans]));
    const isQuiet = sessions.length > 0 && inLedger === inRollups && inLedger === before;
    quietPolls = isQuiet ? quietPolls + 1 : 0;
    before = inLedger;
    if (quietPolls >= QUIET_POLLS || performance.now() > giveUpAt || signal?.aborted) return sessions;
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function fingerprint(counts: readonly (readonly [string, number])[]): string {
  return JSON.stringify([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
