import { allPriceRows, createPattern, type PriceRow } from '@spanledger/attribution';
import { canonicalProvider } from '@spanledger/schemas';
import { type ConfigOptions, readConfig } from '../config/read-config.ts';
import type { CommandContext } from '../context.ts';
import { cliError } from '../errors.ts';
import { openPrices } from '../prices/open-prices.ts';
import { dayOf } from '../prices/price-day.ts';
import { unitPriceText } from '../prices/price-text.ts';
import { counted, formatQuantity } from '../text/figures.ts';
import { type Column, renderTable } from '../text/table.ts';
import { limitOf } from './ask.ts';

export type PricesListOptions = ConfigOptions & {
  readonly provider?: string;
  readonly model?: string;
  readonly meter?: string;
  readonly at?: string;
  readonly limit: string;
};

const COLUMNS: readonly Column[] = [
  { title: 'provider', maxWidth: 20 },
  { title: 'model', maxWidth: 44 },
  { title: 'meter' },
  { title: 'for', maxWidth: 40 },
  { title: 'list price', align: 'right' },
  { title: 'from' },
  { title: 'until' },
  { title: 'source', maxWidth: 36 },
];

/** `prices list`: the price book in effect and the prices of the file over it, without a ledger. */
export async function pricesList(options: PricesListOptions, context: CommandContext): Promise<void> {
  const limit = limitOf(options.limit);
  const day = new Date(dayOf(options.at, context)).toISOString().slice(0, 10);
  const { book, file } = openPrices(readConfig(options, context.environment));
  const wanted = filterOf(options);
  const found = [...allPriceRows(book, file)].filter((row) => wanted(row) && holdsOn(row, day));
  if (found.length === 0)
    throw cliError(
      'SPL_CLI_NOT_FOUND',
      `No price of ${day} is for ${filterText(options)}. Names may hold *; --at names another day.`,
    );
  context.out(renderTable(COLUMNS, found.slice(0, limit).map(cells)));
  if (found.length > limit)
    context.note(
      `Only the first ${limit} of ${counted(found.length, 'price')}; --provider, --model, --meter or --limit choose.\n`,
    );
}

function filterOf({ provider, model, meter }: PricesListOptions): (row: PriceRow) => boolean {
  const providers =
    provider === undefined ? undefined : createPattern(provider.includes('*') ? provider : canonicalProvider(provider));
  const models = model === undefined ? undefined : createPattern(model.toLowerCase());
  const meters = meter === undefined ? undefined : createPattern(meter);
  return (row) =>
    (providers === undefined || row.priceList === provider || row.providers.some((name) => providers.matches(name))) &&
    (models === undefined || models.matches(row.model.toLowerCase())) &&
    (meters === undefined || meters.matches(row.meter));
}

function filterText({ provider, model, meter }: PricesListOptions): string {
  return [provider, model, meter].filter((part) => part !== undefined).join(' ');
}

function holdsOn({ validFrom, validTo }: PriceRow, day: string): boolean {
  return (validFrom === undefined || validFrom <= day) && (validTo === undefined || day < validTo);
}

function cells(row: PriceRow): string[] {
  const over = row.contextAbove === 0 ? '' : `over ${formatQuantity(String(row.contextAbove))} tokens in`;
  return [
    row.providers[0] ?? row.priceList,
    row.model,
    row.meter,
    [row.variant, row.window, over].filter((part) => part !== '').join(' '),
    unitPriceText(row.unitPrice, row.currency, row.pricingUnit),
    row.validFrom ?? '',
    row.validTo ?? '',
    row.source,
  ];
}
