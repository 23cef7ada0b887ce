/** Statements that a reader must be refused; `$FILE` is a file that exists and holds the word `leaked`. */
export const HOSTILE_SQL: readonly string[] = `
DROP TABLE spanledger.charges
DROP DATABASE spanledger
TRUNCATE TABLE spanledger_store.charges
INSERT INTO spanledger.charges VALUES ('a', 1)
INSERT INTO spanledger_store.charges VALUES ('a', 1)
INSERT INTO FUNCTION file('$FILE.csv', 'CSV', 'a String') SELECT 'a'
INSERT INTO FUNCTION url('http://127.0.0.1:1/', 'CSV', 'a String') SELECT 'a'
INSERT INTO FUNCTION null('a String') SELECT 'a'
ALTER TABLE spanledger_store.charges DELETE WHERE 1
DELETE FROM spanledger_store.charges WHERE 1
UPDATE spanledger_store.charges SET cost = 1 WHERE 1
OPTIMIZE TABLE spanledger_store.charges FINAL
RENAME TABLE spanledger.charges TO spanledger.gone
EXCHANGE TABLES spanledger.charges AND spanledger.charges
DETACH TABLE spanledger.charges
ATTACH TABLE spanledger.x FROM '/tmp' (a Int8) ENGINE = MergeTree ORDER BY a
CREATE TABLE spanledger.x (a Int8) ENGINE = Memory
CREATE TABLE default.x (a Int8) ENGINE = Memory
CREATE TEMPORARY TABLE x (a Int8)
CREATE VIEW spanledger.x AS SELECT 1
CREATE VIEW spanledger.x DEFINER = writer SQL SECURITY DEFINER AS SELECT * FROM spanledger_store.charges
CREATE MATERIALIZED VIEW spanledger.x ENGINE = Memory AS SELECT 1 AS a
CREATE DATABASE x
CREATE DATABASE x ENGINE = Filesystem('/tmp')
CREATE FUNCTION f AS (a) -> a
DROP FUNCTION file
CREATE OR REPLACE FUNCTION file AS (a) -> a
CREATE DICTIONARY spanledger.d (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '$FILE' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)
CREATE NAMED COLLECTION x AS a = 1
CREATE WORKLOAD \`all\`
CREATE USER x
CREATE ROLE x
GRANT ALL ON *.* TO reader
REVOKE ALL ON *.* FROM writer
SET DEFAULT ROLE NONE TO reader
EXECUTE AS writer SELECT currentUser()
EXECUTE AS default SELECT 1
BACKUP DATABASE spanledger TO File('/tmp/b')
BACKUP DATABASE spanledger TO Disk('default', 'b')
RESTORE DATABASE spanledger FROM File('/tmp/b')
SELECT 1 INTO OUTFILE '$FILE.out'
SELECT * FROM spanledger.charges INTO OUTFILE '$FILE.out' TRUNCATE FORMAT Native
SYSTEM SHUTDOWN
SYSTEM STOP LISTEN HTTP
SYSTEM START LISTEN TCP
SYSTEM STOP MERGES spanledger_store.charges
SYSTEM FLUSH LOGS
SYSTEM RELOAD CONFIG
SYSTEM DROP MARK CACHE
KILL QUERY WHERE 1 SYNC
BEGIN TRANSACTION
SELECT * FROM file('$FILE', 'LineAsString')
SELECT * FROM file('$FILE')
SELECT file('$FILE')
SELECT \`file\`('$FILE')
SELECT arrayMap(file, ['$FILE'])
SELECT arrayMap(path -> file(path), ['$FILE'])
SELECT * APPLY(file) FROM (SELECT '$FILE' AS a)
SELECT * REPLACE (file('$FILE') AS session_id) FROM spanledger.charges
SELECT file('$FILE') SETTINGS enable_analyzer = 0
SELECT file('$FILE') SETTINGS allow_experimental_analyzer = 0
SELECT * FROM values('a String', concat(file('$FILE'), ''))
SELECT * FROM format(TSV, 'a String', concat('', file('$FILE')))
SELECT * FROM format(TSV, file('$FILE'))
SELECT 1 WHERE 'leaked' IN (file('$FILE'))
SELECT groupConcat(file('$FILE'))(session_id) FROM spanledger.charges
SELECT CAST(1, file('$FILE') || '')
SELECT 1 LIMIT length(file('$FILE'))
SELECT * FROM numbers(length(concat('', file('$FILE'))))
SHOW TABLES FROM spanledger WHERE throwIf(length(file('$FILE') || '') > 0, 'x')
SELECT * FROM '$FILE'
SELECT * FROM \`$FILE\`
SELECT * FROM default.\`$FILE\`
DESCRIBE TABLE file('$FILE', 'LineAsString')
DESCRIBE TABLE file('$FILE')
DESCRIBE \`$FILE\`
EXPLAIN SELECT * FROM file('$FILE', 'LineAsString')
SELECT 1 AS leaked FORMAT Template SETTINGS format_template_row = '$FILE'
SELECT 1 AS leaked FORMAT Template SETTINGS format_template_resultset = '$FILE'
SELECT 1 FORMAT Protobuf SETTINGS format_schema = '$FILE:x'
SELECT 1 FORMAT ProtobufSingle SETTINGS output_format_schema = '$FILE.out'
SELECT catboostEvaluate('$FILE', 1)
SELECT * FROM fileCluster('default', '$FILE', 'LineAsString')
SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')
SELECT * FROM urlCluster('default', 'http://127.0.0.1:1/', 'CSV', 'a String')
SELECT * FROM s3('http://127.0.0.1:1/bucket/x.csv', 'CSV', 'a String')
SELECT * FROM s3Cluster('default', 'http://127.0.0.1:1/bucket/x.csv', 'CSV', 'a String')
SELECT * FROM gcs('http://127.0.0.1:1/bucket/x.csv', 'CSV', 'a String')
SELECT * FROM azureBlobStorage('http://127.0.0.1:1', 'c', 'b', 'a', 'k', 'CSV', 'auto', 'a String')
SELECT * FROM iceberg('http://127.0.0.1:1/bucket/x')
SELECT * FROM icebergLocal('/tmp')
SELECT * FROM deltaLake('http://127.0.0.1:1/bucket/x')
SELECT * FROM deltaLakeLocal('/tmp')
SELECT * FROM hudi('http://127.0.0.1:1/bucket/x')
SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'CSV', 'a String')
SELECT * FROM remote('127.0.0.1', 'system', 'one')
SELECT * FROM remoteSecure('127.0.0.1', 'system', 'one')
SELECT * FROM cluster('default', 'system', 'one')
SELECT * FROM clusterAllReplicas('default', 'system', 'one')
SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')
SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')
SELECT * FROM sqlite('/tmp/x.db', 't')
SELECT * FROM odbc('DSN=x', 'd', 't')
SELECT * FROM jdbc('jdbc:x', 'd', 't')
SELECT * FROM mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 'a String')
SELECT * FROM redis('127.0.0.1:1', 'a', 'a String')
SELECT * FROM executable('id', 'TSV', 'a String')
SELECT * FROM ytsaurus('http://127.0.0.1:1', '//t', 'x', 'a String')
SELECT * FROM dictionary('x')
SELECT dictGet('x', 'y', 1)
SELECT aiGenerate('x') SETTINGS allow_experimental_ai_functions = 1
SELECT * FROM format(AvroConfluent, 'x') SETTINGS format_avro_schema_registry_url = 'http://127.0.0.1:1'
SELECT * FROM spanledger_store.charges
SELECT * FROM merge('spanledger_store', '.*')
SELECT * FROM loop('spanledger_store', 'charges')
SELECT * FROM view(SELECT * FROM spanledger_store.charges)
SELECT * FROM mergeTreeIndex('spanledger_store', 'charges')
SHOW CREATE TABLE spanledger_store.charges
DESCRIBE spanledger_store.charges
CHECK TABLE spanledger_store.charges
EXPLAIN SELECT * FROM spanledger_store.charges
SELECT * FROM system.users
SELECT * FROM system.processes
SELECT * FROM system.server_settings
SELECT * FROM system.grants
SELECT * FROM system.settings_profiles
SELECT name, path FROM system.parts
SELECT * FROM system.detached_parts
SELECT * FROM system.disks
SELECT * FROM system.metrics
SELECT * FROM system.errors
SELECT * FROM system.warnings
SELECT * FROM system.stack_trace
SELECT * FROM system.named_collections
SELECT * FROM system.mutations
SHOW CREATE USER writer
SHOW GRANTS FOR writer
SHOW ACCESS
SELECT addressToLine(1)
SET readonly = 0
SET readonly = 2
SET max_execution_time = 100000
SET max_execution_time = 0
SET max_memory_usage = 0
SET profile = 'writer'
SELECT 1 SETTINGS readonly = 0
SELECT 1 SETTINGS max_execution_time = 100000
SELECT 1 SETTINGS max_execution_time = 0
SELECT 1 SETTINGS max_memory_usage = 0
SELECT 1 SETTINGS max_threads = 1000
SELECT 1 SETTINGS max_concurrent_queries_for_user = 0
SELECT 1 SETTINGS profile = 'writer'
SELECT 1 SETTINGS use_skip_indexes_if_final_exact_mode = 0
SELECT 1 SETTINGS allow_introspection_functions = 1
SELECT 1 SETTINGS dialect = 'prql'
SELECT 1 SETTINGS use_query_cache = 1
SELECT 1 SETTINGS add_http_cors_header = 1
SELECT 1 SETTINGS http_response_headers = '{''Access-Control-Allow-Origin'':''*''}'
SELECT 1; SELECT 2
SELECT 1; DROP TABLE spanledger.charges
SELECT * FROM spanledger.charges PARALLEL WITH DROP TABLE spanledger.charges
`
  .trim()
  .split('\n');
