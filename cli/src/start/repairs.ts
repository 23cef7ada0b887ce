import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokenPart } from '@spanledger/warehouse';

export type Repairs = {
  /** Whether the engine found parts broken that have not been written again from the log yet. */
  readonly isNeeded: boolean;
  /** To be called when the whole log has been read again. */
  done(): void;
};

const FILE = 'repaired-parts.json';

/**
 * The engine keeps broken parts aside and names them at every start. Which of them have been made good by reading the log
 * again stands in the data folder, written only when that was finished: a crash in between starts it anew.
 */
export function openRepairs(dataDir: string, brokenParts: readonly BrokenPart[]): Repairs {
  const file = join(dataDir, FILE);
  const repaired = new Set(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []);
  const broken = brokenParts.map(({ database, table, part }) => `${database}.${table} ${part}`);
  const isNeeded = broken.some((name) => !repaired.has(name));
  return {
    isNeeded,
    done: () => {
      if (!isNeeded) return;
      writeFileSync(`${file}.new`, JSON.stringify(broken), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
