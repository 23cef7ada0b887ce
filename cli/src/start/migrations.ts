import { fileURLToPath } from 'node:url';

/** The folder of the numbered DDL. */
export const MIGRATIONS = fileURLToPath(new URL('../../../schemas/clickhouse', import.meta.url));
