import { type Meter, QUANTITY_ONE } from '@spanledger/schemas';
import { fallbackMeters } from '../meter-fallbacks.ts';
import { joinReasons, reason } from '../reasons.ts';
import type { LinePrice } from '../types.ts';
import type { Agreed } from './final-price.ts';
import type { FilePrice, FileRule, Section } from './price-file.ts';
import type { UnitPrice } from './price-text.ts';
import { applies, bestRule, compareRules, type SeenCall } from './rule-choice.ts';
import { filePriceId, ruleId } from './rule-id.ts';

/** What the file says of one kind of call at one moment. Each answer is one object for all calls of the kind. */
export type RuledPrices = {
  /** The entry of `models` that makes the call the file's own; undefined where the base book is asked. */
  readonly own: FileRule | undefined;
  /** The file's list price of a meter in a call with so much input (10^-9 tokens); undefined without. */
  listPrice(section: ListSection, meter: Meter, totalInputNano: number): LinePrice | undefined;
  /** What is agreed for a meter instead of the list price. */
  agreed(meter: Meter, totalInputNano: number): Agreed | undefined;
};

type ListSection = Exclude<Section, 'contracts'>;

/** Rules by section, as one file has them. */
export type RulesBySection = Readonly<Record<Section, readonly FileRule[]>>;

/** An answer that may depend on the input of the whole call; tiers descend. */
type Tiered<Value> = {
  readonly base: Value;
  readonly tiers: readonly { readonly aboveNano: number; readonly value: Value }[];
};

/** A contract for output covers reasoning, which providers bill as output; one for the usual cache lifetime an untold one. */
const AGREED_AS: Readonly<Partial<Record<Meter, Meter>>> = { reasoning: 'output', cache_write: 'cache_write_5m' };

/** `feeCall` is the call as fees per call see it. */
export function createRuledPrices(all: RulesBySection, call: SeenCall, feeCall: SeenCall): RuledPrices {
  const rules = applicable(all, call, feeCall);
  const own = mostSpecific(rules.models, call);
  const tierKnown = rules.models.some((rule) => rule.tier !== '');
  const prices = new Map<string, Tiered<LinePrice> | undefined>();
  const agreements = new Map<Meter, Tiered<Agreed> | undefined>();

  const findPrice = (section: ListSection, meter: Meter): Tiered<LinePrice> | undefined => {
    const kin = section === 'models' ? fallbackMeters(meter) : [];
    for (const charged of [meter, ...kin]) {
      const rule = bestRule(rules[section], charged, section === 'call_fees' ? feeCall : call);
      const price = rule?.prices.get(charged);
      if (rule === undefined || price === undefined) continue;
      const isTierGuess = section === 'models' && call.tiers.length > 0 && !tierKnown;
      const guess = isTierGuess ? reason('unknown_tier', call.tiers.join('+')) : '';
      const why = joinReasons(guess, substitution(meter, charged));
      return tiered(price, (figure, above) => linePrice(rule, filePriceId(rule, charged, above), figure, why));
    }
    return undefined;
  };

  const findAgreed = (meter: Meter): Tiered<Agreed> | undefined => {
    for (const charged of [meter, AGREED_AS[meter]]) {
      const rule = charged === undefined ? undefined : bestRule(rules.contracts, charged, call);
      if (charged === undefined || rule === undefined) continue;
      const id = ruleId(rule);
      if (rule.discount !== undefined)
        return { base: { ruleId: id, microPercent: rule.discount.microPercent }, tiers: [] };
      const { currency } = rule;
      return tiered(rule.prices.get(charged) as FilePrice, (price, above) => {
        return { ruleId: id, price, currency, priceId: filePriceId(rule, charged, above) };
      });
    }
    return undefined;
  };

  return {
    own,
    listPrice: (section, meter, totalInputNano) =>
      at(
        remembered(prices, `${section} ${meter}`, () => findPrice(section, meter)),
        totalInputNano,
      ),
    agreed: (meter, totalInputNano) =>
      at(
        remembered(agreements, meter, () => findAgreed(meter)),
        totalInputNano,
      ),
  };
}

/** A file may have thousands of rules; a kind of call is asked about by few of them. */
function applicable(all: RulesBySection, call: SeenCall, feeCall: SeenCall): RulesBySection {
  const of = (section: Section) =>
    all[section].filter((rule) => applies(rule, section === 'call_fees' ? feeCall : call));
  return {
    models: of('models'),
    provider_fees: of('provider_fees'),
    call_fees: of('call_fees'),
    compute: of('compute'),
    contracts: of('contracts'),
  };
}

function mostSpecific(rules: readonly FileRule[], call: SeenCall): FileRule | undefined {
  let best: FileRule | undefined;
  for (const rule of rules) {
    if (best === undefined || compareRules(rule, best, call) > 0) best = rule;
  }
  return best;
}

/** Providers bill reasoning as output, so that is no guess; every other kin's price is. */
function substitution(meter: Meter, charged: Meter): string {
  if (meter === charged || (meter === 'reasoning' && charged === 'output')) return '';
  if (meter === 'cache_write' && charged === 'cache_write_5m') return reason('cache_lifetime_unknown', '');
  return reason('charged_as', charged);
}

function linePrice(rule: FileRule, priceId: string, { amount, size, unit }: UnitPrice, why: string): LinePrice {
  return {
    priceId,
    pricingUnit: unit,
    pricingUnitSize: size,
    pricingCurrency: rule.currency,
    exchangeRate: '1',
    listUnitPrice: amount,
    contractedUnitPrice: amount,
    status: why === '' ? 'priced' : 'assumed',
    reason: why,
    perUnit: -1,
  };
}

function tiered<Value>(price: FilePrice, make: (figure: UnitPrice, above: number) => Value): Tiered<Value> {
  const tiers = price.tiers.map((tier) => {
    return { aboveNano: tier.above * Number(QUANTITY_ONE), value: make(tier.price, tier.above) };
  });
  return { base: make(price.base, 0), tiers };
}

function at<Value>(answer: Tiered<Value> | undefined, totalInputNano: number): Value | undefined {
  return answer?.tiers.find(({ aboveNano }) => totalInputNano > aboveNano)?.value ?? answer?.base;
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (known.has(key)) return known.get(key) as Value;
  const value = make();
  known.set(key, value);
  return value;
}
