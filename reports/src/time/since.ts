const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const RELATIVE = /^(\d{1,6})([mhdw])$/;
const ABSOLUTE = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/;

/** What `parseSince` takes, as it stands in messages. */
export const SINCE_EXPECTED = '30m, 24h, 7d, 2w, a date such as 2026-11-01, or a time such as 2026-11-01T08:00Z (UTC)';

/** The moment that a text such as `7d` or `2026-11-01` names, UTC; undefined when it names none. */
export function parseSince(text: string, nowMs: number): Date | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const unit = relative[2] as keyof typeof UNIT_MS;
    return storable(nowMs - Number(relative[1]) * UNIT_MS[unit]);
  }
  const absolute = ABSOLUTE.exec(text);
  if (absolute === null) return undefined;
  const [, day = '', time = ''] = absolute;
  const ms = Date.parse(`${day}T${time === '' ? '00:00' : time.slice(1).replace('Z', '')}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) ? storable(ms) : undefined;
}

/** The warehouse's times begin in 1970, so that what lies before means "always". */
function storable(ms: number): Date {
  return new Date(Math.max(ms, 0));
}
