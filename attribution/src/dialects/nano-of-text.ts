import { MAX_QUANTITY } from '@spanledger/schemas';

const DECIMAL = /^(\d{1,16})(?:\.(\d{0,30}))?$/;
/** As JavaScript and Python write small and large doubles. */
const EXPONENTIAL = /^\d(?:\.\d+)?e[+-]?\d{1,2}$/i;
const NANO_DIGITS = 9;
const MAX_NANO = BigInt(MAX_QUANTITY) * 10n ** BigInt(NANO_DIGITS);

/** A quantity from 0 to 10^15, written as a decimal, in 10^-9 of its unit; finer digits are cut off. */
export function nanoOfText(text: string): bigint | undefined {
  const plain = EXPONENTIAL.test(text) ? Number(text).toFixed(NANO_DIGITS) : text;
  const match = DECIMAL.exec(plain);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0');
  const nano = BigInt((match[1] ?? '0') + fraction);
  return nano <= MAX_NANO ? nano : undefined;
}
