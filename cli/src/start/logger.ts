import { type Logger, pino } from 'pino';
import { printable } from '../text/printable.ts';

type LogStream = { readonly isTTY?: boolean; write(text: string): unknown };

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const NOT_SHOWN = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err']);

/** JSON lines for machines; one short line each for a person at a terminal. */
export function createLogger(level: string, stream: LogStream): Logger {
  if (stream.isTTY !== true) return pino({ level }, { write: (line) => void stream.write(line) });
  return pino({ level }, { write: (line) => void stream.write(`${readableLine(line)}\n`) });
}

/** `22:10:01 warn  message (field=value)`, from pino's JSON. */
export function readableLine(json: string): string {
  const record = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(record['time'])).toISOString().slice(11, 19);
  const level = (LEVELS[Number(record['level'])] ?? '').padEnd(5);
  const fields = Object.entries(record)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const cause = (record['err'] as { message?: string } | undefined)?.message;
  const details = [...(cause === undefined ? [] : [cause]), ...fields].join(' ');
  return printable(`${time} ${level} ${String(record['msg'] ?? '')}${details === '' ? '' : ` (${details})`}`);
}
