import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Meter } from '@spanledger/schemas';
import { createRater } from '../../src/rating/rater.ts';
import { book, call, tokens } from './calls.ts';

/** Whole quantities by meter, as one call uses them. */
export type Quantities = Partial<Record<Meter, number>>;

/** The same call priced by us and by npm's genai-prices 0.1.8, in USD; the package's data knows none of our rules. */
export type Opinions = { readonly ours: number; readonly theirs: number; readonly sameModel: boolean };

/** A model that both know, by its id in the package. */
export type KnownModel = { readonly list: string; readonly provider: string; readonly model: string };

const rater = createRater({ ...book, rules: [] });
const PICODOLLARS = 1e12;

/** All models of the package's providers that the book has lists of. */
export const KNOWN_MODELS: readonly KnownModel[] = book.lists.flatMap((list) => {
  const provider = findProvider({ providerId: list.id });
  if (provider === undefined || provider.id !== list.id) return [];
  return provider.models.map((model) => ({ list: list.id, provider: list.names[0] ?? '', model: model.id }));
});

/** Both prices of a call; undefined where the package has none. */
export function bothOpinions(known: KnownModel, quantities: Quantities, at: Date): Opinions | undefined {
  const theirs = calcPrice(toTheirUsage(quantities), known.model, { providerId: known.list, timestamp: at });
  if (theirs === null) return undefined;
  const request = call(known.provider, known.model, { meters: tokens(quantities), startMs: at.getTime() });
  const { pricedModel, lines } = rater.rate(request);
  const ours = lines.reduce((sum, line) => sum + line.listCost, 0n);
  return {
    ours: Number(ours) / PICODOLLARS,
    theirs: theirs.total_price,
    sameModel: theirs.model.id === pricedModel,
  };
}

/** Equal but for what adding floats loses, and for our rounding of each line to 10^-12. */
export function agree({ ours, theirs }: Opinions): boolean {
  return Math.abs(ours - theirs) <= Math.max(1e-11, Math.abs(ours) * 1e-12);
}

/** Their counts overlap: cached and audio tokens are part of the input, reasoning of the output. */
function toTheirUsage(quantities: Quantities): Record<string, number> {
  const of = (meter: Meter) => quantities[meter] ?? 0;
  const read = of('cache_read') + of('audio_cache_read');
  const input = of('input') + read + of('cache_write_5m') + of('cache_write_1h');
  const usage: Record<string, number> = {
    input_tokens: input + of('audio_input') + of('image_input'),
    output_tokens: of('output') + of('reasoning') + of('audio_output') + of('image_output'),
    cache_read_tokens: read,
    cache_audio_read_tokens: of('audio_cache_read'),
    cache_write_tokens: of('cache_write_5m') + of('cache_write_1h'),
    cache_write_1h_tokens: of('cache_write_1h'),
    input_audio_tokens: of('audio_input') + of('audio_cache_read'),
    input_image_tokens: of('image_input'),
    output_reasoning_tokens: of('reasoning'),
    output_audio_tokens: of('audio_output'),
    output_image_tokens: of('image_output'),
    web_searches: of('web_search'),
  };
  // It wants to be told that cached and audio tokens do not overlap.
  return Object.fromEntries(Object.entries(usage).filter(([key, count]) => count > 0 || key.startsWith('cache_audio')));
}
