import { createRater, loadBasePriceBook } from '@spanledger/attribution';
import type { StoredRecord } from '@spanledger/spanlog';
import type { WarehouseReader } from '@spanledger/warehouse';
import type { SpanNode } from '../../attribution/src/trace/trace.ts';
import { Attributor } from '../../attribution/src/worker/attributor.ts';
import { createKeyRing } from '../../attribution/src/worker/keys.ts';
import { emptyStats } from '../../attribution/src/worker/stats.ts';
import { type LoneSpan, requestOf, toProtobuf } from './otlp.ts';

const rater = createRater(loadBasePriceBook());

/** The rows that attribution would write for these batches of spans, by span, with the notices that it sends to itself. */
export async function attributeInProcess(
  batches: readonly (readonly LoneSpan[])[],
  nowMs: number,
): Promise<ReadonlyMap<string, SpanNode>> {
  const attributor = new Attributor({
    reader: NOTHING_EVICTED,
    rater,
    keys: createKeyRing([]),
    partitionCount: 1,
    clock: () => nowMs,
    lookbackDays: 30,
    cacheSpans: 1_000_000,
    twinCalls: 100_000,
    stats: emptyStats(),
  });
  attributor.directory.complete = true;
  const rows = new Map<string, SpanNode>();
  let offset = 0;
  const attribute = async (records: readonly Omit<StoredRecord, 'offset'>[]): Promise<void> => {
    const stored = records.map((record): StoredRecord => {
      offset += 1;
      return { ...record, offset };
    });
    const changes = await attributor.attribute([{ partition: 0, records: stored }]);
    if (changes.dead.length > 0) throw new Error(`dead letter: ${changes.dead[0]?.detail}`);
    for (const { node } of changes.rows) rows.set(`${node.span.identity.traceId}/${node.span.identity.spanId}`, node);
    attributor.written(changes.rows);
    if (changes.notices.length > 0) await attribute(changes.notices);
  };
  for (const batch of batches) {
    const value = toProtobuf(requestOf(batch));
    await attribute([{ partition: 0, keyId: '', receivedAtMs: nowMs, kind: 'otlp', value }]);
  }
  return rows;
}

/** Every trace stays in memory, so the ledger is never asked. */
const NOTHING_EVICTED = new Proxy({} as WarehouseReader, {
  get: (_, name) => {
    throw new Error(`the ledger is asked: ${String(name)}`);
  },
});
