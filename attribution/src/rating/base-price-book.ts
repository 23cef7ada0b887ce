import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { METERS, type Meter } from '@spanledger/schemas';
import type { PriceBook, PriceRule } from './price-book.ts';

const BASE_BOOK = new URL('../../prices/base.json', import.meta.url);
const RULES = new URL('../../prices/rules.json', import.meta.url);

/** In the file `tokens` stands for all meters of tokens. */
type RuleFile = { readonly rules: readonly (Omit<PriceRule, 'meters'> & { readonly meters: readonly string[] })[] };

const VERSION_DIGITS = 8;

/**
 * Reads the list prices that come with the product and the rules on top of them (docs/prices.md); throws when a file
 * is missing or foreign. The version names both.
 */
export function loadBasePriceBook(): PriceBook {
  const book = JSON.parse(readFileSync(BASE_BOOK, 'utf8')) as PriceBook;
  if (book.format !== 1) throw new Error(`${BASE_BOOK.pathname}: expected price book format 1, found ${book.format}`);
  const text = readFileSync(RULES, 'utf8');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, VERSION_DIGITS);
  const rules = (JSON.parse(text) as RuleFile).rules.map((rule) => ({ ...rule, meters: metersOf(rule.meters) }));
  return { ...book, version: `${book.version}.${digest}`, rules };
}

function metersOf(names: readonly string[]): readonly Meter[] {
  const all = Object.keys(METERS) as Meter[];
  return names.flatMap((name) =>
    all.filter((meter) => meter === name || (name === 'tokens' && METERS[meter].unit === 'token')),
  );
}
