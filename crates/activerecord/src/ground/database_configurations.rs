//! `ActiveRecord::Base.configurations` and `Rails.configuration.database_configuration`: database_configurations.rb, as far as
//! migrations read it. Passwords are left out, as they are of the connection's own configuration. Where config/database.yml
//! was not read, for the database was named otherwise, only that database is known.

use std::rc::Rc;

use adapters::{Arg, Options};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RHash, Value, method};

use crate::ground::arguments::{self, string};
use crate::ground::state::{state, with_adapter};

/// What config/database.yml has, as `Rails.configuration.database_configuration` answers it.
#[derive(Clone, Debug, Default)]
pub enum DatabaseYml {
    /// Nobody has read it.
    #[default]
    Unread,
    /// There is none.
    Missing,
    Read(Options),
}

/// What stands in the document for a value that only the application knows begins so.
pub const UNREADABLE: &str = "MAGLEV_UNREADABLE_";

/// `HashConfig`; without options of its own it is the connection's.
pub(crate) struct HashConfig {
    env_name: String,
    name: String,
    options: Option<Options>,
}

impl NativeData for HashConfig {}

struct Configurations(Vec<Value>);

impl NativeData for Configurations {}

const CONFIG_METHODS: &[NativeMethod] = &[
    method("adapter", |i, this, _| option(i, this, "adapter"), 0..=0),
    method("database", |i, this, _| option(i, this, "database"), 0..=0),
    method("host", |i, this, _| option(i, this, "host"), 0..=0),
    method("socket", |i, this, _| option(i, this, "socket"), 0..=0),
    method("migrations_paths", |i, this, _| option(i, this, "migrations_paths"), 0..=0),
    method("replica?", |i, this, _| option(i, this, "replica"), 0..=0),
    method("env_name", |i, this, _| named(i, this, |config| config.env_name.clone()), 0..=0),
    method("name", |i, this, _| named(i, this, |config| config.name.clone()), 0..=0),
    method("configuration_hash", configuration_hash, 0..=0),
    method("for_current_env?", is_current, 0..=0),
    method("primary?", is_primary, 0..=0),
];

const METHODS: &[NativeMethod] = &[
    method("configurations", |_, this, _| Ok(Value::array(all(this))), 0..=0),
    method("configs_for", configs_for, 0..=0).taking(&["env_name", "name", "include_hidden"]).lacking(&["config_key"]),
    method("find_db_config", find_db_config, 1..=1),
    method("primary?", is_primary_name, 1..=1),
    method("empty?", |_, this, _| Ok(all(this).is_empty().into()), 0..=0),
    method("blank?", |_, this, _| Ok(all(this).is_empty().into()), 0..=0),
    method("any?", |_, this, _| Ok((!all(this).is_empty()).into()), 0..=0),
];

const CONFIG: &str = "ActiveRecord::DatabaseConfigurations::HashConfig";
const CONFIGURATIONS: &str = "ActiveRecord::DatabaseConfigurations";

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    interpreter.define_class(CONFIGURATIONS, &object).define(METHODS);
    interpreter.define_class(CONFIG, &object).define(CONFIG_METHODS);
}

/// `connection_db_config`
pub(crate) fn of_connection(interpreter: &mut Interpreter) -> Eval {
    let env_name = state(interpreter)?.options.rails_env.clone();
    Ok(config(interpreter, HashConfig { env_name, name: "primary".to_owned(), options: None }))
}

fn config(interpreter: &mut Interpreter, config: HashConfig) -> Value {
    let class = interpreter.class_at(CONFIG);
    Value::native(&class, config)
}

/// `ActiveRecord::Base.configurations`
pub(crate) fn configurations(interpreter: &mut Interpreter) -> Eval {
    let mut configs = Vec::new();
    match state(interpreter)?.options.database_yml.clone() {
        DatabaseYml::Read(document) => {
            let document = known(interpreter, &document)?;
            for (env_name, entry) in document.iter().filter(|(name, _)| *name != "shared") {
                for (name, options) in databases(entry) {
                    let options = HashConfig { env_name: env_name.to_owned(), name, options: Some(options) };
                    configs.push(config(interpreter, options));
                }
            }
        }
        DatabaseYml::Missing | DatabaseYml::Unread => configs.push(of_connection(interpreter)?),
    }
    let class = interpreter.class_at(CONFIGURATIONS);
    Ok(Value::native(&class, Configurations(configs)))
}

/// The databases of an environment, by name.
fn databases(entry: &Arg) -> Vec<(String, Options)> {
    match entry {
        Arg::Hash(several) if !several.is_empty() && several.values().all(|value| matches!(value, Arg::Hash(_))) => {
            several.iter().filter_map(|(name, options)| Some((name.to_owned(), options.as_hash()?.clone()))).collect()
        }
        Arg::Hash(options) => vec![("primary".to_owned(), options.clone())],
        _ => Vec::new(),
    }
}

/// The document without what nobody is told. What only the application knows can't be told either.
fn known(interpreter: &mut Interpreter, document: &Options) -> Eval<Options> {
    let document = without_passwords(document);
    if Arg::Hash(document.clone()).inspect().contains(UNREADABLE) {
        return Err(interpreter.unsupported("config/database.yml with values that only the application knows"));
    }
    Ok(document)
}

fn without_passwords(options: &Options) -> Options {
    let mut known = Options::new();
    for (name, value) in options.iter().filter(|(name, _)| *name != "password" && *name != "url") {
        let value = match value {
            Arg::Hash(inner) => Arg::Hash(without_passwords(inner)),
            other => other.clone(),
        };
        known.insert(name, value);
    }
    known
}

/// `Rails.configuration.database_configuration`, whose keys are strings all the way down.
pub(crate) fn database_configuration(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    match state(interpreter)?.options.database_yml.clone() {
        DatabaseYml::Read(document) => {
            let document = known(interpreter, &document)?;
            Ok(with_strings(interpreter, &Arg::Hash(document)))
        }
        DatabaseYml::Missing => Ok(Value::hash(RHash::new())),
        DatabaseYml::Unread => Err(interpreter.unsupported(
            "`Rails.configuration.database_configuration` where the database is not named by config/database.yml",
        )),
    }
}

fn with_strings(interpreter: &mut Interpreter, value: &Arg) -> Value {
    match value {
        Arg::Hash(options) => {
            let pairs: Vec<_> =
                options.iter().map(|(name, value)| (Value::str(name), with_strings(interpreter, value))).collect();
            Value::hash(RHash::from_pairs(pairs))
        }
        other => arguments::to_value(interpreter, other),
    }
}

fn own(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<HashConfig>> {
    match this.data::<HashConfig>() {
        Some(config) => Ok(config),
        None => Err(interpreter.type_error("not a database configuration")),
    }
}

fn options(interpreter: &mut Interpreter, this: &Value) -> Eval<Options> {
    match own(interpreter, this)?.options.clone() {
        Some(options) => Ok(options),
        None => with_adapter(interpreter, |adapter| Ok(adapter.base().config.options.except(&["password"]))),
    }
}

fn option(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let options = options(interpreter, this)?;
    Ok(arguments::to_value(interpreter, options.get(name)))
}

fn named(interpreter: &mut Interpreter, this: &Value, of: fn(&HashConfig) -> String) -> Eval {
    Ok(of(&*own(interpreter, this)?).into())
}

fn configuration_hash(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let options = options(interpreter, this)?;
    Ok(Value::hash(arguments::to_hash(interpreter, &options)))
}

fn is_current(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let env_name = state(interpreter)?.options.rails_env.clone();
    Ok((own(interpreter, this)?.env_name == env_name).into())
}

fn is_primary(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let name = own(interpreter, this)?.name.clone();
    let configurations = configurations(interpreter)?;
    is_primary_name(interpreter, &configurations, Args::one(name.into()))
}

fn all(this: &Value) -> Vec<Value> {
    this.data::<Configurations>().map_or_else(Vec::new, |configurations| configurations.0.clone())
}

/// `primary`, or the first database of the environment.
fn is_primary_name(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = string(interpreter, &args, 0)?;
    if name == "primary" {
        return Ok(true.into());
    }
    let env_name = state(interpreter)?.options.rails_env.clone();
    let of_env = all(this).iter().filter_map(Value::data::<HashConfig>).find(|config| config.env_name == env_name);
    Ok(of_env.is_some_and(|config| config.name == name).into())
}

/// Whether an environment is told of: where config/database.yml was not read, only the run's own is known.
fn check_env(interpreter: &mut Interpreter, env_name: &str) -> Eval<()> {
    let state = state(interpreter)?;
    let is_unread = matches!(state.options.database_yml, DatabaseYml::Unread);
    if is_unread && env_name != state.options.rails_env {
        let what = format!("the database configuration of `{env_name}` where config/database.yml was not read");
        return Err(interpreter.unsupported(what));
    }
    Ok(())
}

fn configs_for(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = |interpreter: &mut Interpreter, name: &str| match args.keyword(name).filter(|value| !value.is_nil()) {
        Some(value) => interpreter.to_s(&value).map(Some),
        None => Ok(None),
    };
    let name = text(interpreter, "name")?;
    let mut env_name = text(interpreter, "env_name")?;
    if name.is_some() && env_name.is_none() {
        env_name = Some(state(interpreter)?.options.rails_env.clone());
    }
    if let Some(env_name) = &env_name {
        check_env(interpreter, env_name)?;
    }
    let hidden = args.keyword("include_hidden").is_some_and(|hidden| hidden.truthy());
    let mut found = Vec::new();
    for config in all(this) {
        let own = own(interpreter, &config)?;
        let shown = hidden || has_tasks(&options(interpreter, &config)?);
        if shown && env_name.as_ref().is_none_or(|name| *name == own.env_name) {
            found.push((own.name.clone(), config));
        }
    }
    match name {
        Some(name) => Ok(found.into_iter().find(|(own, _)| *own == name).map_or(Value::Nil, |(_, config)| config)),
        None => Ok(Value::array(found.into_iter().map(|(_, config)| config).collect())),
    }
}

fn has_tasks(options: &Options) -> bool {
    !options.get("replica").is_truthy() && options.get_opt("database_tasks").is_none_or(Arg::is_truthy)
}

fn find_db_config(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = string(interpreter, &args, 0)?;
    let current = state(interpreter)?.options.rails_env.clone();
    let configs = all(this);
    let find = |fits: &dyn Fn(&HashConfig) -> bool| {
        configs.iter().find(|config| config.data::<HashConfig>().is_some_and(|config| fits(&config))).cloned()
    };
    let found = find(&|config| config.env_name == current && (config.env_name == wanted || config.name == wanted))
        .or_else(|| find(&|config| config.env_name == wanted));
    if found.is_none() {
        check_env(interpreter, &wanted)?;
    }
    Ok(found.unwrap_or_default())
}
