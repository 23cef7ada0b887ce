import { createHash } from 'node:crypto';
import type { EngineLimits } from './limits.ts';
import { READER_SETTINGS } from './reader-settings.ts';
import { toXml, type XmlTree } from './xml.ts';

/** Our own processes; its password is new at each start. */
export const WRITER = 'writer';

/** Everybody else, as either of these users with any password: `default` is what clients send unless told otherwise. */
export const READER = 'reader';
const DEFAULT = 'default';

/** The database whose views readers may query. */
const PUBLISHED = 'spanledger';

const EVERYWHERE = { ip: '::/0' };

/** At 0, FINAL has returned deleted rows through a bloom filter. */
const EXACT_FINAL = { use_skip_indexes_if_final_exact_mode: 1 };

/** The engine's `users.xml`: who may log in, what each may do, and within which limits. */
export function usersConfig({ writerPassword, limits }: { writerPassword: string; limits: EngineLimits }): string {
  const tree: XmlTree = {
    profiles: { [DEFAULT]: EXACT_FINAL, [WRITER]: writerProfile(), [READER]: readerProfile(limits) },
    users: { [DEFAULT]: reader(BOOT_GRANTS), [WRITER]: writer(writerPassword), [READER]: reader([]) },
    quotas: { default: {} },
  };
  return `${toXml({ clickhouse: tree })}\n`;
}

/** What information_schema.tables sums; a reader sees no part of a table that is hidden from it. */
const CATALOGUE_GRANTS = [
  'GRANT SELECT(database, table, active, primary_key_size, marks_bytes, secondary_indices_compressed_bytes, secondary_indices_marks_bytes) ON system.parts',
];

/**
 * The engine runs its own first statements as `default`, always, so it needs these; it runs them with `readonly` 0.
 * Over HTTP `readonly` is 1, which refuses both.
 */
const BOOT_GRANTS = ['GRANT SYSTEM LISTEN ON *.*', 'GRANT CREATE TEMPORARY TABLE ON *.*'];

function writer(password: string): XmlTree {
  const hash = createHash('sha256').update(password).digest('hex');
  return { password_sha256_hex: hash, networks: EVERYWHERE, profile: WRITER, quota: 'default' };
}

function reader(furtherGrants: readonly string[]): XmlTree {
  const databases = [PUBLISHED, 'information_schema', 'INFORMATION_SCHEMA'];
  const grants = [...databases.map((name) => `GRANT SELECT ON ${name}.*`), ...CATALOGUE_GRANTS, ...furtherGrants];
  return {
    no_password: {},
    networks: EVERYWHERE,
    profile: READER,
    quota: 'default',
    grants: { query: grants },
  };
}

/** Asynchronous inserts would answer before the rows are durable. */
function writerProfile(): XmlTree {
  return { ...EXACT_FINAL, async_insert: 0 };
}

/** `readonly` 1 refuses every change of a setting, except those that the constraints name. */
function readerProfile(limits: EngineLimits): XmlTree {
  return {
    readonly: 1,
    ...EXACT_FINAL,
    max_execution_time: limits.readerSeconds,
    max_memory_usage: limits.readerQueryMemoryBytes,
    max_memory_usage_for_user: limits.readerQueryMemoryBytes * 2,
    max_threads: limits.readerThreads,
    max_concurrent_queries_for_user: limits.readerConcurrentQueries,
    max_sessions_for_user: limits.readerConcurrentQueries * 4,
    max_temporary_data_on_disk_size_for_query: limits.readerTemporaryBytes,
    max_temporary_data_on_disk_size_for_user: limits.readerTemporaryBytes * 2,
    // Integers above 2^53 and decimals would reach JavaScript, and many BI tools, rounded.
    output_format_json_quote_64bit_integers: 1,
    output_format_json_quote_decimals: 1,
    cancel_http_readonly_queries_on_client_close: 1,
    allow_introspection_functions: 0,
    allow_python_table_function: 0,
    constraints: readerConstraints(limits),
  };
}

function readerConstraints(limits: EngineLimits): XmlTree {
  const within = (min: number, max: number) => ({ changeable_in_readonly: {}, min, max });
  return {
    ...Object.fromEntries(READER_SETTINGS.map((name) => [name, { changeable_in_readonly: {} }])),
    max_execution_time: within(1, limits.readerMaxSeconds),
    max_memory_usage: within(1, limits.readerQueryMemoryBytes),
    max_threads: within(1, limits.readerThreads),
    max_block_size: within(1, 1_048_576),
  };
}
