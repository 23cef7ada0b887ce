/**
 * Reads what Python prints for a dict of plain values (`{'a': 1, 'b': None, 'c': Details(d=2)}`): emitters that print
 * their objects instead of writing JSON. Nothing is evaluated. Undefined for anything else, and beyond the bounds.
 */

const MAX_TEXT = 65_536;
const MAX_DEPTH = 16;

type Reader = { readonly text: string; at: number };
/** Thrown inside this module only; text that we do not know is common and no error. */
const NOT_A_LITERAL = Symbol('not a literal');

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['null', null],
  ['true', true],
  ['false', false],
]);
const WORD = /[A-Za-z_][\w.]*/y;
const NUMBER = /[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/y;
const SPACE = /\s*/y;

/** Text with none of these differs from JSON in its quotes and three words only. */
const UNLIKE_JSON = /["\\(]/;

export function parsePythonLiteral(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  return asJson(text) ?? readLiteral(text);
}

/** What dicts of numbers look like is JSON but for a few marks, which the engine reads ten times as fast. */
function asJson(text: string): unknown {
  if (!text.startsWith('{') || UNLIKE_JSON.test(text)) return undefined;
  try {
    const json = text.replaceAll("'", '"').replaceAll('None', 'null');
    return JSON.parse(json.replaceAll('True', 'true').replaceAll('False', 'false'));
  } catch {
    return undefined;
  }
}

function readLiteral(text: string): unknown {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader, 0);
    skipSpace(reader);
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error === NOT_A_LITERAL) return undefined;
    throw error;
  }
}

function readValue(reader: Reader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw NOT_A_LITERAL;
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next === '{') return readPairs(reader, depth, '}', ':', readKey);
  if (next === '[') return readList(reader, depth, ']');
  if (next === '(') return readList(reader, depth, ')');
  if (next === "'" || next === '"') return readString(reader);
  const number = match(reader, NUMBER);
  if (number !== undefined) return Number(number);
  const word = match(reader, WORD);
  if (word === undefined) throw NOT_A_LITERAL;
  if (WORDS.has(word)) return WORDS.get(word);
  // An object that prints its fields: `Details(cached_tokens=3)`.
  if (reader.text[reader.at] !== '(') throw NOT_A_LITERAL;
  return readPairs(reader, depth, ')', '=', readName);
}

function readPairs(
  reader: Reader,
  depth: number,
  end: string,
  separator: string,
  readName: (reader: Reader) => string,
): Record<string, unknown> {
  const pairs: [string, unknown][] = [];
  reader.at += 1;
  while (!ends(reader, end)) {
    const name = readName(reader);
    expect(reader, separator);
    pairs.push([name, readValue(reader, depth + 1)]);
    if (!ends(reader, end, false)) expect(reader, ',');
  }
  return Object.fromEntries(pairs);
}

function readList(reader: Reader, depth: number, end: string): unknown[] {
  const values: unknown[] = [];
  reader.at += 1;
  while (!ends(reader, end)) {
    values.push(readValue(reader, depth + 1));
    if (!ends(reader, end, false)) expect(reader, ',');
  }
  return values;
}

function readKey(reader: Reader): string {
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next !== "'" && next !== '"') throw NOT_A_LITERAL;
  return readString(reader);
}

function readName(reader: Reader): string {
  skipSpace(reader);
  const name = match(reader, WORD);
  if (name === undefined) throw NOT_A_LITERAL;
  return name;
}

function readString(reader: Reader): string {
  const quote = reader.text[reader.at];
  let content = '';
  for (let at = reader.at + 1; at < reader.text.length; at++) {
    const char = reader.text[at];
    if (char === quote) {
      reader.at = at + 1;
      return content;
    }
    if (char === '\\') at += 1;
    content += reader.text[at] ?? '';
  }
  throw NOT_A_LITERAL;
}

function ends(reader: Reader, end: string, consume = true): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] !== end) return false;
  if (consume) reader.at += 1;
  return true;
}

function expect(reader: Reader, char: string): void {
  skipSpace(reader);
  if (reader.text[reader.at] !== char) throw NOT_A_LITERAL;
  reader.at += 1;
}

function skipSpace(reader: Reader): void {
  match(reader, SPACE);
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}
