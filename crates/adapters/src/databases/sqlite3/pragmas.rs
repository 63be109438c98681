//! The settings of a new connection: `DEFAULT_PRAGMAS` of sqlite3_adapter.rb, and the gem's setters (sqlite3/pragmas.rb).

use crate::{Arg, Error, ErrorClass, Result};

/// A pragma's value, where the configuration has none.
pub(crate) enum Default {
    True,
    Symbol(&'static str),
    Int(i64),
}

impl Default {
    /// As a configuration would give it.
    pub(crate) fn to_arg(&self) -> Arg {
        match self {
            Self::True => Arg::Bool(true),
            Self::Symbol(name) => Arg::symbol(*name),
            Self::Int(number) => Arg::Int(*number),
        }
    }
}

/// `DEFAULT_PRAGMAS`, in the order in which they are set.
pub(crate) const DEFAULT_PRAGMAS: [(&str, Default); 6] = [
    ("foreign_keys", Default::True),
    ("journal_mode", Default::Symbol("wal")),
    ("synchronous", Default::Symbol("normal")),
    ("mmap_size", Default::Int(128 * 1024 * 1024)),
    ("journal_size_limit", Default::Int(64 * 1024 * 1024)),
    ("cache_size", Default::Int(2000)),
];

enum Kind {
    Boolean,
    Integer,
    /// Words and what they stand for.
    Enum(&'static [(&'static str, &'static str)]),
    /// Words only.
    Text(&'static [&'static str]),
}

const PRAGMAS: &[(&str, Kind)] = &[
    ("application_id", Kind::Integer),
    ("auto_vacuum", Kind::Enum(&[("none", "0"), ("full", "1"), ("incremental", "2")])),
    ("automatic_index", Kind::Boolean),
    ("busy_timeout", Kind::Integer),
    ("cache_size", Kind::Integer),
    ("cache_spill", Kind::Boolean),
    ("case_sensitive_like", Kind::Boolean),
    ("cell_size_check", Kind::Boolean),
    ("checkpoint_fullfsync", Kind::Boolean),
    ("count_changes", Kind::Boolean),
    ("default_cache_size", Kind::Integer),
    ("default_synchronous", Kind::Enum(SYNCHRONOUS_MODES)),
    ("default_temp_store", Kind::Enum(TEMP_STORE_MODES)),
    ("defer_foreign_keys", Kind::Boolean),
    ("encoding", Kind::Text(&["utf-8", "utf-16", "utf-16le", "utf-16be"])),
    ("foreign_keys", Kind::Boolean),
    ("full_column_names", Kind::Boolean),
    ("fullfsync", Kind::Boolean),
    ("ignore_check_constraints", Kind::Boolean),
    ("journal_mode", Kind::Text(&["delete", "truncate", "persist", "memory", "wal", "off"])),
    ("journal_size_limit", Kind::Integer),
    ("legacy_file_format", Kind::Boolean),
    ("locking_mode", Kind::Text(&["normal", "exclusive"])),
    ("max_page_count", Kind::Integer),
    ("mmap_size", Kind::Integer),
    ("page_size", Kind::Integer),
    ("parser_trace", Kind::Boolean),
    ("query_only", Kind::Boolean),
    ("read_uncommitted", Kind::Boolean),
    ("recursive_triggers", Kind::Boolean),
    ("reverse_unordered_selects", Kind::Boolean),
    ("schema_cookie", Kind::Integer),
    ("schema_version", Kind::Integer),
    ("secure_delete", Kind::Boolean),
    ("short_column_names", Kind::Boolean),
    ("soft_heap_limit", Kind::Integer),
    ("synchronous", Kind::Enum(SYNCHRONOUS_MODES)),
    ("temp_store", Kind::Enum(TEMP_STORE_MODES)),
    ("threads", Kind::Integer),
    ("user_cookie", Kind::Integer),
    ("user_version", Kind::Integer),
    ("vdbe_addoptrace", Kind::Boolean),
    ("vdbe_debug", Kind::Boolean),
    ("vdbe_listing", Kind::Boolean),
    ("vdbe_trace", Kind::Boolean),
    ("wal_autocheckpoint", Kind::Integer),
    ("wal_checkpoint", Kind::Text(&["passive", "full", "restart", "truncate"])),
    ("writable_schema", Kind::Boolean),
];

const SYNCHRONOUS_MODES: &[(&str, &str)] = &[("full", "2"), ("normal", "1"), ("off", "0")];
const TEMP_STORE_MODES: &[(&str, &str)] = &[("default", "0"), ("file", "1"), ("memory", "2")];

/// The statement that sets a pragma; none for one the gem has no setter for, which Rails only warns of.
pub(crate) fn pragma_assignment(name: &str, value: &Arg) -> Result<Option<String>> {
    let Some((_, kind)) = PRAGMAS.iter().find(|(pragma, _)| *pragma == name) else { return Ok(None) };
    let value = match kind {
        Kind::Integer => crate::types::string_to_i(&value.to_s()).to_string(),
        Kind::Boolean => boolean(value)?.to_owned(),
        Kind::Enum(modes) => match value {
            Arg::Str(word) => {
                let lower = word.to_lowercase();
                let mode = modes.iter().find(|(mode, _)| *mode == lower);
                format!("'{}'", mode.ok_or_else(|| unrecognized(name, value))?.1)
            }
            value if value.is_truthy() => format!("'{}'", value.to_s()),
            value => return Err(unrecognized(name, value)),
        },
        Kind::Text(words) => {
            let word = value.to_s();
            if !words.contains(&word.to_lowercase().as_str()) {
                return Err(unrecognized(name, value));
            }
            format!("'{word}'")
        }
    };
    Ok(Some(format!("PRAGMA {name}={value}")))
}

fn boolean(value: &Arg) -> Result<&'static str> {
    let on = match value {
        Arg::Bool(true) | Arg::Int(1) => true,
        Arg::Bool(false) | Arg::Int(0) | Arg::Nil => false,
        Arg::Str(word) => match word.to_lowercase().as_str() {
            "on" | "yes" | "true" | "y" | "t" => true,
            "off" | "no" | "false" | "n" | "f" => false,
            _ => return Err(unrecognized("pragma parameter", value)),
        },
        other => return Err(unrecognized("pragma parameter", other)),
    };
    Ok(if on { "ON" } else { "OFF" })
}

fn unrecognized(what: &str, value: &Arg) -> Error {
    let message = format!("SQLite3::Exception: unrecognized {what} {}", value.inspect());
    Error::new(ErrorClass::StatementInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_are_set_as_the_gem_sets_them() {
        let check = |name: &str, value: Arg, expected: &str| {
            let sql = match pragma_assignment(name, &value) {
                Ok(sql) => sql.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            assert_eq!(sql, expected);
        };
        check("foreign_keys", Arg::Bool(true), "PRAGMA foreign_keys=ON");
        check("synchronous", Arg::symbol("normal"), "PRAGMA synchronous='normal'");
        check("synchronous", Arg::str("FULL"), "PRAGMA synchronous='2'");
        check("journal_mode", Arg::symbol("wal"), "PRAGMA journal_mode='wal'");
        check("cache_size", Arg::str("-2000"), "PRAGMA cache_size=-2000");
        check("journal_mode", Arg::str("fast"), "SQLite3::Exception: unrecognized journal_mode \"fast\"");
        check("no_such_pragma", Arg::Int(1), "");
    }
}
