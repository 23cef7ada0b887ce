import type { MeterQuantity } from '../facts.ts';
import type { Rated, RatedLine, Rater, RatingRequest } from '../rating/types.ts';

/** Rates a call's usage; what another model used for it (an adviser, an image tool) at that model's own prices. */
export function rateEachModel(rater: Rater, request: RatingRequest): Rated {
  const { meters } = request;
  if (meters.every(isOwn)) return rater.rate(request);
  const rated = rater.rate({ ...request, meters: meters.filter(isOwn) });
  const lines: RatedLine[] = [...rated.lines];
  for (const model of modelsOf(meters)) {
    const used = meters.filter((quantity) => quantity.model === model);
    lines.push(...rater.rate({ ...request, requestModel: model, responseModel: model, meters: used }).lines);
  }
  return { ...rated, lines };
}

function isOwn({ model }: MeterQuantity): boolean {
  return model === undefined;
}

function modelsOf(meters: readonly MeterQuantity[]): ReadonlySet<string> {
  return new Set(meters.flatMap(({ model }) => model ?? []));
}
