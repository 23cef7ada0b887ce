import { METERS, type Meter, type MeterUnit, type Picodollars, parsePicodollars } from '@spanledger/schemas';
import type { BookModel, BookPrice, BookRow, PriceBook, PriceList } from './price-book.ts';
import { priceId } from './price-id.ts';
import { pricingUnitOf } from './pricing-units.ts';
import { ruledPriceRows } from './ruled-price-rows.ts';

/** One figure of the book, as the table `prices` publishes it. */
export type PriceRow = {
  readonly priceId: string;
  /** The price list, such as `aws`, and the canonical provider names that it bills, such as `aws.bedrock`. */
  readonly priceList: string;
  readonly providers: readonly string[];
  readonly model: string;
  readonly meter: Meter;
  readonly consumedUnit: MeterUnit;
  /** First UTC day, `YYYY-MM-DD`; undefined: since ever, as far as the book knows. */
  readonly validFrom: string | undefined;
  /** First UTC day on which a later row holds instead; undefined: still valid. */
  readonly validTo: string | undefined;
  /** Daily UTC window such as `00:30-16:30`, '' for all day. */
  readonly window: string;
  /** `batch`, `flex`, ..., and the rules by which the price came about; '' for the plain service. */
  readonly variant: string;
  /** Input tokens of the whole call above which the price holds; 0 for the base price. */
  readonly contextAbove: number;
  readonly unitPrice: Picodollars;
  readonly pricingUnit: string;
  readonly pricingUnitSize: number;
  readonly currency: string;
  readonly source: string;
};

/** All figures of the book, in its order, and after a model's figures what the rules make of them. */
export function* priceRows(book: PriceBook): Generator<PriceRow> {
  for (const list of book.lists) {
    for (const model of list.models) {
      const figures = model.rows.flatMap((row) => [...rowsOf(book, list, model, row)]);
      yield* figures;
      yield* ruledPriceRows(book, list, model, figures);
    }
  }
}

function* rowsOf(book: PriceBook, list: PriceList, model: BookModel, row: BookRow): Generator<PriceRow> {
  for (const [key, price] of Object.entries(row.prices)) {
    const meter = key as Meter;
    const unit = pricingUnitOf(meter);
    for (const { above, text } of figuresOf(price)) {
      const id = priceId(list, model, row, meter, above);
      yield {
        priceId: id,
        priceList: list.id,
        providers: list.names,
        model: model.id,
        meter,
        consumedUnit: METERS[meter].unit,
        validFrom: row.from,
        validTo: replacedOn(model, row, meter),
        window: row.window?.join('-') ?? '',
        variant: row.variant ?? '',
        contextAbove: above,
        unitPrice: exact(text, id),
        pricingUnit: unit.name,
        pricingUnitSize: unit.size,
        currency: book.currency,
        source: book.source.name,
      };
    }
  }
}

function figuresOf(price: BookPrice): readonly { above: number; text: string }[] {
  if (typeof price === 'string') return [{ above: 0, text: price }];
  return [{ above: 0, text: price.base }, ...price.tiers.map((tier) => ({ above: tier.above, text: tier.price }))];
}

/** A later row of the same kind ends this one; a variant's row ends only for the meters that the later one names. */
function replacedOn(model: BookModel, row: BookRow, meter: Meter): string | undefined {
  const later = model.rows.slice(model.rows.indexOf(row) + 1);
  return later.find(
    (next) =>
      next.from !== undefined &&
      next.window === undefined &&
      next.variant === row.variant &&
      (row.variant === undefined || meter in next.prices),
  )?.from;
}

function exact(text: string, id: string): Picodollars {
  const amount = parsePicodollars(text);
  if (amount === undefined) throw new Error(`price book: ${id} is "${text}", expected a decimal of at most 12 places`);
  return amount;
}
