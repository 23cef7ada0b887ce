import type { BookModel, Clause } from '../../src/rating/price-book.ts';

/** Names that ought to lead to the model: its id, and what its clauses spell out. */
export function namesOf(model: BookModel): string[] {
  return [...new Set([...model.match.flatMap(spellings), model.id])];
}

function spellings(clause: Clause): string[] {
  if ('equals' in clause) return [clause.equals];
  if ('starts_with' in clause) return [clause.starts_with, `${clause.starts_with}-next`];
  if ('ends_with' in clause) return [clause.ends_with, `next-${clause.ends_with}`];
  if ('contains' in clause) return [clause.contains, `x-${clause.contains}-y`];
  if ('all' in clause) return [clause.all.flatMap((part) => spellings(part)[0] ?? []).join('-')];
  return [];
}
