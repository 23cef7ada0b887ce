import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { writtenDocument } from '../guides/document.ts';
import { expectNone, housePaths, readHouseFile } from './house.ts';

const DOCUMENT = readHouseFile('docs/emitters.md');
const paths = housePaths().filter((path) => /^test\/guides\/(javascript|python)\//.test(path));

test('docs/emitters.md shows the very lines that the guides run (npm run docs:guides writes them)', async () => {
  assert.equal(DOCUMENT, await writtenDocument(DOCUMENT, readHouseFile));
});

test('docs/emitters.md has a section for each guide, and shows each of its files', () => {
  const files = paths.filter((path) => basename(path) !== 'guide.ts' && !DOCUMENT.includes(`<!-- from ${path} -->`));
  const guides = paths.flatMap((path) => /guides\/(.+)\/guide\.ts$/.exec(path)?.[1] ?? []);
  expectNone([...files, ...guides.filter((name) => !section(name))]);
});

test('a guide is its guide.ts and the files that it runs', () => {
  expectNone(paths.filter((path) => !/^(guide\.ts|[a-z-]+\.(mjs|py))$/.test(basename(path))));
});

/** A section has all three lines that are written into it. */
function section(name: string): boolean {
  const text = DOCUMENT.split(/^(?=###? )/m).find((part) => part.includes(`<!-- guide ${name} -->`)) ?? '';
  return [/^ {4}(npm|pip) install /m, /^ {4}(node|python) /m, /^Not told: /m].every((line) => line.test(text));
}
