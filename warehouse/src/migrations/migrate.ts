import type { Warehouse } from '../client/warehouse.ts';
import { warehouseError } from '../errors.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { publishViews } from './publish-views.ts';

export type MigrateOptions = {
  readonly warehouse: Warehouse;
  /** Holds the numbered .sql files, and in `published` a file for each published table. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
};

export type MigrateResult = {
  /** Files applied, and the names of the published tables that were defined anew. */
  readonly applied: readonly string[];
  readonly published: readonly string[];
  readonly version: number;
};

type Recorded = { readonly version: number; readonly name: string; readonly sha256: string };

/**
 * Creates both databases and applies, in order, the migrations that the database has not seen, and then the definitions of
 * published tables that changed.
 * Before it changes anything it refuses data of a newer product and files that were edited after they were applied.
 * A migration is recorded after its last statement: when one fails midway, all of its statements run again next time,
 * so each must bear that (IF NOT EXISTS, OR REPLACE).
 */
export async function migrate({ warehouse, directory, clock }: MigrateOptions): Promise<MigrateResult> {
  const migrations = readMigrations(directory);
  await createDatabases(warehouse);
  const recorded = await readRecorded(warehouse);
  refuseNewer(recorded, migrations);
  refuseChanged(recorded, migrations);

  const known = new Set(recorded.map(({ version }) => version));
  const pending = migrations.filter(({ version }) => !known.has(version));
  for (const migration of pending) await apply(warehouse, migration, clock());
  const published = await publishViews(warehouse, directory, clock());
  return { applied: pending.map(({ file }) => file), published, version: migrations.at(-1)?.version ?? 0 };
}

async function createDatabases(warehouse: Warehouse): Promise<void> {
  const { store, published } = warehouse.databases;
  await warehouse.command('CREATE DATABASE IF NOT EXISTS {store:Identifier}', { store });
  await warehouse.command('CREATE DATABASE IF NOT EXISTS {published:Identifier}', { published });
  await warehouse.command(
    `CREATE TABLE IF NOT EXISTS {store:Identifier}.migrations (
      version UInt32 COMMENT 'Number of the migration file',
      name String COMMENT 'Name of the migration file, without number',
      sha256 String COMMENT 'Of the file as it was applied, hex',
      applied_at DateTime64(3, 'UTC') COMMENT 'When its last statement had succeeded'
    ) ENGINE = MergeTree ORDER BY version
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1`,
    { store },
  );
}

function readRecorded(warehouse: Warehouse): Promise<Recorded[]> {
  const { store } = warehouse.databases;
  return warehouse.queryRows<Recorded>(
    'SELECT version, any(name) AS name, any(sha256) AS sha256 FROM {store:Identifier}.migrations GROUP BY version ORDER BY version',
    { store },
  );
}

function refuseNewer(recorded: readonly Recorded[], migrations: readonly Migration[]): void {
  const newest = recorded.at(-1);
  const last = migrations.at(-1)?.version ?? 0;
  if (newest === undefined || newest.version <= last) return;
  throw warehouseError(
    'SPL_MIGRATION_NEWER_DATA',
    `The database has migration ${newest.version} (${newest.name}); this product knows migrations up to ${last}. Use the newer product that wrote the data, or another database.`,
  );
}

function refuseChanged(recorded: readonly Recorded[], migrations: readonly Migration[]): void {
  for (const { version, sha256 } of recorded) {
    const migration = migrations[version - 1];
    if (migration === undefined || migration.sha256 === sha256 || migration.replaces.includes(sha256)) continue;
    throw warehouseError(
      'SPL_MIGRATION_CHANGED',
      `${migration.file} was edited after it was applied: its SHA-256 was ${sha256}, now it is ${migration.sha256}. Restore the file, and put the change into a new migration.`,
    );
  }
}

async function apply(warehouse: Warehouse, migration: Migration, nowMs: number): Promise<void> {
  for (const [index, statement] of migration.statements.entries()) {
    await warehouse.command(statement).catch((cause: Error) => {
      throw warehouseError(
        'SPL_MIGRATION_FAILED',
        `Statement ${index + 1} of ${migration.statements.length} in ${migration.file} failed: ${cause.message}`,
        cause,
      );
    });
  }
  const { store } = warehouse.databases;
  const { version, name, sha256 } = migration;
  await warehouse.command(
    'INSERT INTO {store:Identifier}.migrations SELECT {version:UInt32}, {name:String}, {sha256:String}, fromUnixTimestamp64Milli({at:Int64})',
    { store, version, name, sha256, at: nowMs },
  );
}
