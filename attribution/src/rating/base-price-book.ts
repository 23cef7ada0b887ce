import { readFileSync } from 'node:fs';
import type { PriceBook } from './price-book.ts';

const BASE_BOOK = new URL('../../prices/base.json', import.meta.url);

/** Reads the list prices that come with the product (docs/prices.md); throws when the file is missing or foreign. */
export function loadBasePriceBook(): PriceBook {
  const book = JSON.parse(readFileSync(BASE_BOOK, 'utf8')) as PriceBook;
  if (book.format !== 1) throw new Error(`${BASE_BOOK.pathname}: expected price book format 1, found ${book.format}`);
  return book;
}
