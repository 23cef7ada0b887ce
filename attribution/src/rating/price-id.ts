import type { Meter } from '@spanledger/schemas';
import type { BookModel, BookRow, PriceList, PriceRule } from './price-book.ts';

/** The id of a price that rules made out of another one's: `anthropic/claude-opus-5/input*us-inference`. */
export function ruledPriceId(id: string, rules: readonly PriceRule[]): string {
  return [id, ...rules.map((rule) => rule.id)].join('*');
}

/**
 * Names one figure of the book, the same in every version that still has it:
 * `anthropic/claude-sonnet-4-5/input@2026-10-14~00:30-16:30+batch>200000`, each mark only where it applies.
 */
export function priceId(list: PriceList, model: BookModel, row: BookRow, meter: Meter, above: number): string {
  const from = row.from === undefined ? '' : `@${row.from}`;
  const window = row.window === undefined ? '' : `~${row.window.join('-')}`;
  const variant = row.variant === undefined ? '' : `+${row.variant}`;
  return `${list.id}/${model.id}/${meter}${from}${window}${variant}${above === 0 ? '' : `>${above}`}`;
}
