import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { loadBasePriceBook } from '../attribution/src/rating/base-price-book.ts';
import type { PriceBook } from '../attribution/src/rating/price-book.ts';
import { rulesAbout } from '../attribution/src/rating/price-rules.ts';
import { type BookDifference, compareBooks } from './prices/compare-books.ts';
import { convertBook, serialiseBook } from './prices/convert-book.ts';
import type { SourceProvider } from './prices/genai-prices.ts';
import { NotExpressible } from './prices/refuse.ts';

const USAGE = `Renews the base price book from a genai-prices data file and shows what changes.
usage: npm run prices:import -- <file.json> [--source "genai-prices 0.2.3"] [--dry-run] [--all]
  --source   name and version of the data; taken from the file's name where it has both
  --dry-run  show the changes, write nothing
  --all      list every change, not only the first of each kind`;

const BASE_BOOK = new URL('../attribution/prices/base.json', import.meta.url);
const SHOWN_OF_A_KIND = 20;

try {
  importPrices();
} catch (error) {
  if (!(error instanceof NotExpressible || error instanceof SyntaxError)) throw error;
  console.error(`nothing written: ${error.message}`);
  process.exitCode = 1;
}

function importPrices(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { source: { type: 'string' }, 'dry-run': { type: 'boolean' }, all: { type: 'boolean' } },
  });
  const file = positionals[0];
  const source = values.source ?? sourceOf(file ?? '');
  if (file === undefined || source === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const before = existsSync(BASE_BOOK) ? (JSON.parse(readFileSync(BASE_BOOK, 'utf8')) as PriceBook) : undefined;
  const rounded: string[] = [];
  const providers = JSON.parse(readFileSync(file, 'utf8')) as SourceProvider[];
  const book = convertBook(providers, source, (where, from, to) => rounded.push(`${where}: ${from} -> ${to}`));

  const limit = values.all ? Number.POSITIVE_INFINITY : SHOWN_OF_A_KIND;
  show('rounded to 12 decimals', rounded, limit);
  showDifference(compareBooks(before, book), limit);
  showIdleRules(book, limit);
  console.log(`${before?.version ?? 'no book'} -> ${book.version}`);
  if (values['dry-run']) return;
  writeFileSync(BASE_BOOK, serialiseBook(book));
  console.log(`written: ${BASE_BOOK.pathname}`);
}

function sourceOf(file: string): string | undefined {
  const match = /^(.+?)-(\d[\w.]*)\.json$/.exec(basename(file));
  return match === null ? undefined : `${match[1]} ${match[2]}`;
}

function showDifference(difference: BookDifference, limit: number): void {
  const changes = difference.changed.map(({ priceId, from, to }) => `${priceId}: ${from} -> ${to}`);
  const dated = difference.dated.map(({ priceId, price }) => `${priceId}: ${price}`);
  show('models added', difference.newModels, limit);
  show('models removed (calls of them become unpriced)', difference.lostModels, limit);
  show('prices added', difference.added, limit);
  show('prices removed', difference.removed, limit);
  show('prices newly dated', dated, limit);
  show('prices changed in place (what was charged keeps its book version; consider a dated row)', changes, limit);
}

/** Rules are ours: a renewed source may have made them pointless, or given their models other names. */
function showIdleRules(book: PriceBook, limit: number): void {
  const { rules = [] } = loadBasePriceBook();
  const idle = rules.filter(
    (rule) => !book.lists.some((list) => list.models.some((model) => rulesAbout([rule], list, model).length > 0)),
  );
  const names = idle.map((rule) => `${rule.list}: ${rule.id}`);
  show('rules of attribution/prices/rules.json that fit no model', names, limit);
}

function show(title: string, lines: readonly string[], limit: number): void {
  console.log(`${title}: ${lines.length}`);
  for (const line of lines.slice(0, limit)) console.log(`  ${line}`);
  if (lines.length > limit) console.log(`  ... and ${lines.length - limit} more`);
}
