import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createProgram } from '../../src/program.ts';
import { runCli } from '../support/product.ts';

const folder = mkdtempSync(join(tmpdir(), 'spanledger-prices-'));

after(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs a command in this process; `environment` as of `spanledger`. */
async function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const printed = { out: '', note: '' };
  const context = {
    out: (text: string) => {
      printed.out += text;
    },
    note: (text: string) => {
      printed.note += text;
    },
    drained: async () => {},
    environment,
    clock: () => Date.UTC(2026, 10, 20, 12),
  };
  const failure = await createProgram(context)
    .parseAsync(['prices', ...words], { from: 'user' })
    .then(
      () => undefined,
      (error: Error & { code: string }) => error,
    );
  return { ...printed, failure };
}

const RIGHT = written(
  'prices.yaml',
  `
exchange_rates:
  - { from_currency: USD, to_currency: EUR, rate: 0.9, from: 2026-10-01 }
models:
  - provider: vllm
    model: "acme-*"
    currency: EUR
    source: cost sheet
    prices: { input: 0.2 per 1M tokens, output: { price: 0.6 per 1M tokens, above: { 128000: 1.2 per 1M tokens } } }
contracts:
  - { team: search, percent_off: 10 }
  - { model: gpt-5-mini, from: 2026-09-01, prices: { input: 0.2 per 1M tokens } }
`,
);
const IN_EUR = { SPANLEDGER_BILLING_CURRENCY: 'EUR', SPANLEDGER_PRICES_FILE: RIGHT };

test('check ends with 0 for a right file and with 1 for a wrong one, all problems at once', async () => {
  const right = await runCli(['prices', 'check', RIGHT], { SPANLEDGER_BILLING_CURRENCY: 'EUR' });
  assert.deepEqual([right.code, right.note], [0, '']);
  assert.match(
    right.out,
    /^warning: line 12.*before 2026-10-01.*\n.*is right: 3 entries, 1 exchange rate, 1 warning\./,
  );
  const path = written('wrong.yaml', 'models: 3\ncontract: []\ncontracts: [{ percent_off: 200 }]\n');
  const wrong = await runCli(['prices', 'check', path]);
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.note,
    /^3 things are wrong.*\n.*line 1, models: expected a list.*\n.*line 2, contract: .*did you mean contracts\?.*\n.*line 3, contracts\[0\]\.percent_off: .*\(SPL_PRICES_INVALID\)\n$/s,
  );
  assert.doesNotMatch(wrong.note, /\n\s+at /);
});

test('a file that is not there is said to be so', async () => {
  const { failure } = await run(['check', '/nonexistent/prices.yaml']);
  assert.equal(failure?.code, 'SPL_PRICES_UNREADABLE');
});

test('start refuses a wrong file before it touches any data', async () => {
  const path = written('wrong-too.yaml', 'contracts: [{ percent_off: 200 }]');
  const dataDir = join(folder, 'data');
  const { code, note } = await runCli(['start', '--data-dir', dataDir], { SPANLEDGER_PRICES_FILE: path });
  assert.equal(code, 1);
  assert.match(note, /One thing is wrong.*percent_off.*SPL_PRICES_INVALID/s);
  assert.equal((await runCli(['sessions', '--data-dir', dataDir])).code, 1);
});

test('explain shows the price, what it costs, where it comes from, and why other entries were passed over', async () => {
  const { out, failure } = await run(
    ['explain', 'gpt-5-mini', '--provider', 'openai', '--team', 'search', '--input', '1000000', '--output', '10'],
    IN_EUR,
  );
  assert.equal(failure, undefined);
  assert.match(
    out,
    /^gpt-5-mini, provider openai, team search, at 2026-11-20 12:00:00 UTC\nIn the base book: openai\/gpt-5-mini\n/,
  );
  assert.match(out, /input +1,000,000 +0\.25 USD per 1M tokens +0\.225 USD per 1M tokens +0\.9 +0\.225 +0\.2025\n/);
  assert.match(out, /total +0\.225018 +0\.2025162 EUR\n/);
  assert.match(out, /input +priced +openai\/gpt-5-mini\/input .*genai-prices.*contract: file:contracts\/team=search\n/);
  assert.match(out, /used +line 11 +contracts\[0\] +team=search +the most specific for input, output\n/);
  assert.match(out, /passed over +line 12 +contracts\[1\] .*is less specific than contracts\[0\] \(line 11\)\n/);
  assert.match(out, /passed over +line 5 +models\[0\] .*asks for model acme-\*; the call is gpt-5-mini\n/);
});

test('explain without quantities shows a model’s unit prices with their thresholds', async () => {
  const { out } = await run(['explain', 'acme-7b', '--provider', 'vllm'], IN_EUR);
  assert.match(out, /In the base book: no price \(unknown_provider: vllm\)/);
  assert.match(out, /\noutput +0\.6 EUR per 1M tokens\n +over 128,000 tokens in +1\.2 EUR per 1M tokens\n/);
  assert.match(out, /\ninput +priced +file:vllm\/acme-\*\/input +prices\.yaml: cost sheet\n/);
  assert.doesNotMatch(out, /cache_read/);
});

test('explain says which exchange rate is missing', async () => {
  const { out } = await run(
    ['explain', 'gpt-5-mini', '--at', '2026-09-30', '--input', '5', '--provider', 'openai'],
    IN_EUR,
  );
  assert.match(out, /input +5 +none +not known\n/);
  assert.match(out, /input +unpriced .*no_exchange_rate: USD to EUR\n/);
});

test('list shows the file’s prices and the base book’s of a day', async () => {
  const { out } = await run(['list', '--model', 'acme-*'], IN_EUR);
  assert.match(out, /vllm +acme-\* +input +0\.2 EUR per 1M tokens +prices\.yaml: cost sheet\n/);
  const base = await run(['list', '--provider', 'openai', '--model', 'gpt-4o-mini', '--meter', 'input']);
  assert.match(base.out, /openai +gpt-4o-mini +input +0\.15 USD per 1M tokens/);
  assert.match((await run(['list', '--limit', '2'])).note, /Only the first 2 of [\d,]+ prices/);
  assert.equal((await run(['list', '--model', 'no-such-model'])).failure?.code, 'SPL_CLI_NOT_FOUND');
});

test('wrong arguments are named', async () => {
  assert.match((await run(['list', '--at', 'yesterday'])).failure?.message ?? '', /--at must be a UTC day/);
  assert.match(
    (await run(['explain', 'm', '--cache-write-1h', '-1'])).failure?.message ?? '',
    /--cache-write-1h must be a quantity/,
  );
});
