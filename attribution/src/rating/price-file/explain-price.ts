import type { Meter } from '@spanledger/schemas';
import { createPriceChooser } from '../choose-price.ts';
import { reason } from '../reasons.ts';
import { tiersOf } from '../service-tier.ts';
import type { Rated, RatedLine, RatingRequest } from '../types.ts';
import { callNames, feeNames } from './call-names.ts';
import { type FileRule, type Section, speaksOf } from './price-file.ts';
import { createPricedRater, type PricedRaterOptions, proxiesOf } from './priced-rater.ts';
import { isOfNoModel } from './rate-ruled.ts';
import { bestRule, whyNot } from './rule-choice.ts';
import { filePriceId, ruleId } from './rule-id.ts';

/** What became of an entry of the file for one call. */
export type Candidate = { readonly rule: FileRule; readonly used: readonly Meter[]; readonly why: string };

/** How the price of one call is found, step by step. */
export type PriceExplanation = {
  readonly version: string;
  /** Who bills and which model of his, or why the base book has no price. */
  readonly base:
    | { readonly list: string; readonly model: string; readonly assumed: string }
    | { readonly unpriced: string };
  readonly candidates: readonly Candidate[];
  readonly rated: Rated;
};

/** Rates a call and tells of every entry of the file whether it was used, and why not. */
export function explainPrice(options: PricedRaterOptions, request: RatingRequest): PriceExplanation {
  const choice = createPriceChooser(options.book, proxiesOf(options.file))(request);
  const rater = createPricedRater(options);
  const names = callNames(request, choice);
  const call = { names, tiers: tiersOf(request.serviceTier), atMs: request.startMs };
  const seenBy = (rule: FileRule) =>
    rule.section === 'call_fees' ? { ...call, names: feeNames(names, request.role) } : call;
  const rated = rater.rate(request);

  /** The entry applies, and yet something went before it. */
  const whyBehind = (rule: FileRule): string => {
    const rivals = (options.file?.rules ?? []).filter(({ section }) => section === rule.section);
    const meter = request.meters.find((usage) => speaksOf(rule, usage.meter))?.meter;
    if (meter === undefined) return 'says nothing of the meters asked about';
    const best = bestRule(rivals, meter, seenBy(rule));
    if (best !== undefined && best !== rule) return `is less specific than ${best.place} (line ${best.line})`;
    if (rule.discount !== undefined) return 'has no list price to take a percentage from';
    return rule.section === 'provider_fees' ? 'stands back behind the list price that there is' : 'is not needed';
  };
  const asked = sectionsOf(request);
  const candidates = (options.file?.rules ?? []).flatMap((rule): Candidate | readonly [] => {
    if (!asked.has(rule.section)) return [];
    const used = rated.lines.filter((line) => isUsed(rule, line)).map(({ meter }) => meter);
    if (used.length > 0) return { rule, used, why: '' };
    return { rule, used, why: whyNot(rule, seenBy(rule)) ?? whyBehind(rule) };
  });
  const base = 'model' in choice ? { list: choice.list.id, model: choice.model.id, assumed: choice.assumed } : choice;
  return { version: rater.priceBookVersion, base, candidates, rated };
}

/** Fees per call and compute have nothing to say of a model's usage, nor models of those. */
function sectionsOf({ meters }: RatingRequest): ReadonlySet<Section> {
  const sections = new Set<Section>(['contracts']);
  for (const usage of meters) {
    if (usage.meter === 'api_call') sections.add('call_fees');
    else if (isOfNoModel(usage)) sections.add('compute');
    else sections.add('models').add('provider_fees');
  }
  return sections;
}

/** A list price is known by its id, a contract by the reason that its line gives. */
function isUsed(rule: FileRule, { price }: RatedLine): boolean {
  if (rule.section === 'contracts' && price.reason.split('; ').includes(reason('contract', ruleId(rule)))) return true;
  return [...rule.prices].some(([meter, { tiers }]) =>
    [0, ...tiers.map(({ above }) => above)].some((above) => filePriceId(rule, meter, above) === price.priceId),
  );
}
