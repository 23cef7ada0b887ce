import { type Meter, QUANTITY_ONE } from '@spanledger/schemas';
import type { MeterQuantity } from '../../src/facts.ts';
import { loadBasePriceBook } from '../../src/rating/base-price-book.ts';
import { createRater } from '../../src/rating/rater.ts';
import type { RatedLine, RatingRequest } from '../../src/rating/types.ts';

export const book = loadBasePriceBook();
export const rater = createRater(book);

/** A day with all service tiers in the book. */
const AT_MS = Date.parse('2026-11-20T12:00:00Z');

export function call(provider: string, model: string, overrides: Partial<RatingRequest> = {}): RatingRequest {
  return {
    provider,
    requestModel: model,
    responseModel: '',
    operation: 'chat',
    serviceTier: '',
    region: '',
    serverAddress: '',
    role: 'model_request',
    project: '',
    team: '',
    toolName: '',
    startMs: AT_MS,
    meters: tokens({ input: 1 }),
    ...overrides,
  };
}

/** Whole quantities by meter. */
export function tokens(quantities: Partial<Record<Meter, number>>): MeterQuantity[] {
  return Object.entries(quantities).map(([meter, quantity]) => ({
    meter: meter as Meter,
    quantityNano: BigInt(quantity) * QUANTITY_ONE,
  }));
}

/** Costs in picodollars by meter. */
export function costs(request: RatingRequest): Record<string, bigint> {
  return Object.fromEntries(rater.rate(request).lines.map((line) => [line.meter, line.listCost]));
}

export function firstLine(request: RatingRequest): RatedLine {
  const line = rater.rate(request).lines[0];
  if (line === undefined) throw new Error('expected a line');
  return line;
}

/** Status, reason and price of the first line: what a matching rule decides. */
export function decision(request: RatingRequest): string {
  const { status, reason, priceId } = firstLine(request).price;
  return [status, reason, priceId].filter((part) => part !== '').join(' | ');
}
