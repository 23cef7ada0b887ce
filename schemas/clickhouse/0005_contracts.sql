-- What the ledger was before 0004 moved its rows.
DROP TABLE IF EXISTS spanledger_store.ledger;

-- Rollups know contracted cost beside list cost; what they have was charged at list price.
ALTER TABLE spanledger_store.team_hours ADD COLUMN IF NOT EXISTS contracted_cost Decimal(38, 12) DEFAULT list_cost AFTER list_cost;
ALTER TABLE spanledger_store.session_hours ADD COLUMN IF NOT EXISTS contracted_cost Decimal(38, 12) DEFAULT list_cost AFTER list_cost;
ALTER TABLE spanledger_store.tool_calls ADD COLUMN IF NOT EXISTS list_cost Decimal(38, 12) DEFAULT own_cost AFTER own_cost;
ALTER TABLE spanledger_store.tool_calls ADD COLUMN IF NOT EXISTS total_list_cost Decimal(38, 12) DEFAULT total_cost AFTER total_cost;
-- Made anew, with the same columns, by the next rebuild: a partition is swapped only between tables that are alike.
DROP TABLE IF EXISTS spanledger_store.team_hours_next;
DROP TABLE IF EXISTS spanledger_store.session_hours_next;
DROP TABLE IF EXISTS spanledger_store.tool_calls_next;

-- The currency of all costs in this installation; the newest row holds, USD where there is none.
CREATE TABLE IF NOT EXISTS spanledger_store.billing
(
    billing_currency LowCardinality(String),
    set_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
-- A handful of rows, read whole by every query of a cost.
ORDER BY set_at
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
