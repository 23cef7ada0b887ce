/** Money as an exact count of 10^-12 of the billing currency; never a float. */
export type Picodollars = bigint & { readonly brand: 'picodollars' };

export const ZERO_PICODOLLARS = 0n as Picodollars;

const COST_SCALE = 12;

/** An amount per so many units, exact: `amount` picodollars for `per` units of a meter. */
export type UnitPrice = { readonly amount: Picodollars; readonly per: bigint };

/** Quantities are integers of 10^-9 of the meter's unit, as `consumed_quantity` is Decimal(38,9). */
export const QUANTITY_SCALE = 9;
export const QUANTITY_ONE = 1_000_000_000n;

/**
 * What a quantity (in 10^-9 units) costs at a price, rounded once, half to even.
 * Throws on a negative quantity or a price for no units: both are a programmer's mistake.
 */
export function costOf(quantityNano: bigint, price: UnitPrice): Picodollars {
  if (quantityNano < 0n || price.per <= 0n) throw new RangeError('costOf: negative quantity or price per zero units');
  return divideHalfEven(quantityNano * price.amount, price.per * QUANTITY_ONE) as Picodollars;
}

/** Integer division rounded half to even; the divisor is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  let quotient = magnitude / denominator;
  const twice = (magnitude % denominator) * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/** Reads a decimal string such as `0.0000025` as picodollars; undefined when it is no decimal or finer than 10^-12. */
export function parsePicodollars(text: string): Picodollars | undefined {
  return parseScaled(text, COST_SCALE) as Picodollars | undefined;
}

/** Reads a plain decimal string as an integer of 10^-scale; undefined when it is no decimal or finer than that. */
export function parseScaled(text: string, scale: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > scale) return undefined;
  const magnitude = BigInt((match[2] ?? '') + fraction.padEnd(scale, '0'));
  return match[1] === '-' ? -magnitude : magnitude;
}

/** Writes an integer of 10^-scale as a plain decimal string, without trailing zeros. */
export function formatScaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function formatPicodollars(value: bigint): string {
  return formatScaled(value, COST_SCALE);
}
