import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { expectNone, type HouseFile, houseFiles, importsOf, readHouseFile } from './house.ts';

/** Data flows down this list; whoever stands lower may import what stands beside its name (ARCHITECTURE.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  spanlog: ['schemas'],
  ingest: ['schemas', 'spanlog'],
  warehouse: ['schemas'],
  attribution: ['schemas', 'spanlog', 'warehouse'],
  reports: ['schemas', 'warehouse'],
  deploy: ['schemas'],
  cli: ['schemas', 'spanlog', 'ingest', 'warehouse', 'attribution', 'reports', 'deploy'],
};

const SCOPE = '@spanledger/';

type Manifest = Readonly<Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>> & {
  readonly name: string;
  readonly workspaces?: readonly string[];
};

const root = manifest('.');

test('no arrow points up: a workspace imports only those that the list allows', () => {
  const wrong = sources().flatMap((file) => {
    const allowed = MAY_IMPORT[workspaceOf(file)] ?? [];
    return importsOf(file)
      .filter((name) => name.startsWith(SCOPE) && !allowed.includes(name.slice(SCOPE.length)))
      .map((name) => `${file.path} imports ${name}`);
  });
  expectNone(wrong);
});

test('a workspace depends in its package.json on nothing that it may not import', () => {
  const wrong = Object.entries(MAY_IMPORT).flatMap(([workspace, allowed]) =>
    Object.keys(manifest(workspace).dependencies ?? {})
      .filter((name) => name.startsWith(SCOPE) && !allowed.includes(name.slice(SCOPE.length)))
      .map((name) => `${workspace}/package.json depends on ${name}`),
  );
  expectNone(wrong);
});

test('a source reaches into another workspace only through its index', () => {
  const wrong = sources().flatMap((file) =>
    importsOf(file)
      .filter((name) => name.split('/').length > 2 && name.startsWith(SCOPE))
      .concat(importsOf(file).filter((name) => name.startsWith('.') && leavesWorkspace(file, name)))
      .map((name) => `${file.path} imports ${name}`),
  );
  expectNone(wrong);
});

test('every import is a dependency that the package.json of its workspace declares', () => {
  const wrong = houseFiles(/^[a-z]+\/.*\.(ts|js)$/).flatMap((file) => {
    const declared = declaredFor(file);
    return importsOf(file)
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !name.startsWith('file:'))
      .map(packageName)
      .filter((name) => !declared.has(name))
      .map((name) => `${file.path} imports ${name}`);
  });
  expectNone(wrong);
});

test('the list of arrows names every workspace but test', () => {
  assert.deepEqual([...Object.keys(MAY_IMPORT), 'test'].sort(), [...(root.workspaces ?? [])].sort());
});

/** What runs in a user's process: no tests. */
function sources(): HouseFile[] {
  return houseFiles(/^(?!test\/|scripts\/)[a-z]+\/(src|demo|bin)\/.*\.(ts|js)$/);
}

function workspaceOf({ path }: HouseFile): string {
  return path.slice(0, path.indexOf('/'));
}

function leavesWorkspace(file: HouseFile, name: string): boolean {
  return !normalize(join(dirname(file.path), name)).startsWith(`${workspaceOf(file)}/`);
}

function declaredFor(file: HouseFile): Set<string> {
  const workspace = workspaceOf(file);
  const own = workspace === 'scripts' ? root : manifest(workspace);
  const isTest = own === root || workspace === 'test' || file.path.startsWith(`${workspace}/test/`);
  const declared = Object.keys(own.dependencies ?? {});
  if (own === root) declared.push(...(root.workspaces ?? []).map((name) => `${SCOPE}${name}`));
  if (isTest) declared.push(own.name, ...developmentOf(own), ...developmentOf(root));
  return new Set(declared);
}

function developmentOf({ devDependencies = {} }: Manifest): string[] {
  return Object.keys(devDependencies);
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function manifest(folder: string): Manifest {
  return JSON.parse(readHouseFile(`${folder}/package.json`)) as Manifest;
}
