import { spansOverlap } from './date-span.ts';
import type { FileProblem } from './file-document.ts';
import { type ExchangeRate, type FileRule, speaksOf } from './price-file.ts';
import { type Scope, scopesTie, scopeText } from './scope.ts';

/** Entries between which no rule decides: equally specific, for the same meter, tier and day. */
export function findConflicts(rules: readonly FileRule[], rates: readonly ExchangeRate[]): readonly FileProblem[] {
  return [...pairs(rules, rulesTie).map(ruleConflict), ...pairs(rates, ratesTie).map(rateConflict)];
}

function pairs<Item>(items: readonly Item[], isPair: (a: Item, b: Item) => boolean): (readonly [Item, Item])[] {
  return items.flatMap((later, index) => {
    const earlier = items.slice(0, index).find((item) => isPair(item, later));
    return earlier === undefined ? [] : [[earlier, later] as const];
  });
}

function rulesTie(a: FileRule, b: FileRule): boolean {
  return (
    a.section === b.section &&
    a.tier === b.tier &&
    spansOverlap(a.dates, b.dates) &&
    seeSameCalls(a.scope, b.scope) &&
    scopesTie(a.scope, b.scope) &&
    shareMeter(a, b)
  );
}

/** A fee of a tool and one of an API never meet in one call. */
function seeSameCalls(a: Scope, b: Scope): boolean {
  return (a.tool === undefined) === (b.tool === undefined);
}

function shareMeter(a: FileRule, b: FileRule): boolean {
  const named = a.discount === undefined ? a.prices.keys() : a.discount.meters;
  if (named !== undefined) return [...named].some((meter) => speaksOf(b, meter));
  return b.discount === undefined ? b.prices.size > 0 : true;
}

/** Of two rates that hold the later one counts, so only those of one day tie. */
function ratesTie(a: ExchangeRate, b: ExchangeRate): boolean {
  return a.from === b.from && a.to === b.to && a.dates.fromMs === b.dates.fromMs;
}

function ruleConflict([earlier, later]: readonly [FileRule, FileRule]): FileProblem {
  return {
    place: later.place,
    line: later.line,
    expected: `an entry more or less specific than ${earlier.place} (line ${earlier.line}), or other days, meters or tier: nothing decides between the two`,
    actual: scopeText(later.scope),
  };
}

function rateConflict([earlier, later]: readonly [ExchangeRate, ExchangeRate]): FileProblem {
  return {
    place: later.place,
    line: later.line,
    expected: `another from than ${earlier.place} (line ${earlier.line})`,
    actual: `a second rate of ${later.from} in ${later.to} from the same day`,
  };
}
