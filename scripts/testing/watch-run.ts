import type { TestsStream } from 'node:test';

export type RunResult = {
  /** What makes the run a failure; `strict` counts skipped tests. */
  problems(strict: boolean): string[];
  /** What a reader should see of a good run too. */
  notes(): string[];
};

type Duration = { readonly file: string; readonly seconds: number };

const SLOWEST_SHOWN = 5;

/** Collects what the reporter's output would drown: files that failed, tests that were skipped, the slowest files. */
export function watchRun(tests: TestsStream): RunResult {
  const failedFiles = new Set<string>();
  const skipped: string[] = [];
  const durations: Duration[] = [];
  let passed = false;

  tests.on('test:pass', ({ name, file, skip, todo }) => {
    const why = skip ?? todo;
    if (why === undefined || why === false) return;
    skipped.push(`${relative(file)}: ${name}${typeof why === 'string' && why !== '' ? ` (${why})` : ''}`);
  });
  tests.on('test:fail', ({ file }) => failedFiles.add(relative(file)));
  tests.on('test:summary', ({ file, success, duration_ms }) => {
    if (file === undefined) passed = success;
    else durations.push({ file: relative(file), seconds: duration_ms / 1000 });
  });

  return {
    problems(strict) {
      const problems = [...failedFiles].sort().map((file) => `failed: ${file}`);
      if (!passed && problems.length === 0) problems.push('the run did not come to its end');
      if (strict && skipped.length > 0) problems.push(`${skipped.length} skipped tests, which CI=true does not accept`);
      return problems;
    },
    notes() {
      const slowest = durations.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN);
      return [
        ...slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${file}`),
        ...skipped.map((line) => `SKIPPED  ${line}`),
      ];
    },
  };
}

function relative(file: string | undefined): string {
  return file?.replace(`${process.cwd()}/`, '') ?? '?';
}
