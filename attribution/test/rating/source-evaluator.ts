import type { Meter } from '@spanledger/schemas';
import type {
  SourceClause,
  SourceConstraint,
  SourceModel,
  SourcePrice,
  SourcePrices,
  SourceProvider,
} from '../../../scripts/prices/genai-prices.ts';
import type { MeterQuantity } from '../../src/facts.ts';

/**
 * Rates by the source data itself, plainly and slowly, sharing no code with the rater: the differential test
 * compares the two. Amounts are integers of 10^-30 USD, so nothing is rounded before the end.
 */
const SCALE = 30n;

type Chain = { readonly meter: Meter; readonly units: readonly string[]; readonly per: bigint };

/** The source's units for each meter, the more general ones after the meter's own. */
const CHAINS: readonly Chain[] = [
  { meter: 'input', units: ['input_mtok'], per: 1_000_000n },
  { meter: 'cache_read', units: ['cache_read_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'cache_write_5m', units: ['cache_write_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'cache_write_1h', units: ['cache_write_1h_mtok', 'cache_write_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'output', units: ['output_mtok'], per: 1_000_000n },
  { meter: 'reasoning', units: ['output_reasoning_mtok', 'output_mtok'], per: 1_000_000n },
  { meter: 'citation', units: ['output_citation_mtok', 'output_mtok'], per: 1_000_000n },
  { meter: 'audio_input', units: ['input_audio_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'image_input', units: ['input_image_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'video_input', units: ['input_video_mtok', 'input_mtok'], per: 1_000_000n },
  { meter: 'audio_output', units: ['output_audio_mtok', 'output_mtok'], per: 1_000_000n },
  { meter: 'image_output', units: ['output_image_mtok', 'output_mtok'], per: 1_000_000n },
  { meter: 'video_output', units: ['output_video_mtok', 'output_mtok'], per: 1_000_000n },
  { meter: 'web_search', units: ['web_searches_kcount'], per: 1_000n },
  { meter: 'file_search', units: ['storage_searches_kcount'], per: 1_000n },
  { meter: 'request', units: ['requests_kcount'], per: 1_000n },
  { meter: 'message', units: ['input_text_messages_kcount'], per: 1_000n },
  { meter: 'character', units: ['input_mchars'], per: 1_000_000n },
  { meter: 'page', units: ['input_document_kpages'], per: 1_000n },
  {
    meter: 'annotated_page',
    units: ['input_annotated_document_kpages', 'input_document_kpages'],
    per: 1_000n,
  },
  { meter: 'second', units: ['audio_hours', 'input_audio_hours'], per: 3_600n },
];

export const COMPARED_METERS: readonly Meter[] = CHAINS.map((chain) => chain.meter);

const INPUT = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'audio_input', 'image_input', 'video_input'];

/** The first model of the provider that the name matches, by the source's rules alone. */
export function findSourceModel(provider: SourceProvider, name: string): SourceModel | undefined {
  return provider.models.find((model) => holds(model.match, name.toLowerCase()));
}

/** Cost in picodollars by meter, 0 where the source has no price. */
export function sourceCosts(
  model: SourceModel,
  usage: readonly MeterQuantity[],
  atMs: number,
  context: Readonly<Record<string, string>>,
): Map<Meter, bigint> {
  const prices = pricesAt(model, atMs, context);
  let totalInput = 0n;
  for (const { meter, quantityNano } of usage) if (INPUT.includes(meter)) totalInput += quantityNano;
  const costs = new Map<Meter, bigint>();
  for (const { meter, quantityNano } of usage) {
    const chain = CHAINS.find((candidate) => candidate.meter === meter);
    const unit = chain?.units.find((candidate) => prices[candidate] !== undefined);
    const price = unit === undefined ? undefined : prices[unit];
    if (chain === undefined || price === undefined) costs.set(meter, 0n);
    else costs.set(meter, roundToPico(quantityNano * figureFor(price, totalInput), chain.per * 10n ** 9n));
  }
  return costs;
}

function pricesAt(model: SourceModel, atMs: number, context: Readonly<Record<string, string>>): SourcePrices {
  let standard: SourcePrices = {};
  if (Array.isArray(model.prices)) {
    for (const row of model.prices) if (active(row.constraint, atMs)) standard = row.prices;
  } else standard = model.prices as SourcePrices;
  const overrides: Record<string, SourcePrice> = {};
  for (const variant of model.price_variants ?? []) {
    if (!active(variant.constraint, atMs)) continue;
    if (!Object.entries(variant.when).every(([key, value]) => context[key] === value)) continue;
    for (const [unit, price] of Object.entries(variant.prices)) overrides[unit] ??= price;
  }
  return { ...standard, ...overrides };
}

function active(constraint: SourceConstraint | undefined, atMs: number): boolean {
  if (constraint === undefined) return true;
  const iso = new Date(atMs).toISOString();
  if (constraint._type === 'StartDateConstraint') return iso.slice(0, 10) >= constraint.start_date;
  const time = iso.slice(11, 19);
  const start = constraint.start_time.slice(0, 8);
  const end = constraint.end_time.slice(0, 8);
  return end < start ? time >= start || time < end : start <= time && time < end;
}

function figureFor(price: SourcePrice, totalInput: bigint): bigint {
  if (typeof price === 'string') return parse(price);
  let text = price.base;
  for (const tier of price.tiers) if (totalInput > BigInt(tier.start) * 10n ** 9n) text = tier.price;
  return parse(text);
}

/** Reads a figure as the importer promises to: to 12 decimals, half to even. */
function parse(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  const exact = BigInt(whole + fraction.padEnd(Number(SCALE), '0'));
  return roundToPico(exact, 1n) * 10n ** (SCALE - 12n);
}

/** A fraction of 10^-30 USD as whole picodollars, half to even. */
function roundToPico(numerator: bigint, denominator: bigint): bigint {
  const divisor = denominator * 10n ** (SCALE - 12n);
  const floor = numerator / divisor;
  const rest = numerator - floor * divisor;
  if (rest + rest < divisor) return floor;
  if (rest + rest > divisor) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

function holds(clause: SourceClause, name: string): boolean {
  if ('equals' in clause) return name === clause.equals.toLowerCase();
  if ('starts_with' in clause) return name.startsWith(clause.starts_with.toLowerCase());
  if ('ends_with' in clause) return name.endsWith(clause.ends_with.toLowerCase());
  if ('contains' in clause) return name.includes(clause.contains.toLowerCase());
  if ('regex' in clause) return new RegExp(clause.regex).test(name);
  return 'or_' in clause
    ? clause.or_.some((part) => holds(part, name))
    : clause.and_.every((part) => holds(part, name));
}
