import type { Meter } from '@spanledger/schemas';
import type { MeterQuantity } from '../facts.ts';
import { type Figure, type MeterPrice, meterPrice } from './meter-price.ts';
import type { BookModel, BookRow, PriceList, PriceRule } from './price-book.ts';
import { ignoresWindows, type RuledCall, rulesInForce } from './price-rules.ts';
import { joinReasons, reason } from './reasons.ts';
import { holdsAt } from './row-time.ts';
import type { LinePrice } from './types.ts';

/** What one model costs at one moment, for one kind of call. */
export type PriceSheet = {
  /** Some price depends on the input of the whole call. */
  readonly tiered: boolean;
  /** Each call is charged a fee of its own. */
  readonly requestFee: boolean;
  /** The price of a meter in a call whose input is this much (10^-9 tokens) and that used these meters. */
  priceOf(meter: Meter, totalInputNano: number, used: readonly MeterQuantity[]): LinePrice;
};

export type SheetOptions = RuledCall & {
  readonly list: PriceList;
  readonly model: BookModel;
  /** Variants of the book that the call asks for, its service tiers among them. */
  readonly variants: readonly string[];
  /** About this model, whether in force or not. */
  readonly rules: readonly PriceRule[];
  /** Guesses already made when the model was chosen. */
  readonly assumed: string;
};

const NO_TIERS: ReadonlySet<string> = new Set();

export function createPriceSheet(options: SheetOptions, atMs: number): PriceSheet {
  const { list, model, tiers, variants } = options;
  const noWindows = rulesInForce(options.rules, options, NO_TIERS, atMs).some(ignoresWindows);
  const active = model.rows.filter((row) => holdsAt(row, atMs) && !(noWindows && row.window !== undefined));
  const wanted = active.filter((row) => row.variant !== undefined && variants.includes(row.variant));
  const ownTiers = new Set(wanted.flatMap((row) => row.variant ?? []));
  const rules = rulesInForce(options.rules, options, ownTiers, atMs);
  const unknownTiers = tiers.filter((tier) => !ownTiers.has(tier) && !rules.some((rule) => rule.tier === tier));
  const guess = unknownTiers.length === 0 ? '' : reason('unknown_tier', unknownTiers.join('+'));
  const assumed = joinReasons(options.assumed, guess);
  const plain = active.findLast((row) => row.variant === undefined);
  const figures = collectFigures(plain === undefined ? wanted : [plain, ...wanted]);
  const basis = { list, model, figures, rules, assumed };

  const prices = new Map<Meter, MeterPrice>();
  return {
    tiered: [...figures.values()].some((figure) => typeof figure.price !== 'string'),
    requestFee: figures.has('request'),
    priceOf: (meter, totalInputNano, used) => {
      let price = prices.get(meter);
      if (price === undefined) {
        price = meterPrice(basis, meter);
        prices.set(meter, price);
      }
      if (price.beside !== undefined && used.some((usage) => price.beside?.meters.includes(usage.meter)))
        return price.beside.price;
      for (const tierPrice of price.tiers) if (totalInputNano > tierPrice.aboveNano) return tierPrice.price;
      return price.base;
    },
  };
}

function collectFigures(rows: readonly BookRow[]): ReadonlyMap<Meter, Figure> {
  const figures = new Map<Meter, Figure>();
  for (const row of rows)
    for (const [meter, price] of Object.entries(row.prices)) figures.set(meter as Meter, { row, price });
  return figures;
}
