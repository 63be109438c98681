//! What is done to a database as a whole: tasks/database_tasks.rb, whose methods have their names here. What depends on the server
//! stands in the files of database_tasks/, as in tasks/.

pub(crate) mod copies;
mod mysql;
mod newer;
mod postgresql;
pub(crate) mod schema;
mod sqlite;
pub(crate) mod structure_dump;
mod structure_load;

use activerecord::migration::errors::EnvironmentError;
use activerecord::world::SharedAdapter;
use activerecord::{Engine, empty_tables, internal_metadata, migrator};
use adapters::{Adapter, Arg, DatabaseConfig, Dialect, ErrorClass};

use super::context::Context;
use super::session::{Step, Unconnected, whereabouts};
use super::stop::{Stop, Why};
use crate::config::{Target, Targets};
use crate::env_vars;
use crate::request::Common;
use crate::teller::TaskNews;

/// Where tasks work: the context, and what the command line says of databases.
#[derive(Clone, Copy)]
pub(crate) struct Tasks<'a> {
    pub context: &'a Context,
    pub common: &'a Common,
}

/// One database of one environment.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub environment: &'a str,
    pub target: &'a Target,
}

/// The three kinds of tasks: `class_for_adapter`.
fn kind(place: Place<'_>) -> Result<Dialect, Why> {
    let adapter = place.target.config.adapter.as_str();
    let known = [
        ("sqlite", Dialect::Sqlite),
        ("postgresql", Dialect::PostgreSql),
        ("postgis", Dialect::PostgreSql),
        ("trilogy", Dialect::MySql),
        ("mysql", Dialect::MySql),
    ];
    let found = known.into_iter().find(|(part, _)| adapter.contains(part)).map(|(_, dialect)| dialect);
    found.ok_or_else(|| Why::Unusable(format!("Rake tasks not supported by '{adapter}' adapter")))
}

impl Tasks<'_> {
    /// `create(configuration)`
    pub(crate) fn create(self, place: Place<'_>) -> Step {
        let name = database_name(place.target);
        match self.create_database(place) {
            Ok(()) => self.tell(place, &TaskNews::Created(&name)),
            Err(why) if is_a(&why, ErrorClass::DatabaseAlreadyExists) => {
                self.tell(place, &TaskNews::AlreadyExists(&name));
            }
            Err(why) => {
                self.tell(place, &TaskNews::NotCreated { database: &name, message: message(&why) });
                return Err(self.stop(place, why));
            }
        }
        Ok(())
    }

    /// `drop(configuration)`
    pub(crate) fn drop(self, place: Place<'_>) -> Step {
        let name = database_name(place.target);
        match self.drop_database(place) {
            Ok(()) => self.tell(place, &TaskNews::Dropped(&name)),
            Err(why) if is_a(&why, ErrorClass::NoDatabaseError) => self.tell(place, &TaskNews::DoesNotExist(&name)),
            Err(why) => {
                self.tell(place, &TaskNews::NotDropped { database: &name, message: message(&why) });
                return Err(self.stop(place, why));
            }
        }
        Ok(())
    }

    /// `purge(configuration)`: dropped and made anew, or only made. Rails says nothing of it.
    pub(crate) fn purge(self, place: Place<'_>) -> Step {
        let purged = kind(place).and_then(|kind| match kind {
            Dialect::MySql => mysql::purge(self, place),
            Dialect::PostgreSql => postgresql::purge(self, place),
            Dialect::Sqlite => sqlite::purge(self, place),
        });
        self.told(place, purged, &TaskNews::Purged(&database_name(place.target)))
    }

    /// `truncate_tables(db_config)`
    pub(crate) fn truncate_tables(self, place: Place<'_>) -> Step {
        let truncated = self.by(place, place.target.config.clone(), |adapter, _| {
            let tables = adapter.catalogue().tables()?;
            empty_tables(adapter, tables)
        });
        self.told(place, truncated, &TaskNews::Truncated(&database_name(place.target)))
    }

    /// `db:environment:set`
    pub(crate) fn set_environment(self, place: Place<'_>) -> Step {
        let set = self.ask(place, |adapter| {
            if !internal_metadata::enabled(adapter) {
                return Err(EnvironmentError::Storage.into());
            }
            Ok(internal_metadata::create_table_and_set_flags(adapter, place.environment, None)?)
        });
        set.map_err(|why| self.stop(place, why))
    }

    /// `charset`
    pub(crate) fn charset(self, place: Place<'_>) -> Step<String> {
        let asked = self.ask(place, |adapter| {
            let is_mysql = adapter.dialect() == Dialect::MySql;
            let catalogue = adapter.catalogue();
            Ok(if is_mysql { catalogue.charset()? } else { catalogue.encoding()? })
        });
        asked.map(|charset| charset.to_s()).map_err(|why| self.stop(place, why))
    }

    /// `collation`; none where the database has none.
    pub(crate) fn collation(self, place: Place<'_>) -> Step<Option<String>> {
        let asked = self.ask(place, |adapter| match adapter.catalogue().collation() {
            Ok(collation) => Ok(Some(collation.to_s())),
            Err(error) if error.is_a(ErrorClass::NoMethodError) => Ok(None),
            Err(error) => Err(error.into()),
        });
        asked.map_err(|why| self.stop(place, why))
    }

    /// `check_protected_environments!`
    pub(crate) fn check_protected_environments(self, targets: &Targets) -> Step {
        if env_vars::get_even_empty(env_vars::DISABLE_DATABASE_ENVIRONMENT_CHECK).is_some() {
            return Ok(());
        }
        targets.targets.iter().try_for_each(|target| {
            let place = Place { environment: &targets.environment, target };
            self.check_current_protected_environment(place).or_else(|why| match &why {
                Why::Database(error) if error.is_a(ErrorClass::NoDatabaseError) => Ok(()),
                Why::Database(error) if is_read_only_file(error) => Ok(()),
                _ => Err(self.stop(place, why)),
            })
        })
    }

    fn check_current_protected_environment(self, place: Place<'_>) -> Result<(), Why> {
        let Unconnected { adapter, engine, warnings, statements, .. } = self.unconnected(place, None)?;
        let checked = self.check_environment(place, &adapter, engine, &warnings);
        self.context.teller.keep_sent(&statements);
        checked
    }

    fn check_environment(
        self,
        place: Place<'_>,
        adapter: &SharedAdapter,
        mut engine: Box<dyn Engine>,
        warnings: &[String],
    ) -> Result<(), Why> {
        if let Some(warning) = warnings.iter().find(|warning| warning.contains("protected_environments")) {
            let message = format!(
                "which environments are protected is not known: {warning}\n\
                 DISABLE_DATABASE_ENVIRONMENT_CHECK=1 protects none"
            );
            return Err(Why::Unusable(message));
        }
        let current = place.environment;
        // Rails asks as often.
        let stored = last_stored_environment(adapter, current)?;
        if last_stored_environment(adapter, current)?.is_some() {
            let again = last_stored_environment(adapter, current)?;
            if let Some(again) = again.filter(|again| engine.protected_environments().contains(again)) {
                return Err(EnvironmentError::Protected { stored: again }.into());
            }
        }
        match stored {
            Some(stored) if stored != current => {
                Err(EnvironmentError::Mismatch { current: current.to_owned(), stored }.into())
            }
            _ => Ok(()),
        }
    }

    fn create_database(self, place: Place<'_>) -> Result<(), Why> {
        match kind(place)? {
            Dialect::MySql => mysql::create(self, place),
            Dialect::PostgreSql => postgresql::create(self, place),
            Dialect::Sqlite => sqlite::create(self, place),
        }
    }

    fn drop_database(self, place: Place<'_>) -> Result<(), Why> {
        match kind(place)? {
            Dialect::MySql => mysql::drop(self, place),
            Dialect::PostgreSql => postgresql::drop(self, place),
            Dialect::Sqlite => sqlite::drop(self, place),
        }
    }

    /// The database before it is connected to, where another configuration may stand for its own.
    fn unconnected(self, place: Place<'_>, config: Option<DatabaseConfig>) -> Result<Unconnected, Why> {
        let teller = self.context.teller.about(place.target.label.clone());
        let mut target = place.target.clone();
        if let Some(config) = config {
            target.config = config;
        }
        Unconnected::new(self.context, &teller, place.environment, &target, self.common)
    }

    /// Asks a database something, or notes something in it.
    fn ask<T>(self, place: Place<'_>, task: impl FnOnce(&mut dyn Adapter) -> Result<T, Why>) -> Result<T, Why> {
        let Unconnected { adapter, statements, .. } = self.unconnected(place, None)?;
        let answer = task(&mut **adapter.borrow_mut());
        self.context.teller.keep_sent(&statements);
        answer
    }

    /// Does something to a database by way of another one.
    fn by(
        self,
        place: Place<'_>,
        config: DatabaseConfig,
        task: impl FnOnce(&mut dyn Adapter, &str) -> adapters::Result<()>,
    ) -> Result<(), Why> {
        let Unconnected { adapter, statements, .. } = self.unconnected(place, Some(config))?;
        let done = task(&mut **adapter.borrow_mut(), &database_name(place.target));
        self.context.teller.keep_sent(&statements);
        Ok(done?)
    }

    /// Tells of what Rails does without a word.
    fn told(self, place: Place<'_>, done: Result<(), Why>, news: &TaskNews<'_>) -> Step {
        match done {
            Ok(()) => {
                self.tell(place, news);
                Ok(())
            }
            Err(why) => {
                self.tell(place, &TaskNews::NotDone(&database_name(place.target)));
                Err(self.stop(place, why))
            }
        }
    }

    fn tell(self, place: Place<'_>, news: &TaskNews<'_>) {
        self.context.teller.about(place.target.label.clone()).task(news);
    }

    fn stop(self, place: Place<'_>, why: Why) -> Box<Stop> {
        let teller = self.context.teller.about(place.target.label.clone());
        Box::new(Stop { why, at: whereabouts(&teller, place.target, self.context.place) })
    }
}

/// `MigrationContext#last_stored_environment`
fn last_stored_environment(adapter: &SharedAdapter, current: &str) -> Result<Option<String>, Why> {
    if !internal_metadata::enabled(&**adapter.borrow()) {
        return Ok(None);
    }
    if migrator::all_versions(adapter)?.into_iter().max().unwrap_or(0) == 0 {
        return Ok(None);
    }
    let not_there = || Why::from(EnvironmentError::NotInSchema { current: current.to_owned() });
    let adapter = &mut **adapter.borrow_mut();
    if !internal_metadata::table_exists(adapter)? {
        return Err(not_there());
    }
    internal_metadata::value(adapter, "environment")?.map(Some).ok_or_else(not_there)
}

/// What Rails prints of an error before it gives up.
fn message(why: &Why) -> &str {
    match why {
        Why::Database(error) => error.message(),
        Why::Ruby(error) => &error.message,
        Why::Unusable(message) => message,
        _ => "",
    }
}

/// As messages have it.
pub(crate) fn database_name(target: &Target) -> String {
    target.config.database().unwrap_or_default()
}

fn is_a(why: &Why, class: ErrorClass) -> bool {
    matches!(why, Why::Database(error) if error.is_a(class))
}

/// Which the check of SQLite's databases passes over.
fn is_read_only_file(error: &adapters::Error) -> bool {
    error.message().starts_with("SQLite3::ReadOnlyException")
}

/// A configuration with an option of another value.
fn with(config: &DatabaseConfig, changes: &[(&str, Arg)]) -> DatabaseConfig {
    let mut config = config.clone();
    for (name, value) in changes {
        config.options.insert(*name, value.clone());
    }
    config
}
