import { CORPUS, type Page } from './corpus.ts';

const RESULT_COUNT = 2;

/** `GET /search?q=`: the pages that share most words with the query, best first. */
export function searchPages(query: string): { readonly query: string; readonly results: readonly Page[] } {
  const words = new Set(wordsOf(query));
  const ranked = CORPUS.map((page) => ({ page, score: countShared(page, words) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score);
  return { query, results: ranked.slice(0, RESULT_COUNT).map(({ page }) => page) };
}

function countShared(page: Page, words: ReadonlySet<string>): number {
  return wordsOf(`${page.title} ${page.text}`).filter((word) => words.has(word)).length;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]{3,}/g) ?? [];
}
