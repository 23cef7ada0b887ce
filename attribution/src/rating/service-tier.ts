/** Names of the plain service tier, for which no variant is needed. */
const PLAIN_TIERS: ReadonlySet<string> = new Set(['', 'default', 'standard', 'auto', 'on_demand', 'standard_only']);

/** The names under which the book may have the tiers' prices (`batch`, `search_type:fast`); none for the plain tier. */
export function tiersOf(serviceTier: string): readonly string[] {
  const tiers = serviceTier.split('+').map((tier) => tier.trim().toLowerCase());
  return tiers.filter((tier) => !PLAIN_TIERS.has(tier));
}
