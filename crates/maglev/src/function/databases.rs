//! Which databases an event is for: what the caller says of config/database.yml, and where the function's environment has each.
//! Without a word of the caller it is the one that the environment names.

use std::path::PathBuf;

use adapters::{Arg, Options};
use anyhow::{Result, bail};
use serde_json::Value;

use super::database::{Sought, Source};
use crate::commands::context::Given;
use crate::config::{DATABASE_YML, database_tasks, folders_of, migrations_paths};
use crate::env_vars;
use crate::envelope::{DatabaseSaid, PRIMARY, SAID};
use crate::request::Common;

/// A database of an event, before its password is known.
pub(crate) struct Wanted {
    pub name: String,
    is_primary: bool,
    is_one_of_several: bool,
    migrations_paths: Vec<String>,
    pub source: Source,
}

impl Wanted {
    /// The database with its configuration.
    pub(crate) fn given(&self, config: adapters::DatabaseConfig) -> Given {
        Given {
            name: self.name.clone(),
            is_primary: self.is_primary,
            is_one_of_several: self.is_one_of_several,
            config,
            migrations_paths: self.migrations_paths.clone(),
        }
    }
}

/// `Rails.env` of a function.
pub(crate) fn environment() -> String {
    env_vars::get(env_vars::RAILS_ENV).unwrap_or_else(|| "production".to_owned())
}

/// Finds those that are meant. Err: the caller or the environment says what cannot be.
pub(crate) fn wanted(common: &Common) -> Result<Vec<Wanted>> {
    let environment = environment();
    let Some(all) = said(common, &environment) else {
        if let Some(name) = &common.name {
            bail!(
                "there is no database `{name}`: the caller says nothing of databases for the `{environment}` environment, which \
                 is the function's RAILS_ENV"
            );
        }
        let sought = Sought { name: PRIMARY, is_primary: true, options: &Options::new() };
        let source = Source::new(&env_vars::get, &sought)?;
        let (name, migrations_paths) = (PRIMARY.to_owned(), Vec::new());
        return Ok(vec![Wanted { name, is_primary: true, is_one_of_several: false, migrations_paths, source }]);
    };
    let mut databases = Vec::new();
    for (index, said) in all.iter().enumerate() {
        let options = options(said)?;
        if database_tasks(&options) {
            databases.push((said, options, said.is_primary(index)));
        }
    }
    if let Some(name) = &common.name {
        let names = databases.iter().map(|(said, ..)| said.name.clone()).collect::<Vec<_>>().join(", ");
        databases.retain(|(said, ..)| said.name == *name);
        if databases.is_empty() {
            bail!(
                "there is no database `{name}` for the `{environment}` environment in {DATABASE_YML}; it has: {names}"
            );
        }
    }
    if databases.is_empty() {
        bail!(
            "no database of the `{environment}` environment takes migrations (`database_tasks: false`, `replica: true`)"
        );
    }
    let is_one_of_several = databases.len() > 1;
    let known = |(said, mut options, is_primary): (&DatabaseSaid, Options, bool)| {
        if let Some((option, why)) = said.unknown.iter().next() {
            bail!("{DATABASE_YML}: `{option}` of the database `{}` is not known to the caller: {why}", said.name);
        }
        let migrations_paths = options.delete("migrations_paths").to_strings();
        let source = Source::new(&env_vars::get, &Sought { name: &said.name, is_primary, options: &options })?;
        Ok(Wanted { name: said.name.clone(), is_primary, is_one_of_several, migrations_paths, source })
    };
    databases.into_iter().map(known).collect()
}

/// What the caller says of an environment's databases.
fn said<'c>(common: &'c Common, environment: &str) -> Option<&'c [DatabaseSaid]> {
    common.databases.get(environment).map(Vec::as_slice).filter(|databases| !databases.is_empty())
}

/// The migration folders of every database that the event knows, within the bundle.
pub(crate) fn folders(common: &Common) -> Vec<PathBuf> {
    let said = said(common, &environment()).unwrap_or_default();
    match said {
        _ if !common.dirs.is_empty() => common.dirs.clone(),
        [] => migrations_paths(&[], &[]),
        said => said.iter().flat_map(folders_of).collect(),
    }
}

/// Takes what a caller may say. Err: where a database is, and who may in, is the function's environment's to say.
fn options(said: &DatabaseSaid) -> Result<Options> {
    if said.name.len() > LONGEST_NAME {
        bail!("a database's name has more than {LONGEST_NAME} bytes");
    }
    let mut options = Options::new();
    for (key, value) in &said.options {
        if !SAID.contains(&key.as_str()) {
            bail!(
                "`{key}` of the database `{}` is not for the caller to say; it is a function's environment that does",
                said.name
            );
        }
        options.insert(key.clone(), to_arg(value));
    }
    Ok(options)
}

const LONGEST_NAME: usize = 100;

fn to_arg(value: &Value) -> Arg {
    match value {
        Value::Null => Arg::Nil,
        Value::Bool(value) => Arg::Bool(*value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Arg::Float(number.as_f64().unwrap_or_default()), Arg::Int)
        }
        Value::String(text) => Arg::str(text.clone()),
        Value::Array(items) => Arg::Array(items.iter().map(to_arg).collect()),
        Value::Object(pairs) => {
            let mut options = Options::new();
            for (key, value) in pairs {
                options.insert(key.clone(), to_arg(value));
            }
            Arg::Hash(options)
        }
    }
}
