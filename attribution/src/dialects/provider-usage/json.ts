import { ABSENT, countOfNumber, countOfText } from '../../decode/attribute-value.ts';

/** A JSON object of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** A JSON object as a record of unknown values; undefined for anything else. */
export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number or a text of one as text, '' for anything else. */
export function amountText(value: unknown): string {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** A count written as a number or as text; negative for anything else, objects with methods of their own too. */
export function countIn(value: unknown): number {
  if (typeof value === 'number') return countOfNumber(value);
  return typeof value === 'string' ? countOfText(value) : ABSENT;
}

/** The first of the named fields that holds something. */
export function field(object: Json | undefined, ...names: readonly string[]): unknown {
  if (object === undefined) return undefined;
  for (const name of names) if (object[name] !== undefined && object[name] !== null) return object[name];
  return undefined;
}

export function hasAny(object: Json, names: readonly string[]): boolean {
  return names.some((name) => name in object);
}
