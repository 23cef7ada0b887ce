import type { BookRow } from './price-book.ts';

/** A daily UTC window in milliseconds after midnight, [start, end); over midnight when it ends before it starts. */
type DailyWindow = { readonly startMs: number; readonly endMs: number };

const DAY_MS = 86_400_000;

/** Start of the row's or rule's UTC date in milliseconds; -Infinity for one that was always valid. */
export function validFromMs(row: Pick<BookRow, 'from'>): number {
  return row.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${row.from}T00:00:00Z`);
}

export function dailyWindow(window: readonly [start: string, end: string]): DailyWindow {
  return { startMs: timeOfDayMs(window[0]), endMs: timeOfDayMs(window[1]) };
}

export function isInWindow({ startMs, endMs }: DailyWindow, atMs: number): boolean {
  const time = ((atMs % DAY_MS) + DAY_MS) % DAY_MS;
  return endMs < startMs ? time >= startMs || time < endMs : startMs <= time && time < endMs;
}

/** Whether the row's prices hold at the instant. */
export function holdsAt(row: BookRow, atMs: number): boolean {
  return atMs >= validFromMs(row) && (row.window === undefined || isInWindow(dailyWindow(row.window), atMs));
}

function timeOfDayMs(text: string): number {
  return Date.parse(`1970-01-01T${text}:00Z`);
}
