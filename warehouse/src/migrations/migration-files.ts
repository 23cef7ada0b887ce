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
  /** Hashes of earlier texts of a retired file: folders that applied one of them need nothing more of it. */
  readonly replaces: readonly string[];
  /** None in a retired file. */
  readonly statements: readonly string[];
};

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const REPLACES = /^-- replaces ([0-9a-f]{64})$/gm;

/** Reads a folder of `NNNN_name.sql` files in order; throws when one is misnamed, doubled, missing or empty. */
export function readMigrations(directory: string): Migration[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  const migrations = files.sort().map((file) => readMigration(directory, file));
  for (const [index, { version, file }] of migrations.entries()) {
    if (version === index + 1) continue;
    throw invalidSql(directory, `expected number ${index + 1} next, found ${file}`);
  }
  return migrations;
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function invalidSql(directory: string, detail: string): Error {
  return warehouseError(
    'SPL_MIGRATION_INVALID',
    `The migrations in ${directory} are not usable: ${detail}. Mend the files' names or contents.`,
  );
}

function readMigration(directory: string, file: string): Migration {
  const match = FILE_NAME.exec(file);
  if (match === null) throw invalidSql(directory, `expected names like 0001_tables.sql, found ${file}`);
  const text = readFileSync(join(directory, file), 'utf8');
  const statements = splitStatements(text);
  const replaces = [...text.matchAll(REPLACES)].map(([, sha256 = '']) => sha256);
  if (statements.length === 0 && replaces.length === 0) throw invalidSql(directory, `${file} has no statement`);
  return { version: Number(match[1]), name: match[2] ?? '', file, sha256: sha256Of(text), replaces, statements };
}
