import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPriceFile } from '../../../src/rating/price-file/read-price-file.ts';
import { priceFile, problemsOf } from './price-files.ts';

test('everything that is wrong is told at once, with its line', () => {
  const { problems } = readPriceFile(
    'prices.yaml',
    `
currency: EURO
exchange_rates:
  - { from_currency: USD, to_currency: USD, rate: 0, from: 2026-13-01 }
models:
  - provider: vllm
    modle: llama-*
    from: 2026-02-01
    to: 2026-02-01
    prices:
      ouput: 1
      output: -1 per 1M
contracts:
  - { team: search, percent_off: 101 }
  - { team: search, percent_off: 5, prices: { input: 1 per 1M } }
call_fees:
  - { price: 0.005 per call }
compute: 3
contract: []
`,
  );
  assert.deepEqual(
    problems.map(({ line, place, actual }) => `${line} ${place} ${actual}`),
    [
      '2 currency "EURO"',
      '4 exchange_rates[0].from "2026-13-01"',
      '4 exchange_rates[0].rate "0"',
      '6 models[0].model nothing',
      '7 models[0].modle an unknown key',
      '9 models[0].to "2026-02-01"',
      '11 models[0].prices.ouput "1"',
      '12 models[0].prices.output "-1 per 1M"',
      '14 contracts[0].percent_off "101"',
      '15 contracts[1] both',
      '17 call_fees[0] neither',
      '18 compute "3"',
      '19 contract an unknown key',
    ],
  );
  assert.match(
    problems.map(({ expected }) => expected).join('\n'),
    /did you mean model\?.*did you mean output\?.*did you mean contracts\?/s,
  );
});

test('what is no YAML is told with its line', () => {
  const { problems } = readPriceFile('prices.yaml', 'models:\n  - provider: "vllm\n  model: x');
  assert.equal(problems[0]?.place, 'the file');
  assert.ok((problems[0]?.line ?? 0) >= 2);
});

test('JSON is read as YAML is, and an empty file says nothing', () => {
  const file = priceFile('{"models":[{"provider":"vllm","model":"llama-3","prices":{"input":"0.25 per 1M tokens"}}]}');
  assert.equal(file.rules[0]?.prices.get('input')?.base.amount, 250_000_000_000n);
  assert.deepEqual(priceFile('').rules, []);
  assert.deepEqual(priceFile('# later\nmodels:\n').rules, []);
});

test('decimals are exact as written, and finer ones than the ledger holds are refused', () => {
  const price = (text: string) => `models: [{ provider: p, model: m, prices: { input: ${text} } }]`;
  assert.equal(priceFile(price('0.100000000001 per 1')).rules[0]?.prices.get('input')?.base.amount, 100_000_000_001n);
  assert.match(problemsOf(price('0.1000000000001 per 1M tokens'))[0] ?? '', /at most 12 decimals/);
});

test('two entries between which nothing decides are an error of both lines', () => {
  const contracts = (a: string, b: string) => problemsOf(`contracts:\n  - { ${a} }\n  - { ${b} }\n`);
  const ten = 'percent_off: 10';
  assert.match(contracts(`team: a, ${ten}`, `team: a, ${ten}`)[0] ?? '', /contracts\[1\].*contracts\[0\] \(line 2\)/);
  assert.equal(contracts(`model: gpt*, ${ten}`, `model: "*gpt", ${ten}`).length, 1);
  assert.equal(contracts(`model: gpt*, ${ten}`, `model: o3*, ${ten}`).length, 0);
  assert.equal(contracts(`team: a, to: 2026-02-01, ${ten}`, `team: a, from: 2026-02-01, ${ten}`).length, 0);
  assert.equal(contracts(`team: a, to: 2026-02-02, ${ten}`, `team: a, from: 2026-02-01, ${ten}`).length, 1);
  assert.equal(contracts(`team: a, meters: [input], ${ten}`, `team: a, meters: [output], ${ten}`).length, 0);
  assert.equal(contracts(`team: a, tier: batch, ${ten}`, `team: a, tier: flex, ${ten}`).length, 0);
  assert.equal(contracts(`provider: "*", ${ten}`, ten).length, 1);
  assert.equal(contracts(`provider: xai, ${ten}`, `provider: x_ai, ${ten}`).length, 1);
});

test('two rates of one pair from one day are an error, of other days or pairs they are not', () => {
  const rates = (...lines: string[]) =>
    problemsOf(`exchange_rates:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`);
  const usd = 'from_currency: USD, to_currency: EUR, rate: 0.9';
  assert.equal(rates(`${usd}, from: 2026-01-01`, `${usd}, from: 2026-01-01`).length, 1);
  assert.equal(rates(`${usd}, from: 2026-01-01`, `${usd}, from: 2026-01-02`).length, 0);
  assert.equal(rates(usd).length, 1);
});

test('a name that spans of frameworks carry tells no biller', () => {
  assert.match(problemsOf('models: [{ provider: litellm, model: x, prices: { input: 0 } }]')[0] ?? '', /their host/);
});

test('the digest changes with the file, and only with it', () => {
  assert.equal(priceFile('models: []').digest, priceFile('models: []').digest);
  assert.notEqual(priceFile('models: []').digest, priceFile('models: [] # reviewed').digest);
});

test('a file that is no mapping, too large or with too many entries is refused', () => {
  assert.match(problemsOf('- a')[0] ?? '', /a mapping/);
  assert.match(problemsOf('x'.repeat(9 * 2 ** 20))[0] ?? '', /bytes/);
  assert.match(problemsOf(`models: [${'a,'.repeat(5001)}]`)[0] ?? '', /at most 5000 entries/);
});

test('proxies are hosts, not addresses, and never all hosts', () => {
  for (const host of ['https://llm.example.com', 'llm.example.com:4000', '"*"', '""', '[a]']) {
    const { problems } = readPriceFile('prices.yaml', `proxies: [ ${host} ]\n`);
    assert.deepEqual(
      problems.map(({ place, line }) => [place, line]),
      [['proxies[0]', 1]],
      host,
    );
    assert.match(problems[0]?.expected ?? '', /without scheme and port/);
  }
  assert.deepEqual(readPriceFile('prices.yaml', 'proxies: [ LLM.example.com, "*.internal" ]\n').problems, []);
});
