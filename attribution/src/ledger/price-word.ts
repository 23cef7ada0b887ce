import { formatPicodollars, parsePicodollars, ZERO_PICODOLLARS } from '@spanledger/schemas';
import type { LinePrice, PriceStatus } from '../rating/types.ts';

type Words = { readonly price: string; readonly state: string };

/**
 * What a line's price says, in one word of the ledger's dictionary: id, pricing unit, unit size, list price; and where
 * they are not the plain case, contracted price, currency and exchange rate too. The published views take it apart
 * again by its tabs.
 */
export function priceWord(price: LinePrice): string {
  return wordsOf(price).price;
}

/** Price status and, after a tab, the reason. */
export function stateWord(price: LinePrice): string {
  return wordsOf(price).state;
}

/** The price that two words of the ledger tell of: the same object for the same words. */
export function readLinePrice(word: string, state: string): LinePrice {
  const key = `${word}\n${state}`;
  let price = pricesRead.get(key);
  if (price === undefined) {
    price = { ...readPriceWord(word), ...readStateWord(state), perUnit: NEVER_RATED };
    if (pricesRead.size >= MAX_PRICES_READ) pricesRead.clear();
    pricesRead.set(key, price);
  }
  return price;
}

const pricesRead = new Map<string, LinePrice>();
const MAX_PRICES_READ = 10_000;
/** What was read back is charged already. */
const NEVER_RATED = -1;

const words = new WeakMap<LinePrice, Words>();

function wordsOf(price: LinePrice): Words {
  let known = words.get(price);
  if (known === undefined) {
    const state = price.reason === '' ? price.status : `${price.status}\t${price.reason}`;
    known = { price: writePriceWord(price), state };
    words.set(price, known);
  }
  return known;
}

function writePriceWord(price: LinePrice): string {
  const { priceId, pricingUnit, pricingUnitSize, listUnitPrice, contractedUnitPrice } = price;
  const fields = [plain(priceId), plain(pricingUnit), pricingUnitSize, formatPicodollars(listUnitPrice)];
  const { pricingCurrency, exchangeRate } = price;
  const isPlain =
    contractedUnitPrice === listUnitPrice && pricingCurrency === PLAIN_CURRENCY && exchangeRate === PLAIN_RATE;
  if (!isPlain) fields.push(formatPicodollars(contractedUnitPrice), plain(pricingCurrency), plain(exchangeRate));
  return fields.join('\t');
}

const PLAIN_CURRENCY = 'USD';
const PLAIN_RATE = '1';

function readPriceWord(word: string): Omit<LinePrice, 'status' | 'reason' | 'perUnit'> {
  const [priceId = '', pricingUnit = '', size = '1', list = '0', contracted, currency, rate] = word.split('\t');
  return {
    priceId,
    pricingUnit,
    pricingUnitSize: Number(size),
    pricingCurrency: currency ?? PLAIN_CURRENCY,
    exchangeRate: rate ?? PLAIN_RATE,
    listUnitPrice: parsePicodollars(list) ?? ZERO_PICODOLLARS,
    contractedUnitPrice: parsePicodollars(contracted ?? list) ?? ZERO_PICODOLLARS,
  };
}

function readStateWord(word: string): { status: PriceStatus; reason: string } {
  const tab = word.indexOf('\t');
  if (tab < 0) return { status: word as PriceStatus, reason: '' };
  return { status: word.slice(0, tab) as PriceStatus, reason: word.slice(tab + 1) };
}

/** A tab within a field would shift the ones after it. */
function plain(text: string): string {
  return text.includes('\t') ? text.replaceAll('\t', ' ') : text;
}
