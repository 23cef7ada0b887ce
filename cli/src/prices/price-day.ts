import { parseDay } from '@spanledger/attribution';
import { badArgument } from '../commands/ask.ts';
import type { CommandContext } from '../context.ts';

/** The moment that `--at` names, a UTC day or a time; now where it is left out. */
export function dayOf(text: string | undefined, context: CommandContext): number {
  if (text === undefined) return context.clock();
  const atMs = parseDay(text) ?? (/^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) ? Date.parse(text) : Number.NaN);
  if (!Number.isFinite(atMs))
    throw badArgument('--at', 'a UTC day such as 2026-11-24, or a time such as 2026-11-24T08:30:00Z', text);
  return atMs;
}
