import { METERS, type Meter, type MeterUnit } from '@spanledger/schemas';

/** What a unit price is for: `size` units of the meter. */
type PricingUnit = { readonly name: string; readonly size: number };

const PRICING_UNITS: Readonly<Record<MeterUnit, PricingUnit>> = {
  token: { name: '1M tokens', size: 1_000_000 },
  character: { name: '1M characters', size: 1_000_000 },
  search: { name: '1K searches', size: 1_000 },
  request: { name: '1K requests', size: 1_000 },
  page: { name: '1K pages', size: 1_000 },
  unit: { name: '1K units', size: 1_000 },
  second: { name: '1 hour', size: 3_600 },
  'GiB-second': { name: '1 GiB-hour', size: 3_600 },
  call: { name: '1 call', size: 1 },
  image: { name: '1 image', size: 1 },
  GiB: { name: '1 GiB', size: 1 },
};

export function pricingUnitOf(meter: Meter): PricingUnit {
  return PRICING_UNITS[METERS[meter].unit];
}
