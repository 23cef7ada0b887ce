/** Ends the scope names of spans that were made of log records: another instrumentation than the emitter's spans. */
const SUFFIX = '#log';

/** The instrumentation scope of a span made of a log record that came from `scopeName`. */
export function eventScope(scopeName: string): string {
  return `${scopeName}${SUFFIX}`;
}

/** Whether spans of this scope were made of log records. */
export function isEventScope(scopeName: string): boolean {
  return scopeName.endsWith(SUFFIX);
}
