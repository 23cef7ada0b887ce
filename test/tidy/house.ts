import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A text file of the repository; its path is relative to the root, with forward slashes. */
export type HouseFile = { readonly path: string; readonly text: string };

/** What Git does not track, and recorded data that is not ours to write. */
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules', 'data', 'coverage', 'fixtures']);

/** Fails with one line for each finding. */
export function expectNone(findings: readonly string[]): void {
  if (findings.length > 0) assert.fail(`\n${findings.map((finding) => `  ${finding}`).join('\n')}\n`);
}

/** Every file whose path matches, read as text. */
export function houseFiles(matching: RegExp): HouseFile[] {
  return housePaths()
    .filter((path) => matching.test(path))
    .map((path) => ({ path, text: readHouseFile(path) }));
}

export function readHouseFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Paths of all files, sorted. */
export function housePaths(): string[] {
  return pathsBeneath('').sort();
}

function pathsBeneath(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return SKIPPED_FOLDERS.has(entry.name) ? [] : pathsBeneath(path);
  });
}

/** Modules that a source file names in its imports and re-exports. */
export function importsOf({ text }: HouseFile): string[] {
  const found = text.matchAll(
    /^(?:import|export|\})[^'"`;()]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Of a Markdown document the first cells of the table rows beneath a heading, without backticks. */
export function tableRows(text: string, heading: string): string[][] {
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
