CREATE OR REPLACE VIEW spanledger.team_costs
(
    tenant LowCardinality(String) COMMENT 'Tenant, from the ingest key alone; `default` without keys',
    charge_period_start DateTime('UTC') COMMENT 'Hour, UTC',
    charge_period_end DateTime('UTC') COMMENT 'End of the hour, UTC',
    team LowCardinality(String) COMMENT 'Team',
    project LowCardinality(String) COMMENT 'Project',
    agent_name LowCardinality(String) COMMENT 'Agent',
    environment LowCardinality(String) COMMENT 'Environment',
    provider LowCardinality(String) COMMENT 'Provider',
    model LowCardinality(String) COMMENT 'Model that answered, or was asked for',
    meter LowCardinality(String) COMMENT 'Meter',
    consumed_quantity Decimal(38, 9) COMMENT 'Quantity',
    consumed_unit LowCardinality(String) COMMENT 'Unit of the meter',
    list_cost Decimal(38, 12) COMMENT 'At list price',
    contracted_cost Decimal(38, 12) COMMENT 'At the negotiated price',
    effective_cost Decimal(38, 12) COMMENT 'What it cost',
    billed_cost Decimal(38, 12) COMMENT 'What the provider bills',
    billing_currency LowCardinality(String) COMMENT 'Currency',
    calls UInt64 COMMENT 'Calls that used the meter',
    unpriced_calls UInt64 COMMENT 'Of them without a price',
    assumed_cost Decimal(38, 12) COMMENT 'Of the cost, how much rests on an assumed price'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    tenant, hour AS charge_period_start, hour + INTERVAL 1 HOUR AS charge_period_end, team, project, agent_name, environment, provider, model, meter,
    consumed_quantity, transform(toString(meter), ['web_search', 'web_fetch', 'code_execution', 'file_search', 'rerank_unit', 'character', 'second', 'image', 'page', 'request', 'api_call', 'gpu_second', 'cpu_second', 'memory_gib_second', 'network_gib', 'annotated_page', 'message', 'unknown'], ['search', 'request', 'request', 'search', 'unit', 'character', 'second', 'image', 'page', 'request', 'call', 'second', 'second', 'GiB-second', 'GiB', 'page', 'unit', 'request'], 'token') AS consumed_unit,
    list_cost, contracted_cost, contracted_cost AS effective_cost, contracted_cost AS billed_cost,
    (SELECT if(count() = 0, 'USD', argMax(billing_currency, set_at)) FROM spanledger_store.billing) AS billing_currency,
    calls, unpriced_calls, assumed_cost
FROM spanledger_store.team_hours
COMMENT 'One hour x team x project x agent x environment x provider x model x meter';
