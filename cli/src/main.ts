import { once } from 'node:events';
import { SpanledgerError } from '@spanledger/schemas';
import { CommanderError } from 'commander';
import type { CommandContext } from './context.ts';
import { createProgram } from './program.ts';

const FAILED = 1;

/** Runs one command and returns the exit code; an expected error is its message and code, nothing more. */
export async function main(words: readonly string[]): Promise<number> {
  const context: CommandContext = {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    environment: process.env,
    clock: Date.now,
  };
  // A reader such as `head` may have seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : FAILED));
  try {
    await createProgram(context).parseAsync(words, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    context.note(`${describe(error)}\n`);
    return FAILED;
  }
}

/** A stack trace is for what nobody expected. */
function describe(error: unknown): string {
  if (error instanceof SpanledgerError) return `${error.message} (${error.code})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
