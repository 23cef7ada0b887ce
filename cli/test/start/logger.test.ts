import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, readableLine } from '../../src/start/logger.ts';

function logged(isTTY: boolean, level: string): string {
  let text = '';
  const logger = createLogger(level, { isTTY, write: (line) => (text += line) });
  logger.info({ part: 'log' }, 'open');
  logger.warn({ err: new Error('no disk') }, 'slow');
  return text;
}

test('a machine gets JSON lines, a person one short line each', () => {
  const [first] = logged(false, 'info').split('\n');
  assert.equal(JSON.parse(first ?? '').part, 'log');
  assert.match(
    logged(true, 'info'),
    /^\d\d:\d\d:\d\d info {2}open \(part=log\)\n\d\d:\d\d:\d\d warn {2}slow \(no disk\)\n$/,
  );
});

test('what is below the level is not logged', () => {
  assert.doesNotMatch(logged(true, 'warn'), /open/);
  assert.equal(logged(true, 'silent'), '');
});

test('a logged name cannot colour the terminal', () => {
  const line = readableLine(JSON.stringify({ level: 30, time: 0, msg: 'span \u001b[31m\nx' }));
  assert.equal(line, '00:00:00 info  span \\u001b[31m\\nx');
});
