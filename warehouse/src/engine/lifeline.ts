import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFifo } from '../libc.ts';

export type Lifeline = {
  /** The child's standard input. */
  readonly readEnd: number;
  /** To call once the child has it. */
  closeReadEnd(): void;
  /** Ends the child. */
  cut(): void;
};

/**
 * A pipe whose write end only this process holds: when it is closed, or this process dies in any way, the reader sees
 * the end. Node's own pipes are sockets, which the engine cannot open as /dev/stdin.
 */
export function createLifeline(folder: string): Lifeline {
  const path = join(folder, 'lifeline');
  rmSync(path, { force: true });
  makeFifo(path);
  // Opening one end of a FIFO waits for the other; opening both at once does not.
  const both = openSync(path, constants.O_RDWR);
  const readEnd = openSync(path, constants.O_RDONLY);
  const writeEnd = openSync(path, constants.O_WRONLY);
  closeSync(both);
  rmSync(path);
  return { readEnd, closeReadEnd: closer(readEnd), cut: closer(writeEnd) };
}

function closer(descriptor: number): () => void {
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
  };
}
