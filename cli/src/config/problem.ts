/** One thing wrong with the settings, with everything needed to put it right. */
export type ConfigProblem = {
  /** The setting's name, such as `otlp.grpc_address`. */
  readonly path: string;
  /** Where the value came from: `spanledger.yaml line 3`, `environment variable SPANLEDGER_…`, `--data-dir`. */
  readonly source: string;
  readonly expected: string;
  readonly actual: string;
  readonly advice: string;
};

/** All problems as one message, a line each. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map(
    ({ path, source, expected, actual, advice }) =>
      `  ${path} (${source}): expected ${expected}, found ${actual}. ${advice}`,
  );
  const count = problems.length === 1 ? 'One setting is wrong' : `${problems.length} settings are wrong`;
  return `${count}:\n${lines.join('\n')}`;
}

const LONGEST_VALUE = 80;

/** A value as it stands in a message: one line, not too long. */
export function quoteValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
