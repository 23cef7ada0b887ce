import { formatPicodollars, type Picodollars } from '@spanledger/schemas';
import type { PriceBook } from '../../attribution/src/rating/price-book.ts';
import { priceRows } from '../../attribution/src/rating/price-rows.ts';

/** What a renewed book changes, by price id. */
export type BookDifference = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly priceId: string; readonly from: string; readonly to: string }[];
};

export function compareBooks(before: PriceBook | undefined, after: PriceBook): BookDifference {
  const old = before === undefined ? new Map<string, Picodollars>() : figuresOf(before);
  const renewed = figuresOf(after);
  return {
    added: [...renewed.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !renewed.has(id)),
    changed: [...renewed].flatMap(([priceId, to]) => {
      const from = old.get(priceId);
      if (from === undefined || from === to) return [];
      return [{ priceId, from: formatPicodollars(from), to: formatPicodollars(to) }];
    }),
  };
}

function figuresOf(book: PriceBook): Map<string, Picodollars> {
  return new Map([...priceRows(book)].map((row) => [row.priceId, row.unitPrice]));
}
