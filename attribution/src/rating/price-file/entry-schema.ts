import { isCurrency, METERS, type Meter, nearestName, parseScaled } from '@spanledger/schemas';
import { z } from 'zod';
import { parseDay } from './date-span.ts';
import type { FilePrice, Section } from './price-file.ts';
import { parsePrice, priceExamples } from './price-text.ts';

/** Every scalar of the file is a text here, so that decimals stay what was written. A message says what is expected. */
const NAME = z
  .string({ error: 'a name' })
  .min(1, { error: 'a name, or the line left out' })
  .max(256, { error: 'at most 256 characters' });
const DAY = z.string({ error: 'a UTC day such as 2026-10-01' }).transform((text, context) => {
  const atMs = parseDay(text);
  if (atMs === undefined) context.addIssue({ code: 'custom', message: 'a UTC day such as 2026-10-01' });
  return atMs ?? 0;
});
export const CURRENCY = z
  .string({ error: 'a currency of ISO 4217 such as EUR' })
  .refine(isCurrency, { error: 'a currency of ISO 4217 such as EUR' });
const RATE = decimal('a decimal above 0 with at most 12 places', 12).refine((rate) => rate > 0n, {
  error: 'a decimal above 0 with at most 12 places',
});

const PERCENT_TEXT = 'a percentage from 0 to 100 with at most 6 decimals, such as 12.5';
const PERCENT = decimal(PERCENT_TEXT, 6).refine((percent) => percent >= 0n && percent <= 100_000_000n, {
  error: PERCENT_TEXT,
});

const COMPUTE_METERS = ['gpu_second', 'cpu_second', 'memory_gib_second', 'network_gib'] as const satisfies Meter[];
const CALL_METERS = ['api_call'] as const satisfies Meter[];
const SPECIAL: ReadonlySet<string> = new Set([...COMPUTE_METERS, ...CALL_METERS, 'unknown']);
const MODEL_METERS = (Object.keys(METERS) as Meter[]).filter((meter) => !SPECIAL.has(meter));
const ALL_METERS = [...MODEL_METERS, ...COMPUTE_METERS, ...CALL_METERS];

const DATES = { from: DAY.exactOptional(), to: DAY.exactOptional() };
const COMMON = { ...DATES, currency: CURRENCY.exactOptional(), source: NAME.exactOptional() };

/** The keys of an entry of each section. */
export const ENTRY_SHAPES = {
  models: {
    ...COMMON,
    provider: NAME,
    model: NAME,
    host: NAME.exactOptional(),
    region: NAME.exactOptional(),
    tier: NAME.exactOptional(),
    prices: pricesOf(MODEL_METERS),
  },
  provider_fees: {
    ...COMMON,
    provider: NAME,
    model: NAME.exactOptional(),
    host: NAME.exactOptional(),
    region: NAME.exactOptional(),
    tier: NAME.exactOptional(),
    prices: pricesOf(MODEL_METERS),
  },
  call_fees: {
    ...COMMON,
    tool: NAME.exactOptional(),
    host: NAME.exactOptional(),
    operation: NAME.exactOptional(),
    price: z.unknown().transform((price, context): FilePrice | undefined => readPrice(price, 'api_call', context, [])),
  },
  compute: {
    ...COMMON,
    kind: NAME.exactOptional(),
    provider: NAME.exactOptional(),
    region: NAME.exactOptional(),
    prices: pricesOf(COMPUTE_METERS),
  },
  contracts: {
    ...COMMON,
    project: NAME.exactOptional(),
    team: NAME.exactOptional(),
    tool: NAME.exactOptional(),
    operation: NAME.exactOptional(),
    host: NAME.exactOptional(),
    model: NAME.exactOptional(),
    provider: NAME.exactOptional(),
    kind: NAME.exactOptional(),
    region: NAME.exactOptional(),
    tier: NAME.exactOptional(),
    prices: pricesOf(ALL_METERS).exactOptional(),
    percent_off: PERCENT.exactOptional(),
    meters: z
      .array(z.enum(ALL_METERS, { error: 'a meter of docs/prices.md' }), { error: 'a list of meters' })
      .min(1, { error: 'at least one meter' })
      .exactOptional(),
  },
} as const satisfies Record<Section, z.ZodRawShape>;

export const RATE_SHAPE = { ...DATES, from: DAY, from_currency: CURRENCY, to_currency: CURRENCY, rate: RATE };

function decimal(expected: string, scale: number) {
  return z.string({ error: expected }).transform((text, context) => {
    const value = parseScaled(text, scale);
    if (value === undefined) context.addIssue({ code: 'custom', message: expected });
    return value ?? 1n;
  });
}

type IssueSink = {
  addIssue(issue: { code: 'custom'; message: string; path: (string | number)[]; input: unknown }): void;
};

function pricesOf(meters: readonly Meter[]) {
  const expected = 'prices by meter, such as { input: 0.25 per 1M tokens }';
  return z.record(z.string(), z.unknown(), { error: expected }).transform((entries, context) => {
    const prices = new Map<Meter, FilePrice>();
    for (const [name, value] of Object.entries(entries)) {
      const meter = meters.find((known) => known === name);
      if (meter === undefined) {
        const nearest = nearestName(name, meters);
        const advice =
          nearest === undefined
            ? `one of ${meters.join(', ')}`
            : `a meter that can stand here; did you mean ${nearest}?`;
        context.addIssue({ code: 'custom', message: advice, path: [name], input: name });
        continue;
      }
      const price = readPrice(value, meter, context, [name]);
      if (price !== undefined) prices.set(meter, price);
    }
    if (Object.keys(entries).length === 0) context.addIssue({ code: 'custom', message: expected });
    return prices;
  });
}

/** A text, or `{ price, above: { <input tokens>: price } }`. */
function readPrice(value: unknown, meter: Meter, sink: IssueSink, path: string[]): FilePrice | undefined {
  const refuse = (expected: string, at: string[], input: unknown) =>
    void sink.addIssue({ code: 'custom', message: expected, path: [...path, ...at], input });
  const priceOf = (text: unknown, at: string[]) => {
    const price = typeof text === 'string' ? parsePrice(text, meter) : undefined;
    if (price === undefined) refuse(priceExamples(meter), at, text);
    return price;
  };
  if (!isRecord(value)) {
    const base = priceOf(value, []);
    return base === undefined ? undefined : { base, tiers: [] };
  }
  for (const key of Object.keys(value))
    if (key !== 'price' && key !== 'above') refuse('only price and above', [key], value[key]);
  const base = priceOf(value['price'], ['price']);
  const above = value['above'];
  if (!isRecord(above)) {
    refuse('prices by number of input tokens, such as { 200000: 0.50 per 1M tokens }', ['above'], above);
    return undefined;
  }
  const tiers = Object.entries(above).flatMap(([tokens, text]) => {
    if (!/^[1-9]\d{0,14}$/.test(tokens)) refuse('a number of input tokens above 0', ['above', tokens], tokens);
    const price = priceOf(text, ['above', tokens]);
    return price === undefined ? [] : [{ above: Number(tokens), price }];
  });
  return base === undefined ? undefined : { base, tiers: tiers.sort((a, b) => b.above - a.above) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
