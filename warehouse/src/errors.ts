import { errorFactory } from '@spanledger/schemas';

export const WAREHOUSE_ERRORS = {
  SPL_PLATFORM_UNSUPPORTED: { retryable: false, summary: 'The embedded engine has no library for this platform.' },
  SPL_ENGINE_LIBRARY_MISSING: { retryable: false, summary: "The embedded engine's library is not installed." },
  SPL_SQL_ADDRESS_TAKEN: { retryable: false, summary: 'Another program listens on the SQL address.' },
  SPL_SQL_ADDRESS_OPEN: {
    retryable: false,
    summary: 'The SQL address is reachable from outside and nothing allows that.',
  },
  SPL_ENGINE_DATA_IN_USE: { retryable: false, summary: 'Another engine process uses the same data.' },
  SPL_ENGINE_DATA_NEWER: { retryable: false, summary: 'The stored data was written by a newer engine.' },
  SPL_ENGINE_START_FAILED: { retryable: false, summary: 'The embedded engine ended or hung while it started.' },
  SPL_ENGINE_FENCE_OPEN: { retryable: false, summary: 'The engine let a reader do what must be refused.' },
  SPL_WAREHOUSE_UNAVAILABLE: {
    retryable: true,
    summary: 'ClickHouse could not be reached, or was too busy, until the deadline.',
  },
  SPL_WAREHOUSE_REFUSED: { retryable: false, summary: 'ClickHouse refused the statement or its data.' },
  SPL_WAREHOUSE_ABORTED: { retryable: true, summary: 'The caller gave up a statement before ClickHouse answered.' },
  SPL_MIGRATION_INVALID: {
    retryable: false,
    summary: 'The folder of migrations is not a gapless, numbered list of SQL files.',
  },
  SPL_MIGRATION_CHANGED: { retryable: false, summary: 'A migration that was applied earlier has been edited since.' },
  SPL_MIGRATION_FAILED: { retryable: false, summary: 'A statement of a migration was refused.' },
  SPL_MIGRATION_NEWER_DATA: { retryable: false, summary: 'The database was migrated by a newer product.' },
  SPL_DATA_FOLDER_IN_USE: { retryable: false, summary: 'Another process holds the data folder.' },
  SPL_DATA_FOLDER_FOREIGN: { retryable: false, summary: 'The folder holds files, but no data of this product.' },
  SPL_DATA_FOLDER_NEWER: { retryable: false, summary: 'The data folder was written by a newer product.' },
  SPL_DATA_FOLDER_UNUSABLE: {
    retryable: false,
    summary: 'The data folder cannot be created, read, written or locked.',
  },
} as const;

export const warehouseError = errorFactory(WAREHOUSE_ERRORS);
