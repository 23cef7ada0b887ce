import { formatPicodollars, type Picodollars, parsePicodollars } from '@spanledger/schemas';
import type { PriceStatus, RatedLine } from '../rating/types.ts';

/**
 * What follows from a line's price alone, in one word of the ledger's dictionary: id, pricing unit, unit size, list price.
 * The published views take it apart again by these tabs (schemas/clickhouse/0003).
 */
export function priceWord(line: RatedLine): string {
  const known = words.get(line.priceId);
  if (known !== undefined && samePrice(known.line, line)) return known.word;
  const unitPrice = formatPicodollars(line.listUnitPrice);
  const word = [plain(line.priceId), plain(line.pricingUnit), line.pricingUnitSize, unitPrice].join('\t');
  if (words.size >= WORDS_BOUND) words.clear();
  words.set(line.priceId, { line, word });
  return word;
}

const words = new Map<string, { line: RatedLine; word: string }>();
const WORDS_BOUND = 10_000;

function samePrice(a: RatedLine, b: RatedLine): boolean {
  return (
    a.listUnitPrice === b.listUnitPrice && a.pricingUnit === b.pricingUnit && a.pricingUnitSize === b.pricingUnitSize
  );
}

export function stateWord(line: RatedLine): string {
  return line.reason === '' ? line.status : `${line.status}\t${line.reason}`;
}

export type ReadPrice = Pick<RatedLine, 'priceId' | 'pricingUnit' | 'pricingUnitSize' | 'listUnitPrice'>;

export function readPriceWord(word: string): ReadPrice {
  const [priceId = '', pricingUnit = '', size = '1', unitPrice = '0'] = word.split('\t');
  return {
    priceId,
    pricingUnit,
    pricingUnitSize: Number(size),
    listUnitPrice: parsePicodollars(unitPrice) ?? (0n as Picodollars),
  };
}

export function readStateWord(word: string): { status: PriceStatus; reason: string } {
  const tab = word.indexOf('\t');
  if (tab < 0) return { status: word as PriceStatus, reason: '' };
  return { status: word.slice(0, tab) as PriceStatus, reason: word.slice(tab + 1) };
}

/** A tab within a field would shift the ones after it. */
function plain(text: string): string {
  return text.includes('\t') ? text.replaceAll('\t', ' ') : text;
}
