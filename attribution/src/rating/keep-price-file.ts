import type { Warehouse } from '@spanledger/warehouse';
import type { PriceFile } from './price-file/price-file.ts';
import { readPriceFile } from './price-file/read-price-file.ts';

type KeptFile = { readonly name: string; readonly text: string; readonly digest: string };

/**
 * Keeps a price file beside the charges that it prices, and returns the files that were in effect before: a late fact
 * is rated by the file that rated the call.
 */
export async function keepPriceFile(
  warehouse: Warehouse,
  file: PriceFile | undefined,
  nowMs: number,
): Promise<readonly PriceFile[]> {
  const kept = await warehouse.queryRows<KeptFile>(
    'SELECT name, text, digest FROM spanledger_store.price_files FINAL ORDER BY first_used_at',
  );
  if (file !== undefined && !kept.some(({ digest }) => digest === file.digest)) {
    const { digest, name, text } = file;
    await warehouse.insertBytes(
      'INSERT INTO spanledger_store.price_files FORMAT JSONEachRow',
      Buffer.from(JSON.stringify({ digest, name, text, first_used_at: new Date(nowMs).toISOString().slice(0, -1) })),
    );
  }
  // A file that a newer version would refuse cannot rate any more; what it rated stays as it is.
  return kept.flatMap(({ name, text }) => readPriceFile(name, text).file ?? []);
}
