import { sumTokens } from './tokens.ts';

type CacheTtl = '5m' | '1h';

/** One block of a Messages request, in the order tools, system, messages. `cacheTtl` is set where a breakpoint follows it. */
export type CacheBlock = { readonly tokens: number; readonly cacheTtl: CacheTtl | undefined };

/** Input of one request as Anthropic bills it; the four never overlap. */
export type CacheSplit = {
  readonly inputTokens: number;
  readonly readTokens: number;
  readonly write5mTokens: number;
  readonly write1hTokens: number;
};

/** A prompt shorter than this is never cached. */
const CACHE_MINIMUM_TOKENS = 1024;

/**
 * Splits a prompt as Anthropic's cache does: what the earlier request sent and a breakpoint covers is read, what lies
 * between that and the last breakpoint is written at the lifetime of the next breakpoint, the rest is plain input.
 */
export function splitByCache(blocks: readonly CacheBlock[], sentBeforeTokens: number): CacheSplit {
  const lastBreakpoint = blocks.findLastIndex((block) => block.cacheTtl !== undefined);
  const covered = blocks.slice(0, lastBreakpoint + 1);
  const coveredTokens = sumTokens(covered);
  const totalTokens = sumTokens(blocks);
  if (coveredTokens < CACHE_MINIMUM_TOKENS) {
    return { inputTokens: totalTokens, readTokens: 0, write5mTokens: 0, write1hTokens: 0 };
  }
  const readTokens = sentBeforeTokens < CACHE_MINIMUM_TOKENS ? 0 : Math.min(sentBeforeTokens, coveredTokens);
  const written = writtenByTtl(covered, readTokens);
  return { inputTokens: totalTokens - coveredTokens, readTokens, ...written };
}

function writtenByTtl(
  covered: readonly CacheBlock[],
  readTokens: number,
): { readonly write5mTokens: number; readonly write1hTokens: number } {
  const written = { '5m': 0, '1h': 0 };
  let position = 0;
  for (const [index, block] of covered.entries()) {
    const unreadTokens = Math.min(block.tokens, Math.max(0, position + block.tokens - readTokens));
    const ttl = covered.slice(index).find((later) => later.cacheTtl !== undefined)?.cacheTtl ?? '5m';
    written[ttl] += unreadTokens;
    position += block.tokens;
  }
  return { write5mTokens: written['5m'], write1hTokens: written['1h'] };
}
