import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { LATER_SETTINGS, SETTINGS } from '@spanledger/schemas';
import { expectNone, type HouseFile, houseFiles, housePaths, ROOT, readHouseFile } from './house.ts';

const DOCUMENTS = /\.md$/;
const DECISION = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;

test('every link of a document leads to a file, and to a heading where it names one', () => {
  const broken = houseFiles(DOCUMENTS).flatMap((document) =>
    [...withoutCode(document.text).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !resolves(document, target))
      .map((target) => `${document.path}: ${target}`),
  );
  expectNone(broken);
});

test('every file of ours that a document names exists', () => {
  const missing = houseFiles(DOCUMENTS).flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:[a-z][\w-]*\/)+[\w.-]+\.(?:ts|js|sql|md|json|yaml))`/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => existsSync(join(ROOT, name.split('/')[0] ?? '')) && !existsSync(join(ROOT, name)))
      .map((name) => `${path}: ${name}`),
  );
  expectNone(missing);
});

test('every document that a comment or a message names exists', () => {
  const paths = housePaths();
  const missing = houseFiles(/\.(ts|js|sql)$/).flatMap(({ path, text }) =>
    [...text.matchAll(/\bdocs\/[\w/-]+(?:\.md)?/g)]
      .map(([name]) => name)
      .filter((name) => !paths.some((known) => known.startsWith(name)))
      .map((name) => `${path}: ${name}`),
  );
  expectNone(missing);
});

test('every constant that ARCHITECTURE.md names with its file is there', () => {
  const bounds = [...readHouseFile('ARCHITECTURE.md').matchAll(/((?:`\w+`(?:, )?)+) in \[[^\]]+\]\(([^)]+)\)/g)];
  const missing = bounds.flatMap(([, names = '', file = '']) =>
    [...names.matchAll(/\w+/g)]
      .map(([name]) => ({ name, file }))
      .filter(({ name, file }) => !readHouseFile(file).includes(name)),
  );
  assert.ok(bounds.length > 5);
  expectNone(missing.map(({ name, file }) => `${file}: ${name}`));
});

test('every setting that a document names exists', () => {
  const names = [...Object.keys(SETTINGS), ...Object.keys(LATER_SETTINGS)];
  const sections = new Set(names.filter((name) => name.includes('.')).map((name) => name.split('.')[0]));
  const unknown = houseFiles(DOCUMENTS).flatMap(({ path, text }) =>
    [...text.matchAll(/`([a-z]+)\.[a-z_]+`/g)]
      .filter(([quoted, section]) => sections.has(section) && !names.includes(quoted.slice(1, -1)))
      .map(([quoted]) => `${path}: ${quoted}`),
  );
  expectNone(unknown);
});

test('decisions are numbered once each, without a gap, and the index lists them all', () => {
  const decisions = housePaths().filter((path) => path.startsWith('docs/decisions/') && !path.endsWith('README.md'));
  const numbers = decisions.map((path) => Number(DECISION.exec(path)?.[1]));
  assert.deepEqual(
    numbers,
    Array.from(decisions, (_, index) => index + 1),
  );
  const index = readHouseFile('docs/decisions/README.md');
  const unlisted = decisions.filter((path) => !index.includes(`(${path.replace('docs/decisions/', '')})`));
  expectNone(unlisted);
});

test('the files that a newcomer looks for are there', () => {
  const paths = new Set(housePaths());
  const expected = ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'CHANGELOG', 'SECURITY'].map((name) => `${name}.md`);
  const missing = [...expected, 'LICENSE', 'NOTICE', '.ci/run'].filter((path) => !paths.has(path));
  expectNone(missing);
});

function resolves(document: HouseFile, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? document.path : normalize(join(dirname(document.path), file));
  if (!existsSync(join(ROOT, path))) return false;
  return heading === undefined || !path.endsWith('.md') || headings(readHouseFile(path)).includes(heading);
}

/** Anchors as GitHub makes them. */
function headings(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}
