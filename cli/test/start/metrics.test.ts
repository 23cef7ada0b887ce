import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('every metric that docs/metrics.md lists is filled from a part', () => {
  const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../../src/start/metrics.ts', import.meta.url), 'utf8');
  const listed = [...document.matchAll(/^\| `(spanledger_\w+)`/gm)].map(([, name]) => name ?? '');
  assert.ok(listed.length > 30);
  assert.deepEqual(
    listed.filter((name) => !source.includes(`${name}:`)),
    [],
  );
});
