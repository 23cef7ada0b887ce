import { globSync } from 'node:fs';

const PATTERNS = ['test/**/*.test.ts', '*/test/**/*.test.ts'];
const EXCLUDED = ['node_modules/**', 'test/bench/**'];

/** Every test file beneath the working directory, or those whose path contains one of the given parts. */
export function findTestFiles(parts: readonly string[]): string[] {
  const files = new Set(globSync(PATTERNS, { exclude: EXCLUDED }));
  return [...files].filter((file) => parts.length === 0 || parts.some((part) => file.includes(part))).sort();
}
