import { isRuleWeekend, ruleDatesMs } from './price-rules.ts';
import { createPriceSheet, type PriceSheet, type SheetOptions } from './price-sheet.ts';
import { dailyWindow, isInWindow, validFromMs } from './row-time.ts';

/** A model's price sheets over time, each made when first asked for. */
export type Schedule = { sheetAt(atMs: number): PriceSheet };

/**
 * Between two dates of the book, and within the same daily windows and kinds of day, prices do not change: one sheet serves them all.
 */
export function createSchedule(options: SheetOptions): Schedule {
  const { rows } = options.model;
  const weekendRules = options.rules.filter((rule) => rule.weekendAtUtcPlus !== undefined);
  const starts = [...new Set([...rows.map(validFromMs), ...options.rules.flatMap(ruleDatesMs)])]
    .filter(Number.isFinite)
    .sort((left, right) => left - right);
  const windows = rows.flatMap((row) => (row.window === undefined ? [] : [dailyWindow(row.window)]));
  const sheets = new Map<number, PriceSheet>();

  return {
    sheetAt: (atMs) => {
      let key = 0;
      for (const start of starts) if (atMs >= start) key += 1;
      for (const window of windows) key = key * 2 + (isInWindow(window, atMs) ? 1 : 0);
      for (const rule of weekendRules) key = key * 2 + (isRuleWeekend(rule, atMs) ? 1 : 0);
      let sheet = sheets.get(key);
      if (sheet === undefined) {
        sheet = createPriceSheet(options, atMs);
        sheets.set(key, sheet);
      }
      return sheet;
    },
  };
}
