import type { Meter } from '@spanledger/schemas';
import type { MeterQuantity } from '../facts.ts';

/** Whose price a meter takes where its own is not in the list, first to last. */
const FALLBACKS: Readonly<Partial<Record<Meter, readonly Meter[]>>> = {
  cache_read: ['input'],
  cache_write_5m: ['cache_write', 'input'],
  cache_write_30m: ['cache_write', 'cache_write_5m', 'input'],
  cache_write_1h: ['cache_write_5m', 'cache_write', 'input'],
  cache_write_12h: ['cache_write', 'cache_write_1h', 'cache_write_5m', 'input'],
  cache_write: ['cache_write_5m', 'input'],
  reasoning: ['output'],
  audio_input: ['input'],
  image_input: ['input'],
  video_input: ['input'],
  audio_cache_read: ['cache_read', 'audio_input', 'input'],
  image_cache_read: ['cache_read', 'image_input', 'input'],
  audio_output: ['output'],
  image_output: ['output'],
  video_output: ['output'],
  citation: ['output'],
  annotated_page: ['page'],
};

const NONE: readonly Meter[] = [];

export function fallbackMeters(meter: Meter): readonly Meter[] {
  return FALLBACKS[meter] ?? NONE;
}

/** Meters that together are the input of a call: their sum decides which context tier applies. */
const INPUT_METERS: ReadonlySet<Meter> = new Set<Meter>([
  ...(['input', 'cache_read', 'cache_write_5m', 'cache_write_30m', 'cache_write_1h'] as const),
  ...(['cache_write_12h', 'cache_write'] as const),
  ...(['audio_input', 'image_input', 'video_input', 'audio_cache_read', 'image_cache_read'] as const),
]);

/** Input of a call in 10^-9 tokens. Exact below 2^53, and above it still above every tier's threshold: that is all it is compared with. */
export function totalInput(meters: readonly MeterQuantity[]): number {
  let total = 0;
  for (const { meter, quantityNano } of meters) if (INPUT_METERS.has(meter)) total += Number(quantityNano);
  return total;
}
