import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlAddress } from './hosts.ts';
import type { EngineLimits } from './limits.ts';
import { serverConfig } from './server-config.ts';
import { usersConfig } from './users-config.ts';

export type EngineFiles = { readonly configFile: string; readonly usersFile: string; readonly dataPath: string };

export type EngineFilesInput = {
  /** Absolute: with a relative path, inserts fail once part folders are synced. */
  readonly dataDir: string;
  readonly address: SqlAddress;
  readonly limits: EngineLimits;
  readonly writerPassword: string;
};

/**
 * The SQL function `file(path)` reads any file, whoever asks, and no grant governs it. A function of the same name
 * from this folder takes its place; the engine looks there first.
 */
const SHADOWED_FUNCTIONS = ['file'];

/** Writes the engine's configuration anew, readable by this user alone: it holds the secrets of this start. */
export function writeEngineFiles(input: EngineFilesInput): EngineFiles {
  const folder = join(input.dataDir, 'engine');
  const functionsFolder = join(folder, 'functions');
  const dataPath = join(input.dataDir, 'clickhouse');
  rmSync(folder, { recursive: true, force: true });
  for (const path of [folder, functionsFolder, dataPath]) mkdirSync(path, { recursive: true, mode: 0o700 });

  const configFile = join(folder, 'config.xml');
  const usersFile = join(folder, 'users.xml');
  writePrivate(configFile, serverConfig({ ...input, usersFile, functionsFolder, dataPath }));
  writePrivate(usersFile, usersConfig(input));
  for (const name of SHADOWED_FUNCTIONS) {
    const refusal = `CREATE FUNCTION ${name} AS (path) -> throwIf(1, '${name}() is not available here')\n`;
    writePrivate(join(functionsFolder, `function_${name}.sql`), refusal);
  }
  return { configFile, usersFile, dataPath };
}

function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}
