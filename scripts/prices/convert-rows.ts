import { divideHalfEven, formatPicodollars, type Meter, parsePicodollars, parseScaled } from '@spanledger/schemas';
import type { BookPrice, BookRow } from '../../attribution/src/rating/price-book.ts';
import { FREE_PRICES, isKnownFree } from './free-models.ts';
import type { SourceConstraint, SourceModel, SourcePrice, SourcePrices, SourceVariant } from './genai-prices.ts';
import { NotExpressible, refuseRepeated, refuseUnknownFields } from './refuse.ts';

/** Called for each figure finer than 10^-12 that was rounded. */
export type OnRounded = (where: string, from: string, to: string) => void;

/** Source units and our meters, with the units per price; one that is missing here stops the import. */
const METER_OF_UNIT: Readonly<Record<string, Meter>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cache_read',
  cache_write_mtok: 'cache_write_5m',
  cache_write_1h_mtok: 'cache_write_1h',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
  input_audio_mtok: 'audio_input',
  output_audio_mtok: 'audio_output',
  cache_audio_read_mtok: 'audio_cache_read',
  input_image_mtok: 'image_input',
  output_image_mtok: 'image_output',
  cache_image_read_mtok: 'image_cache_read',
  input_video_mtok: 'video_input',
  output_video_mtok: 'video_output',
  output_citation_mtok: 'citation',
  input_mchars: 'character',
  audio_hours: 'second',
  input_audio_hours: 'second',
  input_document_kpages: 'page',
  input_annotated_document_kpages: 'annotated_page',
  input_text_messages_kcount: 'message',
  web_searches_kcount: 'web_search',
  storage_searches_kcount: 'file_search',
  code_executions_kcount: 'code_execution',
  requests_kcount: 'request',
};

/** Price figures of binary floating point reach 18 decimals; beyond this they are noise. */
const MAX_SOURCE_DECIMALS = 30;
const PICO_DECIMALS = 12;

const SHORT_WRITES: Meter = 'cache_write_5m';
const LONG_WRITES: Meter = 'cache_write_1h';

/** A model's rows in our order of precedence: the last that holds wins. */
export function convertRows(where: string, model: SourceModel, onRounded: OnRounded): BookRow[] {
  const rows = convertAllRows(where, model, onRounded);
  refuseRepeated(where, 'row', rows.map(conditionsOf));
  return rows.some((row) => LONG_WRITES in row.prices) ? rows : rows.map(withOneWritePrice);
}

/** What tells the rows of a model apart, and their price ids. */
function conditionsOf({ from = '', window, variant = '' }: BookRow): string {
  return [from, window?.join('-') ?? '', variant].join(' ').trim() || 'without a condition';
}

/** Where a biller has one price for cache writes, it is that of all of them, however long they are kept. */
function withOneWritePrice(row: BookRow): BookRow {
  const entries = Object.entries(row.prices).map(([meter, price]) => [
    meter === SHORT_WRITES ? 'cache_write' : meter,
    price,
  ]);
  return { ...row, prices: Object.fromEntries(entries) };
}

function convertAllRows(where: string, model: SourceModel, onRounded: OnRounded): BookRow[] {
  if (typeof model.prices !== 'object' || model.prices === null)
    throw new NotExpressible(where, `expected prices, found ${JSON.stringify(model.prices)}`);
  const plain = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices as SourcePrices }];
  const free = isKnownFree(where, model);
  const rows = plain.map((row) => {
    const prices = convertPrices(where, row.prices, onRounded);
    const known = free && Object.keys(prices).length === 0 ? FREE_PRICES : prices;
    return { ...convertConstraint(where, row.constraint), prices: known };
  });
  // The source lets the first variant that holds win, we the last row.
  const variants = (model.price_variants ?? []).toReversed().flatMap((variant) => {
    const row = convertVariant(where, variant, onRounded);
    return row === undefined ? [] : [row];
  });
  return [...rows, ...variants];
}

function convertVariant(where: string, variant: SourceVariant, onRounded: OnRounded): BookRow | undefined {
  const [key, value] = Object.entries(variant.when)[0] ?? [];
  if (key === undefined || value === undefined || Object.keys(variant.when).length !== 1)
    throw new NotExpressible(where, `expected one condition in a variant, found ${JSON.stringify(variant.when)}`);
  const prices = convertPrices(where, variant.prices, onRounded);
  if (key === 'service_tier' && value === 'default') {
    if (Object.keys(prices).length > 0)
      throw new NotExpressible(where, `expected no prices of its own in the default tier`);
    return undefined;
  }
  return { ...convertConstraint(where, variant.constraint), variant: variantName(where, key, value), prices };
}

function variantName(where: string, key: string, value: string): string {
  if (key === 'service_tier' || key === 'processing' || key === 'speed') return value;
  if (key === 'route' || key === 'search_type') return `${key}:${value}`;
  throw new NotExpressible(where, `unknown kind of variant "${key}"; add it to scripts/prices/convert-rows.ts`);
}

function convertConstraint(where: string, constraint: SourceConstraint | undefined): Pick<BookRow, 'from' | 'window'> {
  if (constraint === undefined) return {};
  if (constraint._type === 'StartDateConstraint') {
    refuseUnknownFields(where, constraint, new Set(['_type', 'start_date']));
    return { from: calendarDay(where, constraint.start_date) };
  }
  if (constraint._type !== 'TimeOfDateConstraint')
    throw new NotExpressible(where, `unknown constraint ${JSON.stringify(constraint)}`);
  refuseUnknownFields(where, constraint, new Set(['_type', 'start_time', 'end_time']));
  return { window: [timeOfDay(where, constraint.start_time), timeOfDay(where, constraint.end_time)] };
}

function calendarDay(where: string, text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw new NotExpressible(where, `expected a day, found "${text}"`);
  return text;
}

function timeOfDay(where: string, text: string): string {
  const time = /^(\d\d:\d\d):00\+00:00$/.exec(text)?.[1];
  if (time === undefined) throw new NotExpressible(where, `expected a UTC time of whole minutes, found "${text}"`);
  return time;
}

function convertPrices(where: string, prices: SourcePrices, onRounded: OnRounded): BookRow['prices'] {
  const converted: Partial<Record<Meter, BookPrice>> = {};
  for (const [unit, price] of Object.entries(prices)) {
    const meter = METER_OF_UNIT[unit];
    if (meter === undefined)
      throw new NotExpressible(where, `unknown unit "${unit}"; add its meter to scripts/prices/convert-rows.ts`);
    const value = convertPrice(`${where}/${unit}`, price, onRounded);
    const other = converted[meter];
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(value))
      throw new NotExpressible(where, `two different prices for meter ${meter}`);
    converted[meter] = value;
  }
  return converted;
}

function convertPrice(where: string, price: SourcePrice, onRounded: OnRounded): BookPrice {
  if (typeof price === 'string') return convertFigure(where, price, onRounded);
  refuseUnknownFields(where, price, new Set(['base', 'tiers']));
  const starts = price.tiers.map((tier) => tier.start);
  if (starts.some((start, index) => !Number.isSafeInteger(start) || start <= (starts[index - 1] ?? 0)))
    throw new NotExpressible(where, `expected tiers of ascending whole starts, found ${starts.join(', ')}`);
  const tiers = price.tiers.map((tier) => ({ above: tier.start, price: convertFigure(where, tier.price, onRounded) }));
  return { base: convertFigure(where, price.base, onRounded), tiers };
}

function convertFigure(where: string, text: string, onRounded: OnRounded): string {
  const exact = parsePicodollars(text);
  if (exact !== undefined && exact >= 0n) return formatPicodollars(exact);
  const fine = parseScaled(text, MAX_SOURCE_DECIMALS);
  if (fine === undefined || fine < 0n) throw new NotExpressible(where, `expected a price, found "${text}"`);
  const rounded = formatPicodollars(divideHalfEven(fine, 10n ** BigInt(MAX_SOURCE_DECIMALS - PICO_DECIMALS)));
  onRounded(where, text, rounded);
  return rounded;
}
