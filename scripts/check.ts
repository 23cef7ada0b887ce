import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Step = { readonly title: string; readonly args: readonly string[] };

const TOOLS = 'node_modules/.bin';

/** What CI runs. Every step runs whatever the others found, so that one look shows all problems. */
const STEPS: readonly Step[] = [
  { title: 'format and lint (biome)', args: [`${TOOLS}/biome`, 'check', '--max-diagnostics=none', '.'] },
  { title: 'types (tsc)', args: [`${TOOLS}/tsc`, '-p', '.'] },
  {
    title: 'dead code and dependencies (knip)',
    args: [`${TOOLS}/knip`, '--no-progress', '--treat-config-hints-as-errors'],
  },
  { title: 'house rules and documents (test/tidy)', args: ['--test', ...globSync('test/tidy/*.test.ts').sort()] },
];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const failed = STEPS.filter((step) => !passes(step));
console.log(
  failed.length === 0 ? '\n✔ all checks passed' : `\n✖ failed: ${failed.map(({ title }) => title).join('; ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes({ title, args }: Step): boolean {
  console.log(`\n── ${title}`);
  const startedAtMs = performance.now();
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error !== undefined) console.error(error.message);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✔' : '✖'} ${title}, ${seconds} s`);
  return status === 0;
}
