export type { ClickHouseConnection } from './client/connection.ts';
export {
  createWarehouseReader,
  type QueryOptions,
  type QueryParameters,
  type RawQueryOptions,
  type WarehouseReader,
} from './client/reader.ts';
export {
  createWarehouse,
  type InsertOptions,
  type InsertSummary,
  type Warehouse,
  type WarehouseDatabases,
  type WarehouseOptions,
} from './client/warehouse.ts';
export { type DataFolder, type DataFolderOptions, openDataFolder } from './data-folder/open-data-folder.ts';
export { type RunAddresses, type RunningProcess, readRunningProcess } from './data-folder/run-file.ts';
export type { BrokenPart } from './engine/broken-parts.ts';
export type { EngineExit } from './engine/child.ts';
export {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
  type EngineConnection,
} from './engine/embedded-engine.ts';
export type { SqlAddress } from './engine/hosts.ts';
export type { EngineLimits } from './engine/limits.ts';
export { WAREHOUSE_ERRORS } from './errors.ts';
export { type MigrateOptions, type MigrateResult, migrate } from './migrations/migrate.ts';
export { type BlockColumns, columnList, takeBlock } from './native/block.ts';
export {
  ArrayColumn,
  type Column,
  DecimalColumn,
  DictionaryColumn,
  NullableDecimalColumn,
  StringColumn,
  Uint64Column,
  UintColumn,
} from './native/columns.ts';
