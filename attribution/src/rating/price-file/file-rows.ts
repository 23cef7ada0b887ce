import { METERS } from '@spanledger/schemas';
import type { PriceRow } from '../price-rows.ts';
import { dayText } from './date-span.ts';
import type { FileRule, PriceFile } from './price-file.ts';
import type { UnitPrice } from './price-text.ts';
import { filePriceId } from './rule-id.ts';
import { scopeText } from './scope.ts';

/** The file's prices as the table `prices` publishes them; percentages have no figure of their own and are not among them. */
export function* fileRows(file: PriceFile): Generator<PriceRow> {
  for (const rule of file.rules) {
    for (const [meter, { base, tiers }] of rule.prices) {
      const row = (above: number, { amount, unit, size }: UnitPrice): PriceRow => ({
        priceId: filePriceId(rule, meter, above),
        priceList: 'file',
        providers: [rule.scope.provider?.text ?? '*'],
        model: modelOf(rule),
        meter,
        consumedUnit: METERS[meter].unit,
        validFrom: dayText(rule.dates.fromMs) || undefined,
        validTo: dayText(rule.dates.toMs) || undefined,
        window: '',
        variant: variantOf(rule),
        contextAbove: above,
        unitPrice: amount,
        pricingUnit: unit,
        pricingUnitSize: size,
        currency: rule.currency,
        source: [file.name, rule.source].filter((part) => part !== '').join(': '),
      });
      yield row(0, base);
      for (const tier of [...tiers].reverse()) yield row(tier.above, tier.price);
    }
  }
}

/** What is priced: a model, a tool, an API's host, a kind of machine. */
function modelOf({ scope }: FileRule): string {
  return (scope.model ?? scope.tool ?? scope.kind ?? scope.host)?.text ?? '*';
}

/** The tier, and for whom: a contract is no list price. */
function variantOf({ section, scope, tier }: FileRule): string {
  const { provider: _, model: __, ...rest } = scope;
  const forWhom = Object.keys(rest).length === 0 ? '' : scopeText(rest);
  return [tier ?? 'any tier', section === 'contracts' ? 'contract' : '', forWhom]
    .filter((part) => part !== '')
    .join(' ');
}
