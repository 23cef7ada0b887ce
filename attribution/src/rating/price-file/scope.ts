import { type Pattern, patternCovers, patternsOverlap } from './pattern.ts';

/**
 * What a rule can ask of a call, in the order in which rules are compared: who caused it, then what it was.
 * docs/prices.md documents this order.
 */
export const SCOPE_FIELDS = [
  'project',
  'team',
  'tool',
  'operation',
  'host',
  'model',
  'provider',
  'kind',
  'region',
] as const;

export type ScopeField = (typeof SCOPE_FIELDS)[number];

/** A field that is left out asks nothing. */
export type Scope = Readonly<Partial<Record<ScopeField, Pattern>>>;

/** The names by which a call is known; where it has several for one field, the most telling first. */
export type ScopeFacts = Readonly<Record<ScopeField, readonly string[]>>;

/** The first field in which the call is not what the rule asks for. */
export function mismatch(scope: Scope, facts: ScopeFacts): ScopeField | undefined {
  return SCOPE_FIELDS.find((field) => {
    const pattern = scope[field];
    return pattern !== undefined && firstMatch(pattern, facts[field]) < 0;
  });
}

/**
 * Above 0 when `a` is the more specific of two rules that match the call. The first field that differs decides: an exact
 * name beats a pattern, a pattern with more letters one with fewer, anything beats nothing; then the name that matched,
 * the more telling first. Never 0 for two rules of a checked file.
 */
export function compareScopes(a: Scope, b: Scope, facts: ScopeFacts): number {
  for (const field of SCOPE_FIELDS) {
    const difference = weightOf(a, field) - weightOf(b, field);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    const [one, other] = [a[field], b[field]];
    if (one === undefined || other === undefined) continue;
    const nearer = firstMatch(other, facts[field]) - firstMatch(one, facts[field]);
    if (nearer !== 0) return nearer;
  }
  return 0;
}

/** Whether no order is known between two rules that can match one call: equally specific in every field. */
export function scopesTie(a: Scope, b: Scope): boolean {
  return SCOPE_FIELDS.every((field) => {
    const [one, other] = [a[field], b[field]];
    if (weightOf(a, field) !== weightOf(b, field)) return false;
    return one === undefined || other === undefined || patternsOverlap(one, other);
  });
}

/** Whether every call that matches `inner` matches `outer` too. */
export function scopeCovers(outer: Scope, inner: Scope): boolean {
  return SCOPE_FIELDS.every((field) => {
    const [wide, narrow] = [outer[field], inner[field]];
    if (wide === undefined || wide.weight === 0) return true;
    return narrow !== undefined && patternCovers(wide, narrow);
  });
}

/** `team=search, provider=openai`; `every call` where nothing is asked. */
export function scopeText(scope: Scope): string {
  const parts = SCOPE_FIELDS.flatMap((field) => (scope[field] === undefined ? [] : [`${field}=${scope[field].text}`]));
  return parts.length === 0 ? 'every call' : parts.join(', ');
}

/** A lone `*` asks no more than nothing does. */
function weightOf(scope: Scope, field: ScopeField): number {
  return scope[field]?.weight ?? 0;
}

function firstMatch(pattern: Pattern, names: readonly string[]): number {
  if (pattern.weight === 0) return 0;
  return names.findIndex((name) => pattern.matches(name));
}
