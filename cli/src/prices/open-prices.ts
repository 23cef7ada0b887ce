import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  fileWarnings,
  loadBasePriceBook,
  type PriceBook,
  type PriceFile,
  readPriceFile,
} from '@spanledger/attribution';
import type { Config } from '@spanledger/schemas';
import { cliError } from '../errors.ts';
import { printable } from '../text/printable.ts';

/** The prices in effect: the base book, and the user's file over it. */
export type Prices = {
  readonly book: PriceBook;
  readonly file: PriceFile | undefined;
  readonly billingCurrency: string;
  /** A line each, with what is hardly meant. */
  readonly warnings: readonly string[];
};

/** Reads them as the settings say. Throws SPL_PRICES_INVALID with every problem of the file at once. */
export function openPrices(config: Config): Prices {
  const path = config['prices.file'];
  const billingCurrency = config['billing.currency'];
  const book = loadBasePriceBook();
  if (path === undefined) return { book, file: undefined, billingCurrency, warnings: [] };
  const { file, problems } = readPriceFile(basename(path), readText(path));
  if (file === undefined) {
    const lines = problems.map(
      ({ place, line, expected, actual }) => `  line ${line}, ${place}: expected ${expected}, found ${actual}.`,
    );
    const count = problems.length === 1 ? 'One thing is wrong' : `${problems.length} things are wrong`;
    const text = `${count} in the price file ${path}:\n${lines.map(printable).join('\n')}\nSee docs/prices.md.`;
    throw cliError('SPL_PRICES_INVALID', text);
  }
  const warnings = fileWarnings(file, book, billingCurrency).map(
    ({ place, line, text }) => `line ${line}, ${place}: ${text}`,
  );
  return { book, file, billingCurrency, warnings: warnings.map(printable) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const text = `The price file ${path} cannot be read: ${(cause as Error).message}. prices.file names it.`;
    throw cliError('SPL_PRICES_UNREADABLE', text, cause);
  }
}
