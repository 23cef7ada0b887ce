import type { Clause } from './price-book.ts';

const compiled = new Map<string, RegExp>();

/** Whether any of the clauses holds for a text in lower case. */
export function matchesAny(clauses: readonly Clause[], text: string): boolean {
  return clauses.some((clause) => matches(clause, text));
}

function matches(clause: Clause, text: string): boolean {
  if ('equals' in clause) return text === clause.equals;
  if ('starts_with' in clause) return text.startsWith(clause.starts_with);
  if ('ends_with' in clause) return text.endsWith(clause.ends_with);
  if ('contains' in clause) return text.includes(clause.contains);
  if ('regex' in clause) return compile(clause.regex).test(text);
  return clause.all.every((part) => matches(part, text));
}

/** The book holds few expressions, so they are kept for good; they never come from spans. */
function compile(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(pattern);
    compiled.set(pattern, regex);
  }
  return regex;
}
