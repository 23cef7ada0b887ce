import { formatPicodollars, type Picodollars, parsePicodollars, ZERO_PICODOLLARS } from '@spanledger/schemas';

const FEWEST_DECIMALS = 6;

/** Money with every digit that it has, at least `decimals`: `$0.001234`, so that the parts on a screen sum to the whole. */
export function formatMoney(cost: Picodollars, currency: string, decimals = FEWEST_DECIMALS): string {
  const [whole = '0', fraction = ''] = formatPicodollars(cost < 0n ? -cost : cost).split('.');
  return `${cost < 0n ? '-' : ''}${currencyMark(currency)}${grouped(whole)}.${fraction.padEnd(decimals, '0')}`;
}

/** A decimal of the ledger as money, just the digits that it has: `$0.25`, `EUR 0.25`. */
export function formatMoneyText(text: string, currency: string): string {
  return `${currencyMark(currency)}${formatQuantity(text)}`;
}

/** A column of the ledger's decimal texts as money, with as many decimals as the longest has, so that the points align. */
export function formatMoneyColumn(texts: readonly string[], currency: string): string[] {
  const costs = texts.map((text) => parsePicodollars(text) ?? ZERO_PICODOLLARS);
  const decimals = decimalsOf(costs);
  return costs.map((cost) => formatMoney(cost, currency, decimals));
}

/** `$` for USD, else the currency's code with a blank. */
export function currencyMark(currency: string): string {
  return currency === 'USD' ? '$' : `${currency} `;
}

/** How many decimals show every digit of all of them. */
export function decimalsOf(costs: readonly Picodollars[]): number {
  const fractions = costs.map((cost) => formatPicodollars(cost).split('.')[1]?.length ?? 0);
  return fractions.reduce((most, length) => Math.max(most, length), FEWEST_DECIMALS);
}

/** The sum of the ledger's decimal texts. */
export function sumMoney(texts: readonly string[]): Picodollars {
  return texts.reduce((sum, text) => sum + (parsePicodollars(text) ?? 0n), 0n) as Picodollars;
}

/** A quantity with its thousands apart: `1,204`, `0.25`. */
export function formatQuantity(text: string): string {
  const [whole = '', fraction] = text.split('.');
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

/** ISO 8601 to the second, as all times are UTC: `2026-11-23 22:10:01`. */
export function formatTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((milliseconds % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `7 sessions`, `1 session`. */
export function counted(count: number, noun: string): string {
  return `${grouped(String(count))} ${noun}${count === 1 ? '' : 's'}`;
}

function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
