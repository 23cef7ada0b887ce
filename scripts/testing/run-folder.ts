import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type RunFolder = {
  /** Removes the folder and ends processes that still run; returns both as complaints. */
  close(): Promise<string[]>;
};

type LeftProcess = { readonly pid: number; readonly command: string };

const ENDING_MS = 5_000;
const POLL_MS = 50;

/**
 * Makes a folder that is the system's folder for temporary files to all tests, so that what they leave behind is found:
 * entries in it, and processes (where there is a /proc) that know its path from their environment or arguments.
 */
export function openRunFolder(): RunFolder {
  const folder = mkdtempSync(join(tmpdir(), 'spanledger-tests-'));
  process.env['TMPDIR'] = folder;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const endAll = (left: readonly LeftProcess[]) => {
    for (const { pid } of left) endNow(pid);
  };
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endAll(processesThatKnow(folder));
      process.exit(1);
    });
  }

  return {
    async close() {
      const left = await waitForEnd(folder);
      endAll(left);
      const entries = readdirSync(folder);
      remove();
      return [
        ...left.map(({ pid, command }) => `process ${pid} was left running: ${command}`),
        ...entries.map((entry) => `left behind in the folder for temporary files: ${entry}`),
      ];
    },
  };
}

async function waitForEnd(folder: string): Promise<LeftProcess[]> {
  const deadline = Date.now() + ENDING_MS;
  for (;;) {
    const left = processesThatKnow(folder);
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(POLL_MS);
  }
}

function processesThatKnow(folder: string): LeftProcess[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const command = readOrEmpty(`/proc/${pid}/cmdline`);
    const knows = command.includes(folder) || readOrEmpty(`/proc/${pid}/environ`).includes(folder);
    return knows ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
  });
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself since it was seen.
  }
}

/** Processes end while they are looked at, and others' may not be read. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
