import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { warehouseError } from '../errors.ts';
import { splitStatements } from './split-statements.ts';

export type Migration = {
  /** From the file's first four digits; 1, 2, 3, … without a gap. */
  readonly version: number;
  readonly name: string;
  readonly file: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  readonly statements: readonly string[];
};

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** Reads a folder of `NNNN_name.sql` files in order; throws when one is misnamed, doubled, missing or empty. */
export function readMigrations(directory: string): Migration[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  const migrations = files.sort().map((file) => readMigration(directory, file));
  for (const [index, { version, file }] of migrations.entries()) {
    if (version === index + 1) continue;
    throw invalid(directory, `expected number ${index + 1} next, found ${file}`);
  }
  return migrations;
}

function readMigration(directory: string, file: string): Migration {
  const match = FILE_NAME.exec(file);
  if (match === null) throw invalid(directory, `expected names like 0001_tables.sql, found ${file}`);
  const text = readFileSync(join(directory, file), 'utf8');
  const statements = splitStatements(text);
  if (statements.length === 0) throw invalid(directory, `${file} has no statement`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { version: Number(match[1]), name: match[2] ?? '', file, sha256, statements };
}

function invalid(directory: string, detail: string): Error {
  return warehouseError(
    'SPL_MIGRATION_INVALID',
    `The migrations in ${directory} are not usable: ${detail}. Mend the files' names or contents.`,
  );
}
