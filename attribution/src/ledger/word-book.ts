/** Of the fields of a word; no emitter is known to send one. */
const SEPARATOR = '\x1f';
const MAX_WORDS = 10_000;

type Branch = Map<string, Branch | string>;

/**
 * Words made of the same fields, put together once each: most rows repeat the words of rows before, and a string that is
 * already there costs a few look-ups instead of being built, hashed and thrown away. When full, all are forgotten.
 */
export class WordBook {
  private root: Branch = new Map();
  private size = 0;
  private lastFields: readonly string[] = [];
  private lastWord = '';

  word(...fields: readonly string[]): string {
    if (!sameFields(fields, this.lastFields)) {
      this.lastFields = fields;
      this.lastWord = this.find(fields);
    }
    return this.lastWord;
  }

  private find(fields: readonly string[]): string {
    let branch = this.root;
    const last = fields.length - 1;
    for (let index = 0; index < last; index += 1) {
      const field = fields[index] as string;
      let next = branch.get(field) as Branch | undefined;
      if (next === undefined) {
        next = new Map();
        branch.set(field, next);
      }
      branch = next;
    }
    return (branch.get(fields[last] as string) as string | undefined) ?? this.add(branch, fields);
  }

  private add(branch: Branch, fields: readonly string[]): string {
    const word = joinWord(fields);
    if (this.size >= MAX_WORDS) {
      this.root = new Map();
      this.size = 0;
      return word;
    }
    branch.set(fields.at(-1) as string, word);
    this.size += 1;
    return word;
  }
}

export function joinWord(fields: readonly string[]): string {
  return fields.map(withoutSeparator).join(SEPARATOR);
}

export function splitWord(word: string): string[] {
  return word.split(SEPARATOR);
}

/** It would shift the fields after it. */
function withoutSeparator(field: string): string {
  return field.includes(SEPARATOR) ? field.replaceAll(SEPARATOR, ' ') : field;
}

function sameFields(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
