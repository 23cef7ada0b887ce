import type { Meter } from '@spanledger/schemas';
import { dateSpanText, holds } from './date-span.ts';
import { type FileRule, speaksOf } from './price-file.ts';
import { compareScopes, mismatch, type ScopeFacts } from './scope.ts';

/** What rules are compared with: the names of a call, its service tiers (none for the plain one) and its start. */
export type SeenCall = { readonly names: ScopeFacts; readonly tiers: readonly string[]; readonly atMs: number };

/** Why the rule says nothing of the call, for people; undefined when it applies. */
export function whyNot(rule: FileRule, call: SeenCall): string | undefined {
  const field = mismatch(rule.scope, call.names);
  if (field !== undefined) {
    const names = call.names[field];
    return `asks for ${field} ${rule.scope[field]?.text}; the call ${names.length === 0 ? 'has none' : `is ${names.join(' or ')}`}`;
  }
  if (!holds(rule.dates, call.atMs)) return `holds ${dateSpanText(rule.dates)}`;
  if (holdsForTier(rule, call.tiers)) return undefined;
  return `is for ${tierText(rule.tier)}; the call is of ${tierText(call.tiers.join('+'))}`;
}

export function applies(rule: FileRule, call: SeenCall): boolean {
  return (
    mismatch(rule.scope, call.names) === undefined && holds(rule.dates, call.atMs) && holdsForTier(rule, call.tiers)
  );
}

/** The most specific of the rules that apply to the call and speak of the meter. */
export function bestRule(rules: readonly FileRule[], meter: Meter, call: SeenCall): FileRule | undefined {
  let best: FileRule | undefined;
  for (const rule of rules) {
    if (!speaksOf(rule, meter) || !applies(rule, call)) continue;
    if (best === undefined || compareRules(rule, best, call) > 0) best = rule;
  }
  return best;
}

/**
 * Above 0 when `a` goes before `b`. A list price of the call's own tier goes before any of the plain tier, as in the
 * base book; among contracts the tier only decides between equals.
 */
export function compareRules(a: FileRule, b: FileRule, call: SeenCall): number {
  const byTier = tierRank(a, call.tiers) - tierRank(b, call.tiers);
  const byScope = compareScopes(a.scope, b.scope, call.names);
  return a.section === 'contracts' ? byScope || byTier : byTier || byScope;
}

/** A list price of the plain tier serves other tiers too, as a guess; a contract is for the tier that it names. */
function holdsForTier({ tier, section }: FileRule, tiers: readonly string[]): boolean {
  return tier === undefined || isTier(tier, tiers) || (tier === '' && section !== 'contracts');
}

function tierRank({ tier }: FileRule, tiers: readonly string[]): number {
  if (tier === undefined) return 1;
  return isTier(tier, tiers) ? 2 : 0;
}

function isTier(tier: string, tiers: readonly string[]): boolean {
  return tier === '' ? tiers.length === 0 : tiers.includes(tier);
}

function tierText(tier: string | undefined): string {
  return tier === undefined ? 'any tier' : tier === '' ? 'the plain tier' : `tier ${tier}`;
}
