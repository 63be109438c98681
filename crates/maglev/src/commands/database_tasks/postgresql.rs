//! tasks/postgresql_database_tasks.rb: databases made, dropped and made anew, by way of the one that every server has.

use adapters::postgresql_adapter::PostgreSQLAdapter;
use adapters::{Adapter, Arg, DatabaseConfig, Options, Result};

use super::{Place, Tasks, with};
use crate::commands::stop::Why;
use crate::env_vars;

pub(super) fn create(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    let options = creation_options(&place.target.config);
    tasks.by(place, public_schema_config(place), |adapter, name| create_database(adapter, name, &options))
}

pub(super) fn drop(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    tasks.by(place, public_schema_config(place), drop_database)
}

pub(super) fn purge(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    let options = creation_options(&place.target.config);
    tasks.by(place, public_schema_config(place), |adapter, name| {
        drop_database(adapter, name)?;
        create_database(adapter, name, &options)
    })
}

/// The adapter itself, whose databases are made by methods that only it has.
pub(super) fn postgresql(adapter: &mut dyn Adapter) -> Option<&mut PostgreSQLAdapter> {
    adapter.as_any().downcast_mut()
}

pub(super) fn create_database(adapter: &mut dyn Adapter, name: &str, options: &Options) -> Result<()> {
    match postgresql(adapter) {
        Some(adapter) => adapter.create_database(name, options),
        None => adapter.create_database(name, options),
    }
}

pub(super) fn drop_database(adapter: &mut dyn Adapter, name: &str) -> Result<()> {
    match postgresql(adapter) {
        Some(adapter) => adapter.drop_database(name),
        None => adapter.drop_database(name),
    }
}

/// The configuration, whose options for CREATE DATABASE are taken.
pub(super) fn creation_options(config: &DatabaseConfig) -> Options {
    let encoding = config.get("encoding");
    let encoding = if encoding.is_truthy() {
        encoding.clone()
    } else {
        Arg::str(env_vars::get_even_empty(env_vars::CHARSET).unwrap_or_else(|| "utf8".to_owned()))
    };
    with(config, &[("encoding", encoding)]).options
}

pub(super) fn public_schema_config(place: Place<'_>) -> DatabaseConfig {
    let config = &place.target.config;
    let mut changes = vec![("database", Arg::str("postgres")), ("schema_search_path", Arg::str("public"))];
    // What is sent is the same in every encoding, and our client speaks one.
    if config.encoding().is_some_and(|encoding| !["unicode", "utf8", "utf-8"].contains(&&*encoding.to_lowercase())) {
        changes.push(("encoding", Arg::str("utf8")));
    }
    with(config, &changes)
}
