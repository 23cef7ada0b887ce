import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { environmentName, LATER_SETTINGS, settingEntries } from '@spanledger/schemas';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load-config.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

test('docs/configuration.md lists every setting with its variable, default and meaning', () => {
  const listed = DOCUMENT.split('\n').filter((line) => line.includes('| `SPANLEDGER_'));
  const expected = settingEntries().map(([name, setting]) => {
    const value = Array.isArray(setting.default) ? 'empty' : `\`${setting.default}\``;
    return `| \`${name}\` | \`${environmentName(name)}\` | ${setting.defaultText ?? value} | ${setting.doc} |`;
  });
  assert.deepEqual(listed, expected);
});

test('docs/configuration.md names what comes later', () => {
  for (const name of Object.keys(LATER_SETTINGS)) assert.ok(DOCUMENT.includes(environmentName(name)), name);
});

test('the example file of docs/configuration.md is a right one', () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? assert.fail('no example');
  const config = loadConfig({ file: { name: 'spanledger.yaml', text }, environment: {}, flags: {} });
  assert.equal(config.data_dir, parse(text).data_dir);
  assert.equal(config['ingest.keys'][0]?.team, 'platform');
});

test('every default is itself a right value', () => {
  for (const [name, { schema, default: value }] of settingEntries()) assert.ok(schema.safeParse(value).success, name);
});
