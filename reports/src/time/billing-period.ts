/** A month, UTC; the end is exclusive. */
export type BillingPeriod = { readonly name: string; readonly start: Date; readonly end: Date };

export const PERIOD_EXPECTED = 'a month such as 2026-11';

/** The month that `YYYY-MM` names; undefined when it names none. */
export function parseBillingPeriod(text: string): BillingPeriod | undefined {
  const match = /^(20\d{2})-(0[1-9]|1[0-2])$/.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]) - 1;
  return { name: text, start: new Date(Date.UTC(year, month)), end: new Date(Date.UTC(year, month + 1)) };
}
