import { METERS, type Meter, type MeterUnit, type Picodollars, parsePicodollars } from '@spanledger/schemas';
import { pricingUnitOf } from '../pricing-units.ts';

/** An amount of the pricing currency (10^-12) for `size` units of a meter. */
export type UnitPrice = { readonly amount: Picodollars; readonly size: number; readonly unit: string };

/** How a unit of measure may be written, with the meter's units in it. */
const WORDS: Readonly<Record<MeterUnit, Readonly<Record<string, number>>>> = {
  token: { token: 1, tokens: 1 },
  character: { character: 1, characters: 1 },
  search: { search: 1, searches: 1 },
  request: { request: 1, requests: 1 },
  page: { page: 1, pages: 1 },
  unit: { unit: 1, units: 1 },
  image: { image: 1, images: 1 },
  call: { call: 1, calls: 1 },
  second: { second: 1, seconds: 1, minute: 60, minutes: 60, hour: 3_600, hours: 3_600 },
  'GiB-second': { 'GiB-second': 1, 'GiB-seconds': 1, 'GiB-hour': 3_600, 'GiB-hours': 3_600 },
  GiB: { GiB: 1 },
};

const COUNTS: Readonly<Record<string, number>> = { '1K': 1_000, '1M': 1_000_000 };
/** So that the ledger's `pricing_unit_size`, a UInt32, holds it. */
const LARGEST_SIZE = 1_000_000_000;

/** What a price of this meter may look like, for messages. */
export function priceExamples(meter: Meter): string {
  const usual = pricingUnitOf(meter).name.replace(/^1 /, '');
  return `a price such as "0.25 per ${usual}" (or 0), not negative, with at most 12 decimals`;
}

/** Reads `0.25 per 1M tokens`, `2.50 per hour`, `0`; undefined when it is no price of this meter. */
export function parsePrice(text: string, meter: Meter): UnitPrice | undefined {
  const match = /^(\S+)(?:\s+per\s+(?:(\S+)\s+)?(\S+))?$/.exec(text.trim());
  const amount = parsePicodollars(match?.[1] ?? '');
  if (match === null || amount === undefined || amount < 0n) return undefined;
  const [, , count, word] = match;
  if (word === undefined) return amount === 0n ? usualUnit(meter, amount) : undefined;
  const { unit } = METERS[meter];
  const size = count === undefined ? aloneSize(word, unit) : product(countOf(count), sizeOf(WORDS[unit], word));
  if (size === undefined || size > LARGEST_SIZE) return undefined;
  return { amount, size, unit: unitName(meter, size) };
}

function usualUnit(meter: Meter, amount: Picodollars): UnitPrice {
  const { name, size } = pricingUnitOf(meter);
  return { amount, size, unit: name };
}

/** `per hour`, or `per 1M` of the meter's units. */
function aloneSize(word: string, unit: MeterUnit): number | undefined {
  return sizeOf(WORDS[unit], word) ?? countOf(word);
}

function countOf(text: string): number | undefined {
  if (!/^[1-9]\d{0,9}$/.test(text)) return sizeOf(COUNTS, text);
  return Number(text);
}

/** Words come from the file: `constructor` is none. */
function sizeOf(sizes: Readonly<Record<string, number>>, word: string): number | undefined {
  return Object.hasOwn(sizes, word) ? sizes[word] : undefined;
}

function product(count: number | undefined, size: number | undefined): number | undefined {
  return count === undefined || size === undefined ? undefined : count * size;
}

/** As the base book names its units: `1M tokens`, `1 hour`, `500 pages`. */
function unitName(meter: Meter, size: number): string {
  const usual = pricingUnitOf(meter);
  if (usual.size === size) return usual.name;
  const words = Object.entries(WORDS[METERS[meter].unit]);
  const large = words.findLast(([word, unitSize]) => !word.endsWith('s') && size % unitSize === 0) ?? words[0];
  const [word, unitSize] = large ?? ['unit', 1];
  const count = size / unitSize;
  const shown = Object.entries(COUNTS).find(([, value]) => value === count)?.[0] ?? String(count);
  return count === 1 ? `1 ${word}` : `${shown} ${pluralOf(word)}`;
}

function pluralOf(word: string): string {
  if (word === 'GiB') return word;
  return word.endsWith('ch') ? `${word}es` : `${word}s`;
}
