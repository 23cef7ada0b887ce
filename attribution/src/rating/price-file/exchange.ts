import { holds } from './date-span.ts';
import type { ExchangeRate } from './price-file.ts';

/** Billing currency for one unit of a pricing currency, as an exact decimal. */
export type Exchange = { rateAt(currency: string, atMs: number): string | undefined };

/** Of the rates that hold, the latest counts; between a currency and itself the rate is 1. */
export function createExchange(rates: readonly ExchangeRate[], billingCurrency: string): Exchange {
  const usable = rates
    .filter((rate) => rate.to === billingCurrency)
    .sort((a, b) => (a.dates.fromMs < b.dates.fromMs ? 1 : -1));
  return {
    rateAt: (currency, atMs) => {
      if (currency === billingCurrency) return '1';
      return usable.find((rate) => rate.from === currency && holds(rate.dates, atMs))?.rate;
    },
  };
}
