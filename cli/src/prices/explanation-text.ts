import {
  type Candidate,
  type PriceExplanation,
  type PriceRow,
  type RatingRequest,
  scopeText,
} from '@spanledger/attribution';
import { formatPicodollars, formatScaled, QUANTITY_SCALE } from '@spanledger/schemas';
import { formatQuantity } from '../text/figures.ts';
import { printable } from '../text/printable.ts';
import { type Column, renderTable } from '../text/table.ts';
import type { Prices } from './open-prices.ts';
import { unitPriceText } from './price-text.ts';

export type ExplanationInput = {
  readonly model: string;
  readonly request: RatingRequest;
  readonly explanation: PriceExplanation;
  /** Everything with a price, for dates and sources. */
  readonly rows: readonly PriceRow[];
  readonly prices: Prices;
  /** Whether quantities were asked about, so that there are costs. */
  readonly isPriced: boolean;
};

type Line = PriceExplanation['rated']['lines'][number];

/** Prices that stand in for a meter without one: shown for usage, left out of a model's price list. */
const STAND_IN = /(?:^|; )(?:charged_as|cache_lifetime_unknown)(?::|;|$)/;

/** The answer of `prices explain`: what was asked, the prices, where each comes from, and every entry of the file. */
export function explanationText(input: ExplanationInput): string {
  const { explanation, isPriced } = input;
  const lines = explanation.rated.lines.filter(
    ({ price }) => isPriced || (price.status !== 'unpriced' && !STAND_IN.test(price.reason)),
  );
  const parts = [
    asked(input),
    isPriced ? costs(lines, input.prices) : unitPrices(lines, input.rows),
    origins(lines, input.rows),
    entries(input, lines),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function asked({ model, request, explanation, prices }: ExplanationInput): string {
  const { provider, team, project, toolName, serverAddress, serviceTier, region } = request;
  const facts = { provider, host: serverAddress, team, project, tool: toolName, tier: serviceTier, region };
  const given = Object.entries(facts).flatMap(([name, value]) => (value === '' ? [] : [`${name} ${value}`]));
  const at = new Date(request.startMs).toISOString().slice(0, 19).replace('T', ' ');
  const { base } = explanation;
  const book =
    'unpriced' in base
      ? `no price (${base.unpriced})`
      : `${base.list}/${base.model}${base.assumed === '' ? '' : ` (${base.assumed})`}`;
  return [
    `${[model, ...given].join(', ')}, at ${at} UTC`,
    `In the base book: ${book}`,
    `Price book ${explanation.version}, costs in ${prices.billingCurrency}`,
    '',
  ]
    .map(printable)
    .join('\n');
}

const UNIT_PRICE_COLUMNS: readonly Column[] = [
  { title: 'meter' },
  { title: 'list price', align: 'right' },
  { title: 'contracted price', align: 'right' },
  { title: 'exchange rate', align: 'right' },
];

function unitPrices(lines: readonly Line[], rows: readonly PriceRow[]): string {
  if (lines.length === 0) return 'No price of any meter.\n';
  const cells = lines.flatMap((line) => [
    [line.meter, ...priceCells(line)],
    ...tiersOf(line, rows).map((row) => [
      `  over ${formatQuantity(String(row.contextAbove))} tokens in`,
      unitPriceText(row.unitPrice, row.currency, row.pricingUnit),
      '',
      '',
    ]),
  ]);
  return renderTable(UNIT_PRICE_COLUMNS, cells);
}

function tiersOf({ price }: Line, rows: readonly PriceRow[]): readonly PriceRow[] {
  return rows.filter((row) => row.contextAbove > 0 && row.priceId === `${price.priceId}>${row.contextAbove}`);
}

const COST_COLUMNS: readonly Column[] = [
  { title: 'meter' },
  { title: 'quantity', align: 'right' },
  ...UNIT_PRICE_COLUMNS.slice(1),
  { title: 'list cost', align: 'right' },
  { title: 'cost', align: 'right' },
];

function costs(lines: readonly Line[], { billingCurrency }: Prices): string {
  const cells = lines.map((line) => [
    line.meter,
    formatQuantity(formatScaled(line.quantityNano, QUANTITY_SCALE)),
    ...priceCells(line),
    line.price.status === 'unpriced' ? '' : formatPicodollars(line.listCost),
    line.price.status === 'unpriced' ? 'not known' : formatPicodollars(line.contractedCost),
  ]);
  const sum = (pick: (line: Line) => bigint) =>
    formatPicodollars(lines.reduce((total, line) => total + pick(line), 0n));
  const total = [
    'total',
    '',
    '',
    '',
    '',
    sum((line) => line.listCost),
    `${sum((line) => line.contractedCost)} ${billingCurrency}`,
  ];
  return renderTable(COST_COLUMNS, [...cells, total]);
}

function priceCells({ price }: Line): string[] {
  if (price.status === 'unpriced') return ['none', '', ''];
  const unitPrice = (amount: bigint) => unitPriceText(amount, price.pricingCurrency, price.pricingUnit);
  const isOther = price.contractedUnitPrice !== price.listUnitPrice;
  return [
    unitPrice(price.listUnitPrice),
    isOther ? unitPrice(price.contractedUnitPrice) : '',
    price.exchangeRate === '1' ? '' : price.exchangeRate,
  ];
}

function origins(lines: readonly Line[], rows: readonly PriceRow[]): string {
  const cells = lines.map(({ meter, price }) => {
    const row = rows.find(({ priceId }) => priceId === price.priceId);
    const from = row?.validFrom === undefined ? '' : `from ${row.validFrom}`;
    const to = row?.validTo === undefined ? '' : `until ${row.validTo}`;
    const dates = [from, to].filter((part) => part !== '').join(' ');
    return [meter, price.status, price.priceId, dates, row?.source ?? '', price.reason];
  });
  if (cells.length === 0) return '';
  const titles = ['meter', 'status', 'price id', 'dates', 'source', 'why'];
  return renderTable(
    titles.map((title) => ({ title })),
    cells,
  );
}

function entries({ explanation: { candidates }, prices: { file } }: ExplanationInput, lines: readonly Line[]): string {
  const shown = new Set(lines.map(({ meter }) => meter));
  if (file === undefined) return 'No price file: prices.file names none.\n';
  if (candidates.length === 0) return `${file.name} has no entries.\n`;
  const used = candidates.filter(({ why }) => why === '');
  const passed = candidates.filter(({ why }) => why !== '');
  const cells = [...used, ...passed].map((candidate) => [
    candidate.why === '' ? 'used' : 'passed over',
    `line ${candidate.rule.line}`,
    candidate.rule.place,
    scopeText(candidate.rule.scope),
    outcome(candidate, shown),
  ]);
  const titles = ['entry', 'line', 'place', 'for', 'why'];
  return `${printable(file.name)}:\n${renderTable(
    titles.map((title) => ({ title })),
    cells,
  )}`;
}

function outcome({ used, why }: Candidate, shown: ReadonlySet<string>): string {
  if (why !== '') return why;
  const meters = used.filter((meter) => shown.has(meter));
  return meters.length === 0
    ? 'only for meters without a price of their own'
    : `the most specific for ${meters.join(', ')}`;
}
