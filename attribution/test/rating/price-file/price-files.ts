import assert from 'node:assert/strict';
import type { FileProblem } from '../../../src/rating/price-file/file-document.ts';
import type { PriceFile } from '../../../src/rating/price-file/price-file.ts';
import { createPricedRater } from '../../../src/rating/price-file/priced-rater.ts';
import { readPriceFile } from '../../../src/rating/price-file/read-price-file.ts';
import type { RatedLine, Rater, RatingRequest } from '../../../src/rating/types.ts';
import { book } from '../calls.ts';

/** The file that a text is; the test fails with its problems where it is none. */
export function priceFile(text: string): PriceFile {
  const { file, problems } = readPriceFile('prices.yaml', text);
  assert.deepEqual(problems, []);
  assert.ok(file !== undefined);
  return file;
}

/** What is wrong with a text, as `place: expected …, found …`. */
export function problemsOf(text: string): string[] {
  return readPriceFile('prices.yaml', text).problems.map(problemText);
}

function problemText({ place, expected, actual }: FileProblem): string {
  return `${place}: expected ${expected}, found ${actual}`;
}

export function ratedBy(text: string, billingCurrency = 'USD'): Rater {
  return createPricedRater({ book, file: priceFile(text), billingCurrency });
}

/** The only line of a call. */
export function onlyLine(rater: Rater, request: RatingRequest): RatedLine {
  const { lines } = rater.rate(request);
  assert.equal(lines.length, 1, `${lines.length} lines`);
  return lines[0] as RatedLine;
}
