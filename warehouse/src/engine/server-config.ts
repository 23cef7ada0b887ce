import { join } from 'node:path';
import { hostPattern, type SqlAddress } from './hosts.ts';
import { CACHE_BYTES, type EngineLimits } from './limits.ts';
import { toXml, type XmlTree } from './xml.ts';

export type ServerConfig = {
  readonly address: SqlAddress;
  readonly limits: EngineLimits;
  readonly usersFile: string;
  readonly functionsFolder: string;
  /** The engine's own data folder, absolute. */
  readonly dataPath: string;
};

const WEB_PAGE_REFUSED = 'Web pages may not query this port.\n';
const HOST_REFUSED = 'This Host is not served here; add its name to the allowed hosts of the SQL address.\n';

/** The engine's `config.xml`. */
export function serverConfig(config: ServerConfig): string {
  const tree: XmlTree = {
    listen_host: config.address.host,
    http_port: config.address.port,
    users_config: config.usersFile,
    user_defined_path: `${config.functionsFolder}/`,
    tmp_path: `${join(config.dataPath, 'tmp')}/`,
    user_files_path: `${join(config.dataPath, 'user_files')}/`,
    ...memory(config.limits),
    ...pools(),
    max_connections: 256,
    max_concurrent_queries: config.limits.readerConcurrentQueries + 64,
    // Stopping waits for idle connections, up to five seconds at the usual 30; stock clients drop theirs after 2.5.
    keep_alive_timeout: 3,
    max_session_timeout: 300,
    merge_tree: mergeTreeDefaults(),
    access_control_improvements: {
      select_from_system_db_requires_grant: 'true',
      select_from_information_schema_requires_grant: 'true',
      settings_constraints_replace_previous: 'true',
    },
    http_handlers: { rule: httpRules(config) },
  };
  return `${toXml({ clickhouse: tree })}\n`;
}

function memory(limits: EngineLimits): XmlTree {
  return {
    max_server_memory_usage: limits.serverMemoryBytes,
    mark_cache_size: CACHE_BYTES.mark,
    primary_index_cache_size: CACHE_BYTES.primaryIndex,
    index_mark_cache_size: CACHE_BYTES.indexMark,
    query_condition_cache_size: CACHE_BYTES.queryCondition,
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    mmap_cache_size: 0,
  };
}

function pools(): XmlTree {
  return {
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 2,
    background_schedule_pool_size: 4,
    background_common_pool_size: 2,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_buffer_flush_schedule_pool_size: 1,
    background_distributed_schedule_pool_size: 1,
    background_message_broker_schedule_pool_size: 1,
  };
}

/** Without these an acknowledged insert is in the page cache only, and merges delete their synced sources. */
function mergeTreeDefaults(): XmlTree {
  return {
    fsync_after_insert: 1,
    fsync_part_directory: 1,
    min_rows_to_fsync_after_merge: 1,
    min_compressed_bytes_to_fsync_after_merge: 1,
    // The small pool: the engine refuses to start when these ask for more free entries than it has.
    number_of_free_entries_in_pool_to_execute_mutation: 2,
    number_of_free_entries_in_pool_to_lower_max_size_of_merge: 2,
    number_of_free_entries_in_pool_to_execute_optimize_entire_partition: 2,
  };
}

/**
 * The first rule that matches answers. None of them sets a user: stock clients always send credentials, and the engine
 * refuses those together with a set user. What a user may do is the business of users.xml.
 */
function httpRules({ address }: ServerConfig): XmlTree[] {
  const fromServedHost = { Host: `regex:${hostPattern(address)}` };
  return [
    { headers: { Origin: 'regex:.+' }, handler: refusal(WEB_PAGE_REFUSED) },
    { headers: { 'Sec-Fetch-Site': 'regex:^(cross-site|same-site)$' }, handler: refusal(WEB_PAGE_REFUSED) },
    { headers: fromServedHost, url: '/ping', handler: pong() },
    { headers: fromServedHost, handler: { type: 'dynamic_query_handler', query_param_name: 'query' } },
    { handler: refusal(HOST_REFUSED) },
  ];
}

function pong(): XmlTree {
  return { type: 'static', status: 200, content_type: 'text/plain; charset=UTF-8', response_content: 'Ok.\n' };
}

function refusal(text: string): XmlTree {
  return { type: 'static', status: 403, content_type: 'text/plain; charset=UTF-8', response_content: text };
}
