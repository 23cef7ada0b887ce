import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { loadConfig } from '../src/config/load-config.ts';
import { createProgram } from '../src/program.ts';
import { VERSION } from '../src/version.ts';

async function run(...words: string[]) {
  const printed = { out: '', note: '' };
  const context = {
    out: (text: string) => {
      printed.out += text;
    },
    note: (text: string) => {
      printed.note += text;
    },
    drained: async () => {},
    environment: {},
    clock: () => Date.UTC(2026, 10, 23),
  };
  const failure = await createProgram(context)
    .parseAsync(words, { from: 'user' })
    .then(
      () => undefined,
      (error: Error & { code: string }) => error,
    );
  return { ...printed, failure };
}

test('a wrong command or option is answered with the right one', async () => {
  assert.match((await run('sesions')).note, /unknown command 'sesions'[\s\S]*Did you mean sessions\?/);
  assert.match((await run('teams', '--snice', '3d')).note, /unknown option '--snice'[\s\S]*Did you mean --since\?/);
  assert.match((await run('session')).note, /missing required argument 'id'/);
  assert.match((await run('export', 'chargeback')).note, /required option '--period/);
});

test('wrong values are named with what is expected, before any data is opened', async () => {
  const wrong: [string[], RegExp][] = [
    [['sessions', '--since', 'yesterday'], /--since must be 30m, 24h/],
    [['sessions', '--limit', '0'], /--limit must be a number from 1/],
    [['teams', '--by', 'colour'], /--by must be one of team, model/],
    [['query', 'SELECT 1', '--format', 'xml'], /--format must be one of table, json, csv, jsonl/],
    [['export', 'chargeback', '--period', '2026-13'], /--period must be a month/],
    [['export', 'chargeback', '--period', '2026-11', '--by', 'team,team'], /--by must be one or more of/],
    [['keys', 'new', '--id', 'a b', '--tenant', 't'], /--id must be 1 to 64/],
    [['sessions', '--data-dir', '/nonexistent/data'], /There is no data in \/nonexistent\/data yet\. Start Spanledger/],
    [['sessions', '--config', '/nonexistent.yaml'], /\/nonexistent\.yaml cannot be read/],
    [['demo', '--data-dir', '/nonexistent/data'], /No Spanledger runs on the data folder/],
  ];
  for (const [words, message] of wrong) {
    const { failure } = await run(...words);
    assert.match(failure?.message ?? 'nothing was refused', message, words.join(' '));
    assert.match(failure?.code ?? '', /^SPL_/, words.join(' '));
  }
});

test('every command has help, and the asking ones show examples', async () => {
  const { out } = await run('--help');
  const commands = [
    'start',
    'demo',
    'status',
    'version',
    'sessions',
    'session',
    'teams',
    'unpriced',
    'suppressed',
    'query',
    'export',
    'keys',
  ];
  for (const command of commands) {
    assert.match(out, new RegExp(`\\n {2}${command}\\b`), command);
    assert.match((await run(command, '--help')).out, /Usage: spanledger/, command);
  }
  for (const command of ['sessions', 'teams', 'query', 'start'])
    assert.match((await run(command, '--help')).out, /Examples:\n {2}spanledger/, command);
  assert.equal((await run('version')).out, `${VERSION}\n`);
});

test('a new key is shown once, with lines that let it in', async () => {
  const { out } = await run(
    'keys',
    'new',
    '--id',
    'ci',
    '--tenant',
    'acme: "inc"',
    '--team',
    'yes',
    '--project',
    '007',
  );
  const secret = /^ {2}(spl_\S{43})$/m.exec(out)?.[1] ?? assert.fail(out);
  const text = out.slice(out.indexOf('ingest:'));
  assert.doesNotMatch(text, new RegExp(secret));
  const config = loadConfig({ file: { name: 'spanledger.yaml', text }, environment: {}, flags: {} });
  const sha256 = createHash('sha256').update(secret).digest('hex');
  assert.deepEqual(config['ingest.keys'], [{ id: 'ci', sha256, tenant: 'acme: "inc"', team: 'yes', project: '007' }]);
});
