CREATE OR REPLACE VIEW spanledger.prices
(
    price_book_version LowCardinality(String) COMMENT 'Version of the price book',
    provider LowCardinality(String) COMMENT 'Provider',
    model String COMMENT 'Model',
    meter LowCardinality(String) COMMENT 'Meter',
    price_id String COMMENT 'Entry; charges name it',
    valid_from Nullable(DateTime('UTC')) COMMENT 'From when; empty: always',
    valid_to Nullable(DateTime('UTC')) COMMENT 'Until when, exclusive; empty: open',
    variant String COMMENT 'Service tier, batch, speed, window of the day; empty: the normal price',
    context_over_tokens UInt64 COMMENT 'Price of requests with more input than this',
    list_unit_price Decimal(38, 12) COMMENT 'Price per pricing_unit',
    pricing_unit LowCardinality(String) COMMENT 'Unit of the price',
    pricing_unit_size UInt32 COMMENT 'Units of the meter in one pricing_unit',
    pricing_currency LowCardinality(String) COMMENT 'Currency',
    source String COMMENT 'Where the figure comes from'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT price_book_version, provider, model, meter, price_id, valid_from, valid_to, variant, context_over_tokens, list_unit_price, pricing_unit, pricing_unit_size, pricing_currency, source
FROM spanledger_store.prices FINAL
COMMENT 'The price book in effect';
