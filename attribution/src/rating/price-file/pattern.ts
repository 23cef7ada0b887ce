/** A name that a rule asks for: exactly this one, or with `*` for any run of characters. */
export type Pattern = {
  readonly text: string;
  /** How much the pattern asks for: Infinity for an exact name, else its number of literal characters; 0 for `*`. */
  readonly weight: number;
  matches(name: string): boolean;
};

export function createPattern(text: string): Pattern {
  if (!text.includes('*')) return { text, weight: Number.POSITIVE_INFINITY, matches: (name) => name === text };
  return { text, weight: text.replaceAll('*', '').length, matches: (name) => matchesWildcard(text, name) };
}

/** Whether some name matches both. */
export function patternsOverlap(a: Pattern, b: Pattern): boolean {
  if (!a.text.includes('*')) return b.matches(a.text);
  if (!b.text.includes('*')) return a.matches(b.text);
  return wildcardsMeet(a.text, b.text);
}

/** Whether every name that matches `inner` matches `outer` too; false where that is not plain to see. */
export function patternCovers(outer: Pattern, inner: Pattern): boolean {
  return outer.text === inner.text || matchesWildcard(outer.text, inner.text);
}

/** Steps back to the last `*` only, so a hostile name costs no more than its length times the pattern's. */
function matchesWildcard(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resumeAt = index;
    } else if (pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else {
      if (star < 0) return false;
      at = star + 1;
      resumeAt += 1;
      index = resumeAt;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Two patterns meet when their ends can be reached together: by rows over `a`, a flag per place in `b`. */
function wildcardsMeet(a: string, b: string): boolean {
  let row = meetRow(undefined, '', b);
  for (const letter of a) row = meetRow(row, letter, b);
  return row[b.length] === true;
}

/** Row of the places in `b` that can be reached together with the end of `a` so far, whose last letter is `letter`. */
function meetRow(above: readonly boolean[] | undefined, letter: string, b: string): boolean[] {
  const row = [above === undefined || (above[0] === true && letter === '*')];
  for (let place = 1; place <= b.length; place += 1) {
    const other = b[place - 1];
    const fromLeft = row[place - 1] === true && (other === '*' || letter === '*');
    const fromAbove = above?.[place] === true && (letter === '*' || other === '*');
    const together = above?.[place - 1] === true && letter === other;
    row.push(fromLeft || fromAbove || together);
  }
  return row;
}
