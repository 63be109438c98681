//! Methods that gems bring, to name the gem where a migration asks for one.

/// The gem that brings a migration method, by its name.
pub fn gem_of(method: &str) -> Option<&'static str> {
    GEM_METHODS.iter().find(|(_, methods)| methods.contains(&method)).map(|(gem, _)| *gem)
}

/// Column methods that are there with the adapter `postgis` alone.
pub const SPATIAL_TYPES: &[&str] = &[
    "geography",
    "geometry",
    "geometry_collection",
    "line_string",
    "multi_line_string",
    "multi_point",
    "multi_polygon",
    "spatial",
    "st_point",
    "st_polygon",
];

const GEM_METHODS: &[(&str, &[&str])] = &[
    ("globalize", &["create_translation_table!", "drop_translation_table!"]),
    ("departure", &["uses_departure!"]),
    (
        "online_migrations",
        &[
            "initialize_column_rename",
            "initialize_columns_rename",
            "finalize_column_rename",
            "finalize_columns_rename",
            "initialize_table_rename",
            "finalize_table_rename",
            "initialize_column_type_change",
            "finalize_column_type_change",
            "backfill_column_for_type_change",
            "cleanup_column_type_change",
            "update_column_in_batches",
            "update_columns_in_batches",
            "swap_column_names",
            "with_lock_retries",
            "enqueue_background_data_migration",
            "enqueue_background_migration",
            "add_index_in_background",
        ],
    ),
    ("pg_ha_migrations", &["safe_add_column", "safe_create_table", "safe_add_concurrent_index", "unsafe_add_index"]),
    ("timescaledb", &["create_hypertable", "drop_hypertable", "create_continuous_aggregate"]),
    ("pg_party", &["create_range_partition", "create_list_partition", "create_hash_partition"]),
];
