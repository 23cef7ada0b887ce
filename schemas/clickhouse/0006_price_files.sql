-- The user's price files that charges were priced by, whole: a late fact is rated by the file that rated the call.
CREATE TABLE IF NOT EXISTS spanledger_store.price_files
(
    digest String,
    name String,
    text String CODEC(ZSTD(3)),
    first_used_at DateTime64(3, 'UTC')
)
-- The same file written twice is one row. A handful of rows, read whole at start.
ENGINE = ReplacingMergeTree
ORDER BY digest
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
