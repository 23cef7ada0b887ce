import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPicodollars, type Meter, parseScaled } from '@spanledger/schemas';
import { call, rater, tokens } from './calls.ts';
import { INVOICES, type Invoice } from './invoices.ts';

const UNITS: Readonly<Record<string, bigint>> = { '1M': 1_000_000n, '1K': 1000n, '1h': 3600n };
const DECIMALS = 12;

type Line = {
  readonly quantity: number;
  readonly factors: readonly string[];
  readonly unit: bigint;
  readonly cost: string;
};

for (const invoice of INVOICES) {
  test(`invoice: ${invoice.name}`, () => {
    // given the hand-written arithmetic, which must itself be right
    const lines = Object.entries(invoice.lines).map(([meter, text]) => [meter as Meter, parseLine(text)] as const);
    for (const [meter, line] of lines) assert.equal(product(line), line.cost, `${meter} of the invoice`);
    // when the call is rated
    const rated = rater.rate(requestOf(invoice, lines)).lines;
    // then each line costs what was worked out, for certain, and the sum is the invoice’s
    assert.deepEqual(
      rated.map((line) => [line.meter, formatPicodollars(line.listCost), line.price.status, line.price.reason]),
      lines.map(([meter, line]) => [meter, line.cost, 'priced', '']),
    );
    assert.equal(formatPicodollars(rated.reduce((sum, line) => sum + line.listCost, 0n)), invoice.total);
  });
}

function requestOf(invoice: Invoice, lines: readonly (readonly [Meter, Line])[]) {
  const quantities = Object.fromEntries(lines.map(([meter, line]) => [meter, line.quantity]));
  return call(invoice.provider, invoice.model, { ...invoice.call, meters: tokens(quantities) });
}

/** `1000 × 5 × 1.1 / 1M = 0.0055` */
function parseLine(text: string): Line {
  const match = /^(\d+) × ([\d. ×]+) \/ (1[MKh]) = ([\d.]+)$/.exec(text);
  assert.ok(match !== null, text);
  const [, quantity = '', factors = '', unit = '', cost = ''] = match;
  return { quantity: Number(quantity), factors: factors.split(' × '), unit: UNITS[unit] ?? 1n, cost };
}

/** Exact, or a remainder that shows. */
function product({ quantity, factors, unit }: Line): string {
  const scaled = factors.map((factor) => parseScaled(factor, DECIMALS) ?? 0n);
  const scale = 10n ** BigInt(DECIMALS * (factors.length - 1));
  const dividend = scaled.reduce((value, factor) => value * factor, BigInt(quantity));
  assert.equal(dividend % (unit * scale), 0n, 'a product of whole picodollars');
  return formatPicodollars(dividend / (unit * scale));
}
