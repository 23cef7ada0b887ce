import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** Waits for a condition; fails by name when it has not come true by the deadline. */
export async function until(
  what: string,
  deadlineMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}.`);
    await pause(POLL_MS);
  }
}
