//! Gems that Maglev has nothing of, by what migrations and models call of them.

use crate::migration::extensions::{Extension, Lacking};

const fn methods(name: &'static str, methods: &'static [&'static str]) -> Extension {
    Extension { name, lacking: Lacking { methods, ..Lacking::NOTHING }, ..Extension::NOTHING }
}

const fn macros(name: &'static str, macros: &'static [&'static str]) -> Extension {
    Extension { name, lacking: Lacking { macros, ..Lacking::NOTHING }, ..Extension::NOTHING }
}

/// What is known of each is that it is not there.
pub(super) const GEMS: &[Extension] = &[
    methods("globalize", &["create_translation_table!", "drop_translation_table!"]),
    methods("departure", &["uses_departure!"]),
    methods(
        "pg_ha_migrations",
        &["safe_add_column", "safe_create_table", "safe_add_concurrent_index", "unsafe_add_index"],
    ),
    methods("timescaledb", &["create_hypertable", "drop_hypertable", "create_continuous_aggregate"]),
    methods("pg_party", &["create_range_partition", "create_list_partition", "create_hash_partition"]),
    macros("paper_trail", &["has_paper_trail"]),
    macros("acts_as_list", &["acts_as_list"]),
    macros("acts-as-taggable-on", &["acts_as_taggable", "acts_as_taggable_on"]),
    macros("paranoia", &["acts_as_paranoid"]),
    macros("friendly_id", &["friendly_id"]),
    macros("ancestry", &["has_ancestry"]),
    macros("awesome_nested_set", &["acts_as_nested_set"]),
    macros("globalize", &["translates"]),
    macros("mobility", &["translates"]),
    macros("devise", &["devise"]),
    macros("carrierwave", &["mount_uploader", "mount_uploaders"]),
    macros("enumerize", &["enumerize"]),
    macros("aasm", &["aasm"]),
    macros("state_machines", &["state_machine"]),
    macros("monetize", &["monetize"]),
    macros("audited", &["audited"]),
    macros("attr_encrypted", &["attr_encrypted"]),
    macros("protected_attributes", &["attr_accessible", "attr_protected"]),
];
