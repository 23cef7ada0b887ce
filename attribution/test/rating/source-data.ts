import { readFileSync } from 'node:fs';
import type { SourceProvider } from '../../../scripts/prices/genai-prices.ts';

/** The data that the base book is made from, as it came. */
export const SOURCE_NAME = 'genai-prices 0.2.3';
export const sourceProviders = JSON.parse(
  readFileSync(new URL('../../prices/source/genai-prices-0.2.3.json', import.meta.url), 'utf8'),
) as SourceProvider[];
