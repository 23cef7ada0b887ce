import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPicodollars, parsePicodollars, type SpanledgerError } from '@spanledger/schemas';
import fc from 'fast-check';
import { parseDimensions } from '../../src/chargeback/chargeback.ts';
import { makeStatement } from '../../src/chargeback/statement.ts';
import { statementCsv } from '../../src/chargeback/statement-csv.ts';
import { statementRecords } from '../../src/chargeback/statement-records.ts';
import type { ChargebackGroup } from '../../src/queries/chargeback-groups.ts';
import { parseBillingPeriod } from '../../src/time/billing-period.ts';

const PERIOD = parseBillingPeriod('2026-11') ?? assert.fail();

function group(keys: readonly string[], picodollars: bigint, lines = 1): ChargebackGroup {
  const cost = formatPicodollars(picodollars);
  return { keys, effectiveCost: cost, contractedCost: cost, listCost: cost, lines, unpricedLines: 0, noUsageLines: 0 };
}

test('the lines and the total sum to the ledger to the picodollar, whatever the amounts', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 26n }), { maxLength: 40 });
  fc.assert(
    fc.property(amounts, (costs) => {
      const groups = costs.map((cost, index) => group([`team-${index}`], cost));
      const sum = costs.reduce((total, cost) => total + cost, 0n);
      const statement = makeStatement(PERIOD, ['team'], {
        groups,
        ledger: group([], sum, groups.length),
        billingCurrency: 'USD',
      });
      assert.equal(statement.total.effectiveCost, sum);
      const records = statementRecords(statement);
      const written = records
        .slice(0, -1)
        .map((record) => parsePicodollars(record['EffectiveCost'] ?? '') ?? assert.fail());
      assert.equal(
        written.reduce((total: bigint, cost) => total + cost, 0n),
        sum,
      );
      assert.equal(parsePicodollars(records.at(-1)?.['EffectiveCost'] ?? ''), sum);
    }),
  );
});

test('a statement that misses the ledger by one picodollar, or by a line, is not given out', () => {
  for (const ledger of [group([], 3n, 2), group([], 2n, 3)]) {
    assert.throws(
      () =>
        makeStatement(PERIOD, ['team'], {
          groups: [group(['a'], 1n), group(['b'], 1n)],
          ledger,
          billingCurrency: 'USD',
        }),
      (error: SpanledgerError) => error.code === 'SPL_REPORT_SUM_DIFFERS',
    );
  }
});

test('the dearest line comes first, equals by name', () => {
  const groups = [group(['b'], 5n), group(['c'], 9n), group(['a'], 5n)];
  const { lines } = makeStatement(PERIOD, ['team'], { groups, ledger: group([], 19n, 3), billingCurrency: 'USD' });
  assert.deepEqual(
    lines.map(({ keys }) => keys[0]),
    ['c', 'a', 'b'],
  );
});

test('the CSV has a heading, the lines, and a total line; amounts always have a decimal point', () => {
  const groups = [group(['search', 'handbook'], 22_008_000_000n, 4), group(['ops', ''], 2_000_000_000_000n)];
  const statement = makeStatement(PERIOD, ['team', 'project'], {
    groups,
    ledger: group([], 2_022_008_000_000n, 5),
    billingCurrency: 'EUR',
  });
  assert.equal(
    statementCsv(statementRecords(statement)),
    [
      'x_RowType,x_TeamId,x_ProjectId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ListCost,ContractedCost,EffectiveCost,x_ChargeLines,x_UnpricedLines,x_NoUsageLines',
      'charge,ops,,EUR,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2.0,2.0,2.0,1,0,0',
      'charge,search,handbook,EUR,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,0.022008,0.022008,0.022008,4,0,0',
      'total,,,EUR,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,2.022008,2.022008,2.022008,5,0,0',
      '',
    ].join('\r\n'),
  );
});

test('names cannot break the CSV nor become formulas, and negative amounts stay amounts', () => {
  const csv = statementCsv([{ name: '=SUM(A1)', text: 'a "b",\nc', cost: '-0.5', at: '@x', dash: '-x' }]);
  assert.equal(csv, 'name,text,cost,at,dash\r\n\'=SUM(A1),"a ""b"",\nc",-0.5,\'@x,\'-x\r\n');
});

test('dimensions are known names, each once', () => {
  assert.deepEqual(parseDimensions('team, project'), ['team', 'project']);
  for (const text of ['', 'team,', 'team,team', 'teams', 'toString', '__proto__'])
    assert.equal(parseDimensions(text), undefined, text);
});
