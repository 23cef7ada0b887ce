import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** One thing wrong with the price file, with everything needed to put it right. */
export type FileProblem = {
  /** Such as `contracts[2].percent_off`. */
  readonly place: string;
  readonly line: number;
  readonly expected: string;
  readonly actual: string;
};

export type Path = readonly (string | number)[];

/** The file's text as plain values, all scalars texts, and where they stand. */
export type FileDocument = {
  readonly value: unknown;
  /** The line on which what a path names begins, or as much of the path as there is. */
  lineOf(path: Path): number;
};

/** Reads YAML, and so JSON. */
export function parseFileDocument(text: string): FileDocument | { readonly problems: readonly FileProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      place: 'the file',
      line: lines.linePos(pos[0]).line,
      expected: 'YAML or JSON',
      actual: (message.split('\n')[0] ?? message).replace(/ at line \d+.*$/, ''),
    }));
    return { problems };
  }
  const lineAt = (node: unknown, otherwise: number) => {
    const range = (node as Node | null)?.range;
    return range === undefined || range === null ? otherwise : lines.linePos(range[0]).line;
  };
  return {
    value: document.toJS(),
    lineOf: (path) => {
      let line = 1;
      let node: unknown = document.contents;
      for (const step of path) {
        if (isMap(node)) {
          const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : String(key)) === String(step));
          if (pair === undefined) return line;
          line = lineAt(pair.key, line);
          node = pair.value;
        } else if (isSeq(node)) {
          node = node.items[Number(step)];
          line = lineAt(node, line);
        } else return line;
      }
      return line;
    },
  };
}

/** `contracts[2].percent_off`. */
export function placeOf(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

const LONGEST_VALUE = 80;

/** A value as it stands in a message: one line, not too long. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
