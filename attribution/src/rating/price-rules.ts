import type { Meter } from '@spanledger/schemas';
import { matchesAny } from './match-clause.ts';
import type { BookModel, PriceList, PriceRule } from './price-book.ts';
import { validFromMs } from './row-time.ts';

/** What a call says that rules ask about. */
export type RuledCall = { readonly region: string; readonly tiers: readonly string[] };

type RuleOf<Effect> = PriceRule & { readonly effect: Effect };
export type FactorRule = RuleOf<{ readonly factor: string }>;
export type DerivedRule = RuleOf<{ readonly factor: string; readonly of: Meter }>;
export type FeeRule = RuleOf<{ readonly price: string } | { readonly unpriced: string }>;

const HOUR_MS = 3_600_000;
const SUNDAY = 0;
const SATURDAY = 6;

const compiled = new Map<string, RegExp>();

/** The rules of a list that are about a model, in the book's order. */
export function rulesAbout(rules: readonly PriceRule[], list: PriceList, model: BookModel): readonly PriceRule[] {
  const id = model.id.toLowerCase();
  return rules.filter((rule) => rule.list === list.id && (rule.models === undefined || matchesAny(rule.models, id)));
}

/** Of those the ones that hold for a call at a moment; `ownTiers`: tiers that the book itself has prices of then. */
export function rulesInForce(
  rules: readonly PriceRule[],
  call: RuledCall,
  ownTiers: ReadonlySet<string>,
  atMs: number,
): readonly PriceRule[] {
  return rules.filter(
    (rule) =>
      holdsOn(rule, atMs) &&
      (rule.region === undefined || regionPattern(rule.region).test(call.region)) &&
      (rule.tier === undefined || tierHolds(rule.tier, call.tiers, ownTiers)),
  );
}

export function isFactor(rule: PriceRule): rule is FactorRule {
  return 'factor' in rule.effect && !('of' in rule.effect);
}

export function isDerived(rule: PriceRule): rule is DerivedRule {
  return 'of' in rule.effect;
}

export function isFee(rule: PriceRule): rule is FeeRule {
  return 'price' in rule.effect || 'unpriced' in rule.effect;
}

export function ignoresWindows(rule: PriceRule): boolean {
  return 'windows' in rule.effect;
}

/** The moments at which a rule begins and ends to hold; weekends apart. */
export function ruleDatesMs(rule: PriceRule): readonly number[] {
  return [validFromMs(rule), validFromMs({ from: rule.until ?? '' })].filter(Number.isFinite);
}

/** Whether it is Saturday or Sunday on the rule's clock; false for a rule of all days. */
export function isRuleWeekend({ weekendAtUtcPlus }: PriceRule, atMs: number): boolean {
  if (weekendAtUtcPlus === undefined) return false;
  const day = new Date(atMs + weekendAtUtcPlus * HOUR_MS).getUTCDay();
  return day === SUNDAY || day === SATURDAY;
}

function holdsOn(rule: PriceRule, atMs: number): boolean {
  if (atMs < validFromMs(rule)) return false;
  if (rule.until !== undefined && atMs >= validFromMs({ from: rule.until })) return false;
  return rule.weekendAtUtcPlus === undefined || isRuleWeekend(rule, atMs);
}

function tierHolds(tier: string, tiers: readonly string[], ownTiers: ReadonlySet<string>): boolean {
  return tier === '' ? tiers.length === 0 : tiers.includes(tier) && !ownTiers.has(tier);
}

/** Rules are few and never come from spans. */
function regionPattern(source: string): RegExp {
  let pattern = compiled.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${source})$`);
    compiled.set(source, pattern);
  }
  return pattern;
}
