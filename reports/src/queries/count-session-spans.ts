import type { WarehouseReader } from '@spanledger/warehouse';

export type SessionSpanCount = { readonly sessionId: string; readonly spanCount: number };

/** How many spans each session has in the ledger itself since a moment, ahead of the rollups that `listSessions` reads. */
export async function countSessionSpans(reader: WarehouseReader, since: Date): Promise<SessionSpanCount[]> {
  const rows = await reader.queryRows<{ session_id: string; spans: string }>(
    `SELECT session_id, count() AS spans FROM spanledger.spans
    WHERE charge_period_start >= {since:DateTime64(3, 'UTC')} GROUP BY session_id`,
    { since },
  );
  return rows.map(({ session_id, spans }) => ({ sessionId: session_id, spanCount: Number(spans) }));
}
