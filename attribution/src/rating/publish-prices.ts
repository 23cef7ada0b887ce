import { formatPicodollars } from '@spanledger/schemas';
import type { Warehouse } from '@spanledger/warehouse';
import type { PriceBook } from './price-book.ts';
import { fileRows } from './price-file/file-rows.ts';
import type { PriceFile } from './price-file/price-file.ts';
import { priceBookVersion } from './price-file/priced-rater.ts';
import { type PriceRow, priceRows } from './price-rows.ts';

const ROWS_PER_INSERT = 5_000;

/** Everything with a price: the base book's and the user's. */
export function* allPriceRows(book: PriceBook, file: PriceFile | undefined): Generator<PriceRow> {
  if (file !== undefined) yield* fileRows(file);
  yield* priceRows(book);
}

/** Writes the prices in effect to the table `prices` where their version is not there yet; older versions go. */
export async function publishPrices(warehouse: Warehouse, book: PriceBook, file?: PriceFile): Promise<void> {
  const version = priceBookVersion(book, file);
  const [known] = await warehouse.queryRows<{ count: string }>(
    'SELECT count() AS count FROM spanledger_store.prices WHERE price_book_version = {version:String}',
    { version },
  );
  if (Number(known?.count ?? 0) > 0) return;
  const rows = [...allPriceRows(book, file)];
  await warehouse.command('TRUNCATE TABLE spanledger_store.prices');
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    const lines = rows.slice(at, at + ROWS_PER_INSERT).map((row) => JSON.stringify(tableRow(row, version)));
    await warehouse.insertBytes(
      'INSERT INTO spanledger_store.prices FORMAT JSONEachRow',
      Buffer.from(lines.join('\n')),
    );
  }
}

function tableRow(row: PriceRow, version: string) {
  return {
    price_book_version: version,
    provider: row.providers[0] ?? row.priceList,
    model: row.model,
    meter: row.meter,
    price_id: row.priceId,
    valid_from: row.validFrom === undefined ? null : `${row.validFrom} 00:00:00`,
    valid_to: row.validTo === undefined ? null : `${row.validTo} 00:00:00`,
    variant: [row.variant, row.window].filter((part) => part !== '').join(' '),
    context_over_tokens: row.contextAbove,
    list_unit_price: formatPicodollars(row.unitPrice),
    pricing_unit: row.pricingUnit,
    pricing_unit_size: row.pricingUnitSize,
    pricing_currency: row.currency,
    source: row.source,
  };
}
