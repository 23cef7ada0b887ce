import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNone, housePaths, readHouseFile } from './house.ts';

type Manifest = {
  readonly workspaces: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};

type Lock = {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string; readonly hasInstallScript?: boolean }>
  >;
};

const root = JSON.parse(readHouseFile('package.json')) as Manifest;
const lock = JSON.parse(readHouseFile('package-lock.json')) as Lock;

test('the lock file names no registry, so that everybody installs from their own', () => {
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => /^[a-z+]+:/.test(resolved ?? ''));
  expectNone(named.map(([path, { resolved }]) => `${path}: ${resolved}`));
});

test('every folder with a package.json is a workspace', () => {
  const folders = housePaths().flatMap((path) => /^(.+)\/package\.json$/.exec(path)?.[1] ?? []);
  assert.deepEqual(folders, [...root.workspaces].sort());
});

test('Node is pinned to one version, and its types to the same major', () => {
  const { node = '', '@types/node': types = '' } = root.devDependencies;
  assert.match(node, /^24\.\d+\.\d+$/);
  assert.equal(types.split('.')[0], node.split('.')[0]);
});

test('it is decided of every package with an install script whether that runs; Node needs its own', () => {
  const withScript = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const undecided = withScript
    .map(([path, { version }]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), version }))
    .filter(({ name, version }) => !(name in root.allowScripts) && !(`${name}@${version}` in root.allowScripts));
  expectNone(undecided.map(({ name, version }) => `${name}@${version}`));
  assert.equal(root.allowScripts['node'], true);
});

test('every npm script names a file that exists', () => {
  const paths = new Set(housePaths());
  const named = Object.values(root.scripts).flatMap((script) => script.match(/[\w./-]+\.(ts|js)\b/g) ?? []);
  expectNone(named.filter((path) => !paths.has(path.replace(/^\.\//, ''))));
});
