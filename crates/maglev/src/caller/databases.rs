//! What config/database.yml says of each environment's databases, for the function to know: it has an environment of its own, so that
//! all of them go along. Where a database is, and every secret, stays here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use activerecord::database_configurations::UNREADABLE;
use activerecord::settings::SchemaFormat;
use adapters::{Arg, Options};
use anyhow::{Result, bail};
use serde_json::{Map, Value};

use crate::commands::schema_file;
use crate::config::{self, DATABASE_YML, Environment, folders_of};
use crate::envelope::{DatabaseSaid, PRIMARY, SAID};
use crate::teller::Teller;

/// By environment, in the file's order.
pub(super) type Databases = BTreeMap<String, Vec<DatabaseSaid>>;

/// Reads it; nothing where there is none. Err: it cannot be read, and has several databases, of which one would not do.
pub(super) fn said(root: &Path, teller: &Teller) -> Result<Databases> {
    let all = match config::every_environment(root) {
        Ok(all) => all,
        Err(error) if config::may_have_several(root) => bail!(
            "{error:#}\n\
             hint: it has several databases, and the function has to be told of them: give this process the variables that \
             {DATABASE_YML} asks for, whatever their values"
        ),
        Err(error) => {
            teller.note(&format!("{error:#}; the function works on the database that its environment names"));
            return Ok(Databases::new());
        }
    };
    Ok(all.into_iter().filter_map(of_environment).collect())
}

/// None: of one database nothing has to be known.
fn of_environment(environment: Environment) -> Option<(String, Vec<DatabaseSaid>)> {
    let Environment { name: environment, databases, reasons, failure } = environment;
    if failure.is_some() && databases.len() == 1 {
        return None;
    }
    let said = databases.into_iter().map(|(name, options)| match &failure {
        Some(why) => {
            let unknown = BTreeMap::from([("entry".to_owned(), why.clone())]);
            DatabaseSaid { name, unknown, ..DatabaseSaid::default() }
        }
        None => of_one(name, &options, &reasons),
    });
    Some((environment, said.collect()))
}

fn of_one(name: String, options: &Options, reasons: &[String]) -> DatabaseSaid {
    let mut said = DatabaseSaid { name, ..DatabaseSaid::default() };
    for (key, value) in options.iter().filter(|(key, _)| SAID.contains(key)) {
        let text = value.inspect();
        if !text.contains(UNREADABLE) {
            said.options.insert(key.to_owned(), to_json(value, ""));
        } else if key != "database" && key != "adapter" {
            // Those two the function's environment can say.
            let why = config::reason(&text, reasons).to_owned();
            said.unknown.insert(key.to_owned(), why);
        }
    }
    said
}

/// `symbols`: what they begin with. A session variable that is `:default` is another one than the text.
fn to_json(value: &Arg, symbols: &str) -> Value {
    match value {
        Arg::Bool(value) => Value::from(*value),
        Arg::Int(value) => Value::from(*value),
        Arg::Float(value) => Value::from(*value),
        Arg::Symbol(name) => Value::from(format!("{symbols}{name}")),
        Arg::Array(items) => items.iter().map(|item| to_json(item, ":")).collect(),
        Arg::Hash(options) => {
            let pairs = options.iter().map(|(key, value)| (key.to_owned(), to_json(value, ":")));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Arg::Nil => Value::Null,
        other => Value::from(other.to_s()),
    }
}

/// The migration folders of all databases, as database.yml has them, each once.
pub(super) fn folders(databases: &Databases) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for said in databases.values().flatten() {
        for folder in folders_of(said) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
    }
    folders
}

/// Where the app may keep the schemas of its databases, in whichever format and environment.
pub(super) fn schema_files(databases: &Databases) -> Vec<PathBuf> {
    let none = [DatabaseSaid { name: PRIMARY.to_owned(), ..DatabaseSaid::default() }];
    let all = databases.values().map(Vec::as_slice).chain(databases.is_empty().then_some(&none[..]));
    let mut files = Vec::new();
    for (index, said) in all.flat_map(|databases| databases.iter().enumerate()) {
        let own = said.options.get("schema_dump").map(|own| own.as_str().map_or(Arg::Nil, Arg::str));
        for format in [SchemaFormat::Ruby, SchemaFormat::Sql] {
            let is_primary = said.is_primary(index);
            let file = schema_file::path_of(&said.name, is_primary, own.as_ref(), format);
            files.extend(file.filter(|file| !files.contains(file)));
        }
    }
    files
}

/// The databases, of whichever environment, whose migrations a file of the bundle is one of.
pub(super) fn owners<'d>(databases: &'d Databases, path: &'d str) -> impl Iterator<Item = &'d str> {
    let has = |said: &&DatabaseSaid| folders_of(said).iter().any(|folder| Path::new(path).starts_with(folder));
    databases.values().flatten().filter(has).map(|said| said.name.as_str())
}

/// Puts the folders of the bundle in place of those on disk. `inside`: where each stands; Err of one that is not there.
pub(super) fn relocate(databases: &mut Databases, inside: impl Fn(&Path) -> Result<String>) {
    for said in databases.values_mut().flatten().filter(|said| said.options.contains_key("migrations_paths")) {
        match folders_of(said).iter().map(|folder| inside(folder)).collect::<Result<Vec<_>>>() {
            Ok(folders) => {
                said.options.insert("migrations_paths".to_owned(), Value::from(folders));
            }
            Err(error) => {
                said.options.remove("migrations_paths");
                said.unknown.insert("migrations_paths".to_owned(), error.to_string());
            }
        }
    }
}
