import { METERS, type Meter } from '@spanledger/schemas';
import { exactPrice, timesFactor } from './line-price.ts';
import type { BookModel, PriceBook, PriceList, PriceRule } from './price-book.ts';
import { ruledPriceId } from './price-id.ts';
import type { PriceRow } from './price-rows.ts';
import { type DerivedRule, type FactorRule, isDerived, isFactor, isFee, rulesAbout } from './price-rules.ts';

/** What the rules make of a model's figures, one row for each price that a charge can name. */
export function* ruledPriceRows(
  book: PriceBook,
  list: PriceList,
  model: BookModel,
  figures: readonly PriceRow[],
): Generator<PriceRow> {
  const rules = rulesAbout(book.rules ?? [], list, model);
  for (const rule of rules) yield* feeRows(book, list, model, rule, rules, figures);
  const factors = rules.filter(isFactor).filter((rule) => rule.effect.factor !== '1');
  const combinations = combinationsOf(factors).filter(canHoldTogether);
  for (const figure of figures) {
    const derived = rules
      .filter(isDerived)
      .filter((rule) => rule.effect.of === figure.meter && rule.effect.factor !== '1');
    for (const first of [undefined, ...derived])
      for (const others of combinations)
        if (!others.some((rule) => hasOwnTier(model, figure, rule))) yield* factorRow(figure, first, others);
  }
}

function* feeRows(
  book: PriceBook,
  list: PriceList,
  model: BookModel,
  rule: PriceRule,
  rules: readonly PriceRule[],
  figures: readonly PriceRow[],
): Generator<PriceRow> {
  if (!isFee(rule) || !('price' in rule.effect)) return;
  for (const meter of rule.meters) {
    const isKnown = figures.some((figure) => figure.meter === meter && figure.variant === '');
    if (isKnown && rule.tier === undefined && rule.beside === undefined) continue;
    if (firstFeeLike(rules, rule, meter) !== rule) continue;
    const id = `${list.id}/${model.id}/${meter}`;
    const { amount, unitName, unitSize } = exactPrice(meter, rule.effect.price, id);
    yield {
      priceId: ruledPriceId(id, [rule]),
      priceList: list.id,
      providers: list.names,
      model: model.id,
      meter,
      consumedUnit: METERS[meter].unit,
      validFrom: rule.from,
      validTo: undefined,
      window: '',
      variant: conditionsOf([rule]),
      contextAbove: 0,
      unitPrice: amount,
      pricingUnit: unitName,
      pricingUnitSize: unitSize,
      currency: book.currency,
      source: rule.source,
    };
  }
}

function* factorRow(
  figure: PriceRow,
  derived: DerivedRule | undefined,
  factors: readonly FactorRule[],
): Generator<PriceRow> {
  const meter: Meter = derived?.meters[0] ?? figure.meter;
  const rules = derived === undefined ? factors : [derived, ...factors];
  const isOtherTier = factors.some((rule) => rule.tier !== undefined && figure.variant !== '');
  if (rules.length === 0 || isOtherTier || !factors.every((rule) => rule.meters.includes(meter))) return;
  const { unitPrice: amount, pricingUnit: unitName, pricingUnitSize: unitSize } = figure;
  const price = rules.reduce((exact, rule) => timesFactor(exact, rule.effect.factor), { amount, unitName, unitSize });
  yield {
    ...figure,
    priceId: ruledPriceId(figure.priceId, rules),
    meter,
    validFrom: rules.reduce((from, rule) => later(from, rule.from), figure.validFrom),
    variant: [figure.variant, conditionsOf(rules)].filter((part) => part !== '').join(' '),
    unitPrice: price.amount,
    pricingUnit: price.unitName,
    pricingUnitSize: price.unitSize,
    source: [figure.source, ...rules.map((rule) => rule.source)].join(', '),
  };
}

/** The book's own prices of a tier go before the rule's, from the day on that it has them. */
function hasOwnTier(model: BookModel, figure: PriceRow, { tier }: PriceRule): boolean {
  const since = figure.validFrom ?? '';
  return tier !== undefined && model.rows.some((row) => row.variant === tier && (row.from ?? '') <= since);
}

function firstFeeLike(rules: readonly PriceRule[], like: PriceRule, meter: Meter): PriceRule | undefined {
  return rules.find(
    (rule) =>
      isFee(rule) &&
      rule.meters.includes(meter) &&
      rule.tier === like.tier &&
      (rule.beside === undefined) === (like.beside === undefined),
  );
}

/** All subsets, in the rules' order; there are few rules of a model. */
function combinationsOf<Rule>(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  let combinations: (readonly Rule[])[] = [[]];
  for (const rule of rules) combinations = combinations.concat(combinations.map((subset) => [...subset, rule]));
  return combinations;
}

/** A call has one region, and a tier that the book lacks has one rule. */
function canHoldTogether(rules: readonly PriceRule[]): boolean {
  const regions = rules.filter((rule) => rule.region !== undefined).length;
  return regions <= 1 && rules.filter((rule) => rule.tier !== undefined).length <= 1;
}

function conditionsOf(rules: readonly PriceRule[]): string {
  return rules.map((rule) => rule.id).join(' ');
}

function later(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
