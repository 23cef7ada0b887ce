/** From the first moment of one UTC day to the first moment of another; infinite where the file names no day. */
export type DateSpan = { readonly fromMs: number; readonly toMs: number };

/** `2026-10-01` as the first moment of that UTC day; undefined when there is no such day. */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(atMs) && dayText(atMs) === text ? atMs : undefined;
}

/** The UTC day of a moment, `2026-10-01`; '' for none. */
export function dayText(atMs: number): string {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString().slice(0, 10) : '';
}

export function holds({ fromMs, toMs }: DateSpan, atMs: number): boolean {
  return fromMs <= atMs && atMs < toMs;
}

export function spansOverlap(a: DateSpan, b: DateSpan): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}

export function spanCovers(outer: DateSpan, inner: DateSpan): boolean {
  return outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}

/** `from 2026-10-01 until before 2027-01-01`; '' for always. */
export function dateSpanText({ fromMs, toMs }: DateSpan): string {
  const from = Number.isFinite(fromMs) ? `from ${dayText(fromMs)}` : '';
  const to = Number.isFinite(toMs) ? `until before ${dayText(toMs)}` : '';
  return [from, to].filter((part) => part !== '').join(' ');
}
