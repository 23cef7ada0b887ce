import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DEAD_LETTER_REASONS } from '@spanledger/attribution';
import type { ErrorDefinition } from '@spanledger/schemas';
import { REFUSALS } from '../../ingest/src/receive/refusal.ts';
import { REJECTION_REASONS } from '../../ingest/src/wire/rejections.ts';
import { expectNone, houseFiles, housePaths, ROOT, readHouseFile, tableRows } from './house.ts';

const ERRORS_DOCUMENT = readHouseFile('docs/errors.md');

test('docs/errors.md has every code of every workspace, and no other', async () => {
  const documented = [...ERRORS_DOCUMENT.matchAll(/^\| `(SPL_\w+)` \|/gm)].map((match) => match[1]);
  assert.deepEqual(documented.toSorted(), [...(await errorTables()).keys()].sort());
});

test('docs/errors.md says of each code whether trying again may help, as its table does', async () => {
  const tables = await errorTables();
  for (const [, code = '', retryable] of ERRORS_DOCUMENT.matchAll(/^\| `(SPL_\w+)` \| [^|]+ \| (yes|no) \|/gm)) {
    assert.equal(retryable, tables.get(code)?.retryable === true ? 'yes' : 'no', code);
  }
});

test('every code is used somewhere', async () => {
  const text = houseFiles(/^[a-z]+\/(src|demo)\/.*(?<!errors)\.ts$/)
    .map((file) => file.text)
    .join('\n');
  const unused = [...(await errorTables()).keys()].filter((code) => !text.includes(`'${code}'`));
  expectNone(unused);
});

test('the reasons of dead letters, of refused spans and of refused requests are documented', () => {
  assert.deepEqual(documentedIn('Dead letters'), Object.keys(DEAD_LETTER_REASONS).sort());
  assert.deepEqual(documentedIn('Refused spans'), Object.keys(REJECTION_REASONS).sort());
  const requests = tableRows(ERRORS_DOCUMENT, 'Refused requests').map((cells) => cells.slice(0, 4));
  const answers = Object.entries(REFUSALS).map(([kind, { http, grpc, retryable }]) => [
    kind,
    `${http}`,
    `${grpc}`,
    retryable ? 'yes' : 'no',
  ]);
  assert.deepEqual(requests.toSorted(), answers.toSorted());
});

function documentedIn(heading: string): string[] {
  return tableRows(ERRORS_DOCUMENT, heading)
    .map(([code = '']) => code)
    .sort();
}

async function errorTables(): Promise<Map<string, ErrorDefinition>> {
  const files = housePaths().filter((path) => /^[a-z]+\/(src|demo)\/errors\.ts$/.test(path));
  const codes = new Map<string, ErrorDefinition>();
  for (const file of files) {
    const module = (await import(pathToFileURL(join(ROOT, file)).href)) as Record<string, unknown>;
    for (const table of Object.values(module)) {
      if (typeof table !== 'object' || table === null) continue;
      for (const [code, definition] of Object.entries(table)) codes.set(code, definition as ErrorDefinition);
    }
  }
  return codes;
}
