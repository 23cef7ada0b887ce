import { formatPicodollars } from '@spanledger/schemas';
import type { PriceBook } from '../../attribution/src/rating/price-book.ts';
import { type PriceRow, priceRows } from '../../attribution/src/rating/price-rows.ts';

/** What a renewed book changes, by price id. */
export type BookDifference = {
  readonly newModels: readonly string[];
  readonly lostModels: readonly string[];
  /** New prices of models that the book had already, without those of `dated`. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly priceId: string; readonly from: string; readonly to: string }[];
  /** New prices from a day on, of what had a price before: the change itself is dated, history stays as it was. */
  readonly dated: readonly { readonly priceId: string; readonly price: string }[];
};

export function compareBooks(before: PriceBook | undefined, after: PriceBook): BookDifference {
  const old = figuresOf(before);
  const renewed = figuresOf(after);
  const oldModels = modelsOf(before);
  const renewedModels = modelsOf(after);
  const pricedBefore = new Set([...old.values()].map(subjectOf));
  const fresh = [...renewed.values()].filter((row) => !old.has(row.priceId) && oldModels.has(modelOf(row)));
  const isDated = (row: PriceRow) => row.validFrom !== undefined && pricedBefore.has(subjectOf(row));
  return {
    newModels: [...renewedModels].filter((model) => !oldModels.has(model)),
    lostModels: [...oldModels].filter((model) => !renewedModels.has(model)),
    added: fresh.filter((row) => !isDated(row)).map((row) => row.priceId),
    removed: [...old.values()]
      .filter((row) => !renewed.has(row.priceId) && renewedModels.has(modelOf(row)))
      .map((row) => row.priceId),
    changed: [...renewed].flatMap(([priceId, { unitPrice: to }]) => {
      const from = old.get(priceId)?.unitPrice;
      if (from === undefined || from === to) return [];
      return [{ priceId, from: formatPicodollars(from), to: formatPicodollars(to) }];
    }),
    dated: fresh.filter(isDated).map((row) => ({ priceId: row.priceId, price: formatPicodollars(row.unitPrice) })),
  };
}

function figuresOf(book: PriceBook | undefined): ReadonlyMap<string, PriceRow> {
  const rows = book === undefined ? [] : priceRows({ ...book, rules: [] });
  return new Map([...rows].map((row) => [row.priceId, row]));
}

function modelsOf(book: PriceBook | undefined): ReadonlySet<string> {
  const lists = book?.lists ?? [];
  return new Set(lists.flatMap((list) => list.models.map((model) => `${list.id}/${model.id}`)));
}

function modelOf(row: PriceRow): string {
  return `${row.priceList}/${row.model}`;
}

/** What is priced, whenever it holds. */
function subjectOf(row: PriceRow): string {
  return [modelOf(row), row.meter, row.window, row.variant, row.contextAbove].join(' ');
}
