import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findTestFiles } from './testing/find-test-files.ts';
import { openRunFolder } from './testing/run-folder.ts';
import { watchRun } from './testing/watch-run.ts';

const USAGE = `Runs the tests of all workspaces, with the Node that runs this script.
usage: npm test [-- <part of a path> ...] [--name <pattern>]
  npm test -- spanlog             the tests whose path contains "spanlog"
  npm test -- --name "late parent"   the tests whose name matches
With CI=true skipped tests are failures.`;

/** Test files at one time: each may start an engine of about 300 MB. */
const CONCURRENT_FILES = Math.min(4, Math.max(2, availableParallelism()));
/** Of one test. A file that ends its tests but not its process is ended by scripts/testing/file-deadline.ts. */
const TEST_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 30 * 60_000;
const FILE_DEADLINE = new URL('./testing/file-deadline.ts', import.meta.url);

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
process.exitCode = await runTests();

async function runTests(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return say(USAGE, 0);
  const files = findTestFiles(positionals);
  if (files.length === 0) return say(`No test file's path contains ${positionals.join(' or ')}.\n\n${USAGE}`, 2);

  say(`${files.length} test files, ${CONCURRENT_FILES} at a time, Node ${process.versions.node}`, 0);
  const folder = openRunFolder();
  const tests = run({
    files,
    concurrency: CONCURRENT_FILES,
    timeout: TEST_TIMEOUT_MS,
    signal: AbortSignal.timeout(RUN_TIMEOUT_MS),
    execArgv: ['--import', FILE_DEADLINE.href],
    ...(values.name === undefined ? {} : { testNamePatterns: values.name }),
  });
  const result = watchRun(tests);
  await pipeline(tests, new spec(), process.stdout, { end: false });

  const problems = [...result.problems(process.env['CI'] === 'true'), ...(await folder.close())];
  for (const line of result.notes()) say(line, 0);
  for (const problem of problems) console.error(`✖ ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

function say(text: string, exitCode: number): number {
  console.log(text);
  return exitCode;
}
