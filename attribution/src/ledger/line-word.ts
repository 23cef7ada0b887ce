import { formatPicodollars, type Meter, parsePicodollars, ZERO_PICODOLLARS } from '@spanledger/schemas';
import type { LinePrice, PriceStatus } from '../rating/types.ts';
import { joinWord, splitWord } from './word-book.ts';

/**
 * What a charge line says beside its quantity and costs, in one word of the ledger's dictionary: meter, price status, id,
 * pricing unit, unit size, list price; where they are not the plain case, contracted price, currency and exchange rate;
 * and last the reason of the status.
 */
export function lineWord(meter: Meter, price: LinePrice): string {
  let words = wordsOf.get(price);
  if (words === undefined) {
    words = new Map();
    wordsOf.set(price, words);
  }
  let word = words.get(meter);
  if (word === undefined) {
    word = writeLineWord(meter, price);
    words.set(meter, word);
  }
  return word;
}

const wordsOf = new WeakMap<LinePrice, Map<Meter, string>>();

export type ReadLine = { readonly meter: Meter; readonly price: LinePrice };

/** The meter and price that a word tells of: the same object for the same word. */
export function readLineWord(word: string): ReadLine {
  let line = linesRead.get(word);
  if (line === undefined) {
    line = splitLineWord(word);
    if (linesRead.size >= MAX_LINES_READ) linesRead.clear();
    linesRead.set(word, line);
  }
  return line;
}

const linesRead = new Map<string, ReadLine>();
const MAX_LINES_READ = 10_000;
/** What was read back is charged already. */
const NEVER_RATED = -1;

const PLAIN_CURRENCY = 'USD';
const PLAIN_RATE = '1';

function writeLineWord(meter: Meter, price: LinePrice): string {
  const { status, priceId, pricingUnit, pricingUnitSize, listUnitPrice, contractedUnitPrice, reason } = price;
  const fields = [meter, status, priceId, pricingUnit, `${pricingUnitSize}`, formatPicodollars(listUnitPrice)];
  const { pricingCurrency, exchangeRate } = price;
  const isPlain =
    contractedUnitPrice === listUnitPrice && pricingCurrency === PLAIN_CURRENCY && exchangeRate === PLAIN_RATE;
  if (!isPlain) fields.push(formatPicodollars(contractedUnitPrice), pricingCurrency, exchangeRate);
  else if (reason !== '') fields.push('', '', '');
  return reason === '' ? joinWord(fields) : `${joinWord([...fields, ''])}${reason}`;
}

function splitLineWord(word: string): ReadLine {
  const [meter = '', status = '', priceId = '', pricingUnit = '', size = '1', list = '0', ...more] = splitWord(word);
  const [contracted = '', currency = '', rate = ''] = more;
  const price: LinePrice = {
    priceId,
    pricingUnit,
    pricingUnitSize: Number(size),
    pricingCurrency: currency || PLAIN_CURRENCY,
    exchangeRate: rate || PLAIN_RATE,
    listUnitPrice: parsePicodollars(list) ?? ZERO_PICODOLLARS,
    contractedUnitPrice: parsePicodollars(contracted || list) ?? ZERO_PICODOLLARS,
    status: status as PriceStatus,
    // The only field that may hold the separator itself, as it quotes what a span says.
    reason: joinWord(more.slice(REASON)),
    perUnit: NEVER_RATED,
  };
  return { meter: meter as Meter, price };
}

/** Where the reason begins among the fields after the list price. */
const REASON = 3;
