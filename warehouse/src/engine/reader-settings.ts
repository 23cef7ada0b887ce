/**
 * The settings that a reader may change: how results look, how queries are written and planned, and stricter limits.
 * A list of what is allowed, because the engine knows 1,700 settings and some open doors: `format_template_row` and
 * `format_schema` read files, `http_response_headers` undoes CORS, `dialect` and `enable_analyzer` go round the fence.
 */
export const READER_SETTINGS: readonly string[] = [
  // What common drivers send with each query.
  ...names(`
    enable_http_compression http_zlib_compression_level send_progress_in_http_headers
    http_headers_progress_interval_ms http_wait_end_of_query http_write_exception_in_output_format
    cancel_http_readonly_queries_on_client_close send_profile_events log_queries log_comment log_profile_events
    network_compression_method network_zstd_compression_level select_sequential_consistency connect_timeout
    send_timeout receive_timeout idle_connection_timeout use_client_time_zone session_timezone load_balancing
    low_cardinality_allow_in_native_format prefer_localhost_replica skip_unavailable_shards
  `),
  // How SQL is understood.
  ...names(`
    join_use_nulls join_default_strictness any_join_distinct_right_table_keys joined_subquery_requires_alias
    group_by_use_nulls transform_null_in aggregate_functions_null_for_empty count_distinct_implementation
    union_default_mode except_default_mode intersect_default_mode extremes totals_mode prefer_column_name_to_alias
    enable_positional_arguments enable_order_by_all cast_keep_nullable data_type_default_nullable final
    empty_result_for_aggregation_by_empty_set asterisk_include_alias_columns asterisk_include_materialized_columns
    distributed_product_mode short_circuit_function_evaluation decimal_check_overflow regexp_max_matches_per_row
    cast_string_to_date_time_mode date_time_input_format function_implementation single_join_prefer_left_table
    cast_string_to_dynamic_use_inference cast_string_to_variant_use_inference allow_suspicious_types_in_group_by
    allow_suspicious_types_in_order_by allow_suspicious_low_cardinality_types
    splitby_max_substrings_includes_remaining_string
  `),
  // How queries are planned.
  ...names(`
    join_algorithm max_block_size preferred_block_size_bytes optimize_move_to_prewhere optimize_read_in_order
    optimize_aggregation_in_order optimize_move_to_prewhere_if_final use_skip_indexes force_primary_key
    force_index_by_date do_not_merge_across_partitions_select_final enable_optimize_predicate_expression
    use_uncompressed_cache query_plan_enable_optimizations query_plan_filter_push_down query_plan_optimize_prewhere
    enable_filesystem_cache max_bytes_before_external_group_by max_bytes_before_external_sort
    group_by_two_level_threshold
  `),
  // Limits below ours.
  ...names(`
    limit offset max_result_rows max_result_bytes result_overflow_mode max_rows_to_read max_bytes_to_read
    read_overflow_mode max_rows_to_group_by group_by_overflow_mode max_rows_to_sort max_bytes_to_sort
    sort_overflow_mode max_rows_in_distinct max_bytes_in_distinct distinct_overflow_mode max_rows_in_join
    max_bytes_in_join join_overflow_mode max_rows_in_set max_bytes_in_set set_overflow_mode max_columns_to_read
    max_subquery_depth timeout_overflow_mode max_estimated_execution_time max_execution_speed max_rows_to_transfer
    max_bytes_to_transfer
  `),
  // How results look.
  ...names(`
    date_time_output_format format_csv_delimiter format_csv_null_representation format_tsv_null_representation
    format_custom_escaping_rule format_custom_field_delimiter format_custom_result_after_delimiter
    format_custom_result_before_delimiter format_custom_row_after_delimiter format_custom_row_before_delimiter
    format_custom_row_between_delimiter format_json_object_each_row_column_for_object_name bool_true_representation
    bool_false_representation print_pretty_type_names formatdatetime_f_prints_single_zero
    formatdatetime_parsedatetime_m_is_month_name formatdatetime_format_without_leading_zeros
    output_format_arrow_compression_method output_format_arrow_fixed_string_as_fixed_byte_array
    output_format_arrow_low_cardinality_as_dictionary output_format_arrow_string_as_string
    output_format_arrow_use_64_bit_indexes_for_dictionary output_format_avro_codec output_format_avro_sync_interval
    output_format_binary_encode_types_in_binary_format output_format_binary_write_json_as_string
    output_format_csv_crlf_end_of_line output_format_csv_serialize_tuple_into_separate_columns
    output_format_decimal_trailing_zeros output_format_enable_streaming output_format_json_array_of_rows
    output_format_json_escape_forward_slashes output_format_json_named_tuples_as_objects
    output_format_json_map_as_array_of_tuples output_format_json_quote_64bit_floats
    output_format_json_quote_64bit_integers output_format_json_quote_decimals output_format_json_quote_denormals
    output_format_json_skip_null_value_in_named_tuples output_format_json_validate_utf8
    output_format_markdown_escape_special_characters output_format_msgpack_uuid_representation
    output_format_native_encode_types_in_binary_format output_format_native_write_json_as_string
    output_format_orc_compression_method output_format_orc_string_as_string output_format_parallel_formatting
    output_format_parquet_compression_method output_format_parquet_fixed_string_as_fixed_byte_array
    output_format_parquet_row_group_size output_format_parquet_row_group_size_bytes
    output_format_parquet_string_as_string output_format_parquet_version output_format_parquet_datetime_as_uint32
    output_format_parquet_write_page_index output_format_pretty_color
    output_format_pretty_display_footer_column_names output_format_pretty_grid_charset
    output_format_pretty_highlight_digit_groups output_format_pretty_max_column_name_width_cut_to
    output_format_pretty_max_column_pad_width output_format_pretty_max_rows output_format_pretty_max_value_width
    output_format_pretty_multiline_fields output_format_pretty_row_numbers
    output_format_pretty_single_large_number_tip_threshold output_format_pretty_squash_consecutive_ms
    output_format_sql_insert_include_column_names output_format_sql_insert_max_batch_size
    output_format_sql_insert_quote_names output_format_sql_insert_table_name output_format_sql_insert_use_replace
    output_format_tsv_crlf_end_of_line output_format_values_escape_quote_with_quote output_format_write_statistics
  `),
];

function names(text: string): string[] {
  return text.trim().split(/\s+/);
}
