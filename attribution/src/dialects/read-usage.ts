import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, type Spellings, spellings } from '../decode/attribute-keys.ts';
import { ABSENT, amountOfNumber, countOfNumber, countOfText, UNUSABLE, whyNoCount } from '../decode/attribute-value.ts';
import type { UsageField, UsageTotals } from './usage-totals.ts';
import type { UsagePlace } from './usage-trail.ts';

/** The keys under which emitters write one quantity, the preferred first. */
export type UsageKeys = Spellings & { readonly field: UsageField; readonly places: readonly UsagePlace[] };

/** The paths at which a wire format states its quantities, for each the preferred first. */
export type UsageTable = readonly { readonly field: UsageField; readonly paths: readonly UsagePath[] }[];
type UsagePath = { readonly names: readonly string[]; readonly place: UsagePlace };

/** Registers the keys of one quantity. Called while modules load. */
export function usageKeys(field: UsageField, ...keyNames: readonly string[]): UsageKeys {
  return { ...spellings(...keyNames), field, places: keyNames.map((text) => ({ field, text })) };
}

/** The paths of quantities in a usage object that is shown as `name`, written with dots. Called while modules load. */
export function usageTable(
  name: string,
  pathsByField: Readonly<Partial<Record<UsageField, string | readonly string[]>>>,
): UsageTable {
  return Object.entries(pathsByField).map(([fieldName, paths]) => {
    const field = fieldName as UsageField;
    return {
      field,
      paths: (typeof paths === 'string' ? [paths] : paths).map((path) => ({
        names: path.split('.'),
        place: { field, text: `${name}.${path}` },
      })),
    };
  });
}

/** Takes the preferred spelling of a quantity that holds a value. */
export function readKeys(totals: UsageTotals, attributes: AttributeBag, usage: UsageKeys, base = 0): void {
  const { keys, field } = usage;
  for (let at = attributes.firstPlace(usage); at < keys.length; at++) {
    const key = keys[at] as AttributeKey;
    const count = attributes.count(key);
    if (count === ABSENT) continue;
    if (count === UNUSABLE) refuse(totals, attributes.whyUnusable(key));
    else take(totals, usage.places[at] as UsagePlace, field, base + count);
    return;
  }
}

/** Adds a quantity that is billed beside what was read before. */
export function addKeys(totals: UsageTotals, attributes: AttributeBag, usage: UsageKeys): void {
  readKeys(totals, attributes, usage, Math.max(totals[usage.field], 0));
}

/** Takes what a usage object states; what is null or missing stays absent. */
export function readTable(totals: UsageTotals, usage: unknown, table: UsageTable): void {
  for (const { field, paths } of table) readPaths(totals, usage, field, paths, 0);
}

/** Adds what a usage object states of tokens that are billed beside those read before. */
export function addTable(totals: UsageTotals, usage: unknown, table: UsageTable): void {
  for (const { field, paths } of table) readPaths(totals, usage, field, paths, Math.max(totals[field], 0));
}

/** Takes a quantity that a rule worked out; `place` says from what. */
export function take(totals: UsageTotals, place: UsagePlace, field: UsageField, count: number): void {
  totals[field] = count;
  totals.trail = totals.trail.with(place);
}

function readPaths(
  totals: UsageTotals,
  usage: unknown,
  field: UsageField,
  paths: readonly UsagePath[],
  base: number,
): void {
  for (const { names, place } of paths) {
    const value = valueAt(usage, names);
    if (value === undefined || value === null) continue;
    const count = countOf(value, field);
    if (count === UNUSABLE) refuse(totals, `${place.text} ${whyNoCount(value)}`);
    else take(totals, place, field, base + count);
    return;
  }
}

function valueAt(object: unknown, names: readonly string[]): unknown {
  let value = object;
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function countOf(value: unknown, field: UsageField): number {
  if (typeof value === 'string') return countOfText(value);
  if (typeof value !== 'number') return UNUSABLE;
  return field === 'second' ? amountOfNumber(value) : countOfNumber(value);
}

function refuse(totals: UsageTotals, problem: string): void {
  if (totals.problem === '') totals.problem = problem;
}
