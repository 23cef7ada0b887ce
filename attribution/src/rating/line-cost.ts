import { costOf, type Picodollars, QUANTITY_ONE } from '@spanledger/schemas';
import type { LinePrice } from './types.ts';

const NANO = Number(QUANTITY_ONE);

/**
 * What a quantity (10^-9 units, not negative) costs, rounded once, half to even.
 * Whole quantities at a whole number of picodollars take a shortcut in `number`: each step is an integer below 2^53
 * and so exact (no quotient below 2^53 / 10^9 rounds to an integer without being one).
 */
export function costOfLine(quantityNano: bigint, price: LinePrice): Picodollars {
  const nano = Number(quantityNano);
  if (price.perUnit >= 0 && nano <= Number.MAX_SAFE_INTEGER) {
    const quantity = nano / NANO;
    const cost = quantity * price.perUnit;
    if (Number.isInteger(quantity) && cost <= Number.MAX_SAFE_INTEGER) return BigInt(cost) as Picodollars;
  }
  return costOf(quantityNano, { amount: price.listUnitPrice, per: BigInt(price.pricingUnitSize || 1) });
}
