import { divideHalfEven, type Picodollars } from '@spanledger/schemas';
import type { AttributeBag } from '../decode/attribute-bag.ts';
import { type AttributeKey, attributeKey, spellings } from '../decode/attribute-keys.ts';

/** Every spelling of a cost in USD that emitters send. */
const COSTS = spellings(
  'operation.cost',
  'gen_ai.usage.cost.amount',
  'gen_ai.usage.cost',
  'llm.cost.total',
  'gen_ai.cost.total_cost',
  // OpenRouter's broadcast.
  'gen_ai.usage.total_cost',
  // Sentry: dollars, despite the name.
  'gen_ai.cost.total_tokens',
);
const COST_CURRENCY = attributeKey('gen_ai.usage.cost.currency');
/** xAI's own: 10^10 ticks are one dollar. */
const COST_TICKS = attributeKey('gen_ai.usage.cost_in_usd_ticks');
const PICODOLLARS_PER_TICK = 100n;

const NUMBER = /^(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
/** Longer texts are no cost, and would be slow to read. */
const MAX_COST_TEXT = 40;
const COST_SCALE = 12;
/** A cost of 10^15 dollars and more is a mistake of the emitter's. */
const MAX_WHOLE_DIGITS = 15;

/** The cost that the emitter states, in USD; undefined when it states none, 0 (which means unknown) or nonsense. */
export function reportedCost(attributes: AttributeBag): Picodollars | undefined {
  const { keys } = COSTS;
  for (let at = attributes.firstPlace(COSTS); at < keys.length; at++) {
    const cost = picodollarsOf(attributes.identifier(keys[at] as AttributeKey));
    if (cost === undefined) continue;
    const currency = attributes.string(COST_CURRENCY);
    return currency === '' || currency === 'USD' ? cost : undefined;
  }
  return picodollarsOfTicks(attributes.count(COST_TICKS));
}

/** xAI's ticks, the amount that it billed; undefined for 0 and what is no count. */
export function picodollarsOfTicks(ticks: unknown): Picodollars | undefined {
  const isCount = typeof ticks === 'number' && Number.isSafeInteger(ticks) && ticks > 0;
  return isCount ? ((BigInt(ticks) * PICODOLLARS_PER_TICK) as Picodollars) : undefined;
}

/**
 * A number as JavaScript or an emitter writes it (`0.0007696`, `7.696e-4`) as picodollars, without float
 * arithmetic; finer digits are rounded half to even. Undefined for 0, negatives and what is no number.
 */
export function picodollarsOf(text: string): Picodollars | undefined {
  const match = text.length <= MAX_COST_TEXT ? NUMBER.exec(text) : null;
  if (match === null) return undefined;
  const fraction = match[2] ?? '';
  const digits = BigInt((match[1] ?? '') + fraction);
  const exponent = COST_SCALE - fraction.length + Number(match[3] ?? 0);
  if (digits.toString().length + exponent > MAX_WHOLE_DIGITS + COST_SCALE) return undefined;
  const cost = exponent >= 0 ? digits * 10n ** BigInt(exponent) : divideHalfEven(digits, 10n ** BigInt(-exponent));
  return cost === 0n ? undefined : (cost as Picodollars);
}
