//! tasks/mysql_database_tasks.rb: databases made, dropped and made anew.

use adapters::{Arg, DatabaseConfig, Options};

use super::{Place, Tasks, with};
use crate::commands::stop::Why;

pub(super) fn create(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    let config = &place.target.config;
    tasks.by(place, without_database(config), |adapter, name| adapter.create_database(name, &creation_options(config)))
}

pub(super) fn drop(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    tasks.by(place, place.target.config.clone(), |adapter, name| adapter.drop_database(name))
}

pub(super) fn purge(tasks: Tasks<'_>, place: Place<'_>) -> Result<(), Why> {
    let config = &place.target.config;
    tasks
        .by(place, without_database(config), |adapter, name| adapter.recreate_database(name, &creation_options(config)))
}

fn without_database(config: &DatabaseConfig) -> DatabaseConfig {
    with(config, &[("database", Arg::Nil)])
}

fn creation_options(config: &DatabaseConfig) -> Options {
    let mut options = Options::new();
    for (option, key) in [("charset", "encoding"), ("collation", "collation")] {
        if let Some(value) = config.options.get_opt(key) {
            options.insert(option, value.clone());
        }
    }
    options
}
