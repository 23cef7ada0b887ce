import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Warehouse } from '../client/warehouse.ts';
import { warehouseError } from '../errors.ts';
import { invalidSql, sha256Of } from './migration-files.ts';
import { splitStatements } from './split-statements.ts';

type View = { readonly name: string; readonly sha256: string; readonly statement: string };

/** Folder beside the migrations that holds one `CREATE OR REPLACE VIEW` a file. */
const FOLDER = 'published';
const FILE_NAME = /^([a-z0-9_]+)\.sql$/;

/**
 * Applies the definitions of published tables whose text is not the one last applied, in the order of their names, and
 * returns their names. Unlike a migration a definition may change: it holds no data, so only its newest text matters.
 */
export async function publishViews(warehouse: Warehouse, migrations: string, nowMs: number): Promise<string[]> {
  const views = readViews(join(migrations, FOLDER));
  const { store } = warehouse.databases;
  await createRecord(warehouse);
  const applied = await warehouse.queryRows<{ name: string; sha256: string }>(
    'SELECT name, argMax(sha256, applied_at) AS sha256 FROM {store:Identifier}.published_views GROUP BY name',
    { store },
  );
  const current = new Map(applied.map(({ name, sha256 }) => [name, sha256]));
  const changed = views.filter(({ name, sha256 }) => current.get(name) !== sha256);
  for (const view of changed) await apply(warehouse, view, nowMs);
  return changed.map(({ name }) => name);
}

function readViews(directory: string): View[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    const text = readFileSync(join(directory, file), 'utf8');
    const [statement, more] = splitStatements(text);
    const name = FILE_NAME.exec(file)?.[1];
    if (name === undefined || statement === undefined || more !== undefined)
      throw invalidSql(directory, `expected one statement in a file named like charges.sql, found ${file}`);
    return { name, sha256: sha256Of(text), statement };
  });
}

async function createRecord(warehouse: Warehouse): Promise<void> {
  const { store } = warehouse.databases;
  await warehouse.command(
    `CREATE TABLE IF NOT EXISTS {store:Identifier}.published_views (
      name String COMMENT 'Name of the published table',
      sha256 String COMMENT 'Of the file that defines it, as it was applied, hex',
      applied_at DateTime64(3, 'UTC') COMMENT 'When it was'
    ) ENGINE = ReplacingMergeTree(applied_at) ORDER BY name
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1`,
    { store },
  );
}

async function apply(warehouse: Warehouse, { name, sha256, statement }: View, nowMs: number): Promise<void> {
  await warehouse.command(statement).catch((cause: Error) => {
    const message = `The definition of the published table ${name} failed: ${cause.message}`;
    throw warehouseError('SPL_MIGRATION_FAILED', message, cause);
  });
  const { store } = warehouse.databases;
  await warehouse.command(
    'INSERT INTO {store:Identifier}.published_views SELECT {name:String}, {sha256:String}, fromUnixTimestamp64Milli({at:Int64})',
    { store, name, sha256, at: nowMs },
  );
}
