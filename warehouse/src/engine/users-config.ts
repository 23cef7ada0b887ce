import { createHash } from 'node:crypto';
import type { EngineLimits } from './limits.ts';
import { READER_SETTINGS } from './reader-settings.ts';
import { READER } from './server-config.ts';
import { toXml, type XmlTree } from './xml.ts';

export const WRITER = 'writer';

/** The database whose views readers may query. */
const PUBLISHED = 'spanledger';

const EVERYWHERE = { ip: '::/0' };

/** At 0, FINAL has returned deleted rows through a bloom filter. */
const EXACT_FINAL = { use_skip_indexes_if_final_exact_mode: 1 };

/** The engine's `users.xml`: who may log in, what each may do, and within which limits. */
export function usersConfig({ writerPassword, limits }: { writerPassword: string; limits: EngineLimits }): string {
  const tree: XmlTree = {
    profiles: { default: EXACT_FINAL, [WRITER]: writerProfile(), [READER]: readerProfile(limits) },
    users: { default: localUser(), [WRITER]: writer(writerPassword), [READER]: reader() },
    quotas: { default: {} },
  };
  return `${toXml({ clickhouse: tree })}\n`;
}

/** Runs the engine's own two statements and must exist without a password; over HTTP nobody reaches it. */
function localUser(): XmlTree {
  return { no_password: {}, networks: { ip: '::1' }, profile: 'default', quota: 'default' };
}

function writer(password: string): XmlTree {
  const hash = createHash('sha256').update(password).digest('hex');
  return { password_sha256_hex: hash, networks: EVERYWHERE, profile: WRITER, quota: 'default' };
}

function reader(): XmlTree {
  const grants = [
    `GRANT SELECT ON ${PUBLISHED}.*`,
    'GRANT SELECT ON information_schema.*',
    'GRANT SELECT ON INFORMATION_SCHEMA.*',
  ];
  return {
    no_password: {},
    networks: EVERYWHERE,
    profile: READER,
    quota: 'default',
    grants: grants.map((query) => ({ query })) satisfies XmlTree[],
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
    allow_ddl: 0,
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
