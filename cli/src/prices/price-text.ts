import { formatPicodollars } from '@spanledger/schemas';

/** `0.25 USD per 1M tokens`. */
export function unitPriceText(amount: bigint, currency: string, unit: string): string {
  return `${formatPicodollars(amount)} ${currency} per ${unit.replace(/^1 /, '')}`;
}
