//! Which database: `--database`, `DATABASE_URL`, `config/database.yml` (its ERB too), or development's SQLite file.
//! Mirrors database_configurations.rb; the YAML and the ERB are evaluated by the same interpreter as migrations are.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use activerecord::database_configurations::{DatabaseYml, UNREADABLE};
use activerecord::{Reasons, World, WorldOptions};
use adapters::{Arg, DatabaseConfig, Options};
use anyhow::{Context, Result, anyhow, bail};
use ruby::source::cut;

use self::document::to_arg;
use crate::app::folder::{AppFolder, Named};
use crate::app::visible::DiskApp;
use crate::credentials;
use crate::env_vars;
use crate::envelope::DatabaseSaid;
use crate::host::{AppHost, Silence};
use crate::request::Common;

mod document;

/// Where Rails looks for it, below the app's root.
pub(crate) const DATABASE_YML: &str = "config/database.yml";

/// One database to work on.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// `primary`, or the name under which database.yml has it.
    pub name: String,
    /// `primary?`: it is called so, or is the first of the current environment.
    pub is_primary: bool,
    /// The same where there are several: what events say of themselves.
    pub label: Option<Rc<str>>,
    pub config: DatabaseConfig,
    pub migrations_paths: Vec<PathBuf>,
    /// Whether the command line names these folders, and not the app's own configuration.
    pub by_user: bool,
    /// What Ruby code is told of config/database.yml.
    pub database_yml: DatabaseYml,
}

/// The environment, and the databases that it has.
#[derive(Debug)]
pub(crate) struct Targets {
    pub environment: String,
    pub targets: Vec<Target>,
}

/// `Rails.env`
pub(crate) fn environment() -> String {
    env_vars::get(env_vars::RAILS_ENV)
        .or_else(|| env_vars::get(env_vars::RACK_ENV))
        .unwrap_or_else(|| "development".to_owned())
}

/// Finds the databases that a command line means.
pub(crate) fn resolve(common: &Common, root: &Path) -> Result<Targets> {
    current(&Said::read(common, root)?, common, root)
}

fn current(said: &Said, common: &Common, root: &Path) -> Result<Targets> {
    let environment = environment();
    let mut named = said.databases(&environment, root)?;
    named.retain(|(_, options)| database_tasks(options));
    if let Some(name) = &common.name {
        let names = named.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", ");
        named.retain(|(other, _)| other == name);
        if named.is_empty() {
            bail!(
                "there is no database `{name}` for the `{environment}` environment in {DATABASE_YML}; it has: {names}"
            );
        }
    }
    let targets = targets(named, said, common, root)?;
    if targets.is_empty() {
        bail!(
            "no database of the `{environment}` environment takes migrations (`database_tasks: false`, `replica: true`)"
        );
    }
    Ok(Targets { environment, targets })
}

/// Which environments' databases a task works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// `each_current_configuration`: development's is test's too, unless the environment names the database.
    Current {
        /// SKIP_TEST_DATABASE
        skips_test: bool,
    },
    /// `configs_for` without an environment: whatever config/database.yml has.
    All,
}

/// Finds the databases that a task works on, environment by environment. The current one has some.
pub(crate) fn resolve_each(common: &Common, root: &Path, reach: Reach) -> Result<Vec<Targets>> {
    let said = Said::read(common, root)?;
    let current = current(&said, common, root)?;
    let has_url = common.database.is_some() || env_vars::get_even_empty(env_vars::DATABASE_URL).is_some();
    let environments = match reach {
        // Of one database there is no more than that one.
        Reach::Current { .. } if common.name.is_some() => vec![current.environment.clone()],
        Reach::Current { skips_test } if current.environment != "development" || has_url || skips_test => {
            vec![current.environment.clone()]
        }
        Reach::Current { .. } => vec![current.environment.clone(), "test".to_owned()],
        Reach::All => said.environments(&current.environment),
    };
    let mut current = Some(current);
    environments
        .into_iter()
        .map(|environment| {
            if let Some(current) = current.take_if(|current| current.environment == environment) {
                return Ok(current);
            }
            let mut named = said.databases(&environment, root)?;
            named.retain(|(_, options)| database_tasks(options));
            Ok(Targets { targets: targets(named, &said, common, root)?, environment })
        })
        .collect()
}

fn targets(named: Vec<(String, Options)>, said: &Said, common: &Common, root: &Path) -> Result<Vec<Target>> {
    let several = named.len() > 1;
    let first = said.databases(&environment(), root).unwrap_or_default().into_iter().next().map(|(name, _)| name);
    let target = |(name, options): (String, Options)| {
        let mut options = known(&name, options, said.reasons())?;
        let paths = options.delete("migrations_paths").to_strings();
        let migrations_paths = migrations_paths(&common.dirs, &paths);
        let (config, by_user) = (DatabaseConfig::new(options), !common.dirs.is_empty());
        let label = several.then(|| Rc::from(name.as_str()));
        let is_primary = name == "primary" || first.as_ref() == Some(&name);
        let database_yml = said.database_yml();
        Ok(Target { name, is_primary, label, config, migrations_paths, by_user, database_yml })
    };
    named.into_iter().map(target).collect()
}

/// Where migrations are: the folders that the command line names, else those of the configuration, else Rails' own.
pub(crate) fn migrations_paths(dirs: &[PathBuf], configured: &[String]) -> Vec<PathBuf> {
    match (dirs, configured) {
        ([], []) => vec![PathBuf::from("db/migrate")],
        ([], configured) => configured.iter().map(PathBuf::from).collect(),
        (dirs, _) => dirs.to_vec(),
    }
}

/// The same of a database that a caller tells of.
pub(crate) fn folders_of(said: &DatabaseSaid) -> Vec<PathBuf> {
    migrations_paths(&[], &said.migrations_paths())
}

/// What is said of databases, before one of the environments is looked for.
enum Said {
    /// `--database`
    Url(String),
    /// There is no config/database.yml.
    Nothing,
    Document(Document),
}

impl Said {
    fn read(common: &Common, root: &Path) -> Result<Self> {
        if let Some(url) = &common.database {
            return Ok(Self::Url(url.clone()));
        }
        if !root.join(DATABASE_YML).exists() {
            return Ok(Self::Nothing);
        }
        let folder = AppFolder::new(root.to_owned(), Named::default());
        load_database_yml(&folder).map(Self::Document).map_err(|error| unless_outside(&folder, error))
    }

    /// Why some of what is said is not known.
    fn reasons(&self) -> &[String] {
        match self {
            Self::Document(document) => &document.reasons,
            Self::Url(_) | Self::Nothing => &[],
        }
    }

    fn database_yml(&self) -> DatabaseYml {
        match self {
            Self::Url(_) => DatabaseYml::Unread,
            Self::Nothing => DatabaseYml::Missing,
            Self::Document(document) => DatabaseYml::Read(with_shared(&document.options)),
        }
    }

    /// Every environment, and the current one.
    fn environments(&self, current: &str) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Self::Document(document) => document.options.keys().map(str::to_owned).collect(),
            Self::Url(_) | Self::Nothing => Vec::new(),
        };
        names.retain(|name| name != "shared");
        if !names.iter().any(|name| name == current) {
            names.push(current.to_owned());
        }
        names
    }

    /// Every database of an environment, by name. Err: the current environment has none.
    fn databases(&self, environment: &str, root: &Path) -> Result<Vec<(String, Options)>> {
        let is_current = environment == self::environment();
        let primary = |url: &str| Ok(vec![("primary".to_owned(), url_options(url)?)]);
        match self {
            Self::Url(url) if is_current => primary(url),
            Self::Url(_) => Ok(Vec::new()),
            Self::Document(document) => {
                let folder = AppFolder::new(root.to_owned(), Named::default());
                databases_of(environment, document).map_err(|error| unless_outside(&folder, error))
            }
            Self::Nothing if !is_current => Ok(Vec::new()),
            Self::Nothing => match env_vars::get(env_vars::DATABASE_URL) {
                Some(url) => primary(&url),
                None if environment == "development" => primary("sqlite3:storage/development.sqlite3"),
                None => bail!(
                    "no database is configured for the `{environment}` environment: looked for --database, DATABASE_URL \
                     and {}",
                    root.join(DATABASE_YML).display()
                ),
            },
        }
    }
}

/// A deployment links it to what releases share; anybody else, to what an error would show.
fn unless_outside(folder: &AppFolder, error: anyhow::Error) -> anyhow::Error {
    if folder.leads_out(DATABASE_YML) {
        anyhow!("{DATABASE_YML} is a link that leads out of the app, and cannot be read as its configuration")
    } else {
        error
    }
}

/// Every database of the environment that config/database.yml has.
fn databases_of(environment: &str, document: &Document) -> Result<Vec<(String, Options)>> {
    let is_current = environment == self::environment();
    let document = &document.options;
    let url = env_vars::get(env_vars::DATABASE_URL).filter(|_| is_current);
    let Some(entry) = document.get_opt(environment).or_else(|| document.get_opt("shared").filter(|_| is_current))
    else {
        return match url {
            Some(url) => Ok(vec![("primary".to_owned(), url_options(&url)?)]),
            None if is_current => bail!(missing_environment(environment, document)),
            None => Ok(Vec::new()),
        };
    };
    let shared = document.get("shared").as_hash().cloned().unwrap_or_default();
    let databases = match entry {
        Arg::Hash(hash) if is_several(hash) => hash.iter().map(|(name, options)| (name.to_owned(), options)).collect(),
        entry => vec![("primary".to_owned(), entry)],
    };
    let databases = databases.into_iter().map(|(name, entry)| {
        let inherited = match shared.get_opt(&name) {
            Some(Arg::Hash(own)) if is_several(&shared) => own.clone(),
            _ if is_several(&shared) => Options::new(),
            _ => shared.clone(),
        };
        let options = database_options(environment, &name, entry, &inherited)?;
        Ok((name, options))
    });
    databases.collect()
}

/// What config/database.yml has for an environment, evaluated as in that environment.
#[cfg(feature = "caller")]
pub(crate) struct Environment {
    pub name: String,
    /// By name.
    pub databases: Vec<(String, Options)>,
    /// Why some of it is not known.
    pub reasons: Vec<String>,
    /// It cannot be evaluated there, and this is what it says elsewhere.
    pub failure: Option<String>,
}

/// Where functions run unless they are told otherwise: what the file has for it alone may be nowhere to be seen elsewhere.
#[cfg(feature = "caller")]
const PRODUCTION: &str = "production";

/// Reads all of config/database.yml; nothing where there is none.
#[cfg(feature = "caller")]
pub(crate) fn every_environment(root: &Path) -> Result<Vec<Environment>> {
    let read = || Said::read(&Common::default(), root);
    let Said::Document(document) = read()? else { return Ok(Vec::new()) };
    let mut names: Vec<String> = document.options.keys().filter(|name| *name != "shared").map(str::to_owned).collect();
    if !names.iter().any(|name| name == PRODUCTION) {
        names.push(PRODUCTION.to_owned());
    }
    let environment = |name: String| match env_vars::with(env_vars::RAILS_ENV, &name, read) {
        Ok(Said::Document(Document { options, reasons })) => {
            Environment { databases: databases_in(&options, &name), name, reasons, failure: None }
        }
        Ok(Said::Url(_) | Said::Nothing) => {
            Environment { name, databases: Vec::new(), reasons: Vec::new(), failure: None }
        }
        Err(error) => Environment {
            databases: databases_in(&document.options, &name),
            name,
            reasons: document.reasons.clone(),
            failure: Some(format!("{error:#}")),
        },
    };
    Ok(names.into_iter().map(environment).filter(|environment| !environment.databases.is_empty()).collect())
}

/// The databases that a document has for an environment.
#[cfg(feature = "caller")]
fn databases_in(document: &Options, environment: &str) -> Vec<(String, Options)> {
    match with_shared(document).get_opt(environment) {
        None => Vec::new(),
        Some(Arg::Hash(several)) if is_several(several) => {
            let named = several.iter().map(|(name, options)| (name.to_owned(), options));
            named.map(|(name, options)| (name, with_url(options))).collect()
        }
        Some(entry) => vec![("primary".to_owned(), with_url(entry))],
    }
}

/// An entry with what its URL says above it.
#[cfg(feature = "caller")]
fn with_url(entry: &Arg) -> Options {
    let options = entry.as_hash().cloned().unwrap_or_default();
    let url = entry.as_str().or_else(|| options.get("url").as_str()).filter(|url| !url.contains(UNREADABLE));
    match url.map(url_options) {
        Some(Ok(said)) => options.merge(&said),
        // Where it is, the function's environment says.
        _ => options,
    }
}

/// Whether config/database.yml, which cannot be evaluated, has an environment with several databases: as Rails looks for tasks, with
/// its ERB left out.
#[cfg(feature = "caller")]
pub(crate) fn may_have_several(root: &Path) -> bool {
    let folder = AppFolder::new(root.to_owned(), Named::default());
    let Ok(source) = folder.shared_setting(DATABASE_YML) else { return false };
    let source = String::from_utf8_lossy(&source);
    let mut plain = String::new();
    for (index, part) in source.split("<%").enumerate() {
        plain.push_str(if index == 0 { part } else { part.split_once("%>").map_or("", |(_, rest)| rest) });
    }
    let Ok(mut world) = world(&folder) else { return true };
    let read = world.evaluate(DATABASE_YML, "require 'yaml'; YAML.load($source, aliases: true)", &plain);
    match read.as_ref().map(to_arg) {
        Ok(Ok(Arg::Hash(environments))) => environments.values().any(|entry| match entry {
            Arg::Hash(entry) => is_several(entry) && entry.len() > 1,
            _ => false,
        }),
        Ok(_) => false,
        Err(_) => true,
    }
}

/// The environments, each with what `shared:` says below its own, as `Rails.configuration.database_configuration` has them.
fn with_shared(document: &Options) -> Options {
    let shared = document.get("shared").as_hash().cloned().unwrap_or_default();
    let mut environments = Options::new();
    for (name, entry) in document.iter().filter(|(name, _)| *name != "shared") {
        let entry = match entry {
            Arg::Hash(several) if is_several(several) => {
                let mut databases = Options::new();
                for (name, options) in several.iter() {
                    let below =
                        if is_several(&shared) { shared.get(name).as_hash().cloned() } else { Some(shared.clone()) };
                    let mut options = options.as_hash().cloned().unwrap_or_default();
                    options.reverse_update(&below.unwrap_or_default());
                    databases.insert(name, Arg::Hash(options));
                }
                Arg::Hash(databases)
            }
            Arg::Hash(options) => {
                let mut options = options.clone();
                options.reverse_update(&shared);
                Arg::Hash(options)
            }
            other => other.clone(),
        };
        environments.insert(name, entry);
    }
    environments
}

fn is_several(hash: &Options) -> bool {
    !hash.is_empty() && hash.values().all(|value| matches!(value, Arg::Hash(_)))
}

/// One entry with `shared:` below it and a URL above it: its own `url:`, else `NAME_DATABASE_URL`.
fn database_options(environment: &str, name: &str, entry: &Arg, shared: &Options) -> Result<Options> {
    let mut options = match entry {
        Arg::Hash(hash) => hash.clone(),
        Arg::Str(url) if url.contains(UNREADABLE) => return Ok(Options::from([("url", Arg::str(url.clone()))])),
        Arg::Str(url) if url.contains(':') => return url_options(url),
        other => bail!(
            "'{{ {environment} => {value} }}' is not a valid configuration. \
             Expected '{value}' to be a URL string or a Hash.",
            value = other.to_s()
        ),
    };
    options.reverse_update(shared);
    if options.get("url").to_s().contains(UNREADABLE) {
        return Ok(options);
    }
    let own_url = options.delete("url");
    let url = match own_url {
        // The environment names databases of the current one.
        Arg::Nil if environment != self::environment() => None,
        Arg::Nil => env_vars::get(&format!("{}_DATABASE_URL", name.to_uppercase()))
            .or_else(|| (name == "primary").then(|| env_vars::get(env_vars::DATABASE_URL)).flatten()),
        url => Some(url.to_s()),
    };
    Ok(match url {
        Some(url) => options.merge(&url_options(&url)?),
        None => options,
    })
}

fn url_options(url: &str) -> Result<Options> {
    adapters::connection_url_resolver::resolve(url).map_err(|error| anyhow!("{}", error.message()))
}

/// Whether a database is one that tasks work on.
pub(crate) fn database_tasks(options: &Options) -> bool {
    let flag = |name: &str, default: bool| match options.get_opt(name) {
        None => default,
        Some(Arg::Str(text)) => text != "false",
        Some(value) => value.is_truthy(),
    };
    !flag("replica", false) && flag("database_tasks", true)
}

fn missing_environment(environment: &str, document: &Options) -> String {
    let sentence = document
        .iter()
        .filter(|(name, _)| *name != "shared")
        .map(|(name, entry)| match entry {
            Arg::Hash(hash) if is_several(hash) => format!("{name}: {}", hash.keys().collect::<Vec<_>>().join(", ")),
            _ => name.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n  ");
    format!(
        "The `{environment}` database is not configured for the `{environment}` environment.\n\n  \
         Available database configurations are:\n\n  {sentence}\n"
    )
}

/// What config/database.yml says, and why some of it is not known.
struct Document {
    options: Options,
    /// By the number that [`UNREADABLE`] is followed by.
    reasons: Vec<String>,
}

/// What no migration needs.
const NOT_NEEDED: [&str; 11] = [
    "pool",
    "max_connections",
    "min_connections",
    "checkout_timeout",
    "idle_timeout",
    "reaping_frequency",
    "max_age",
    "keepalive",
    "schema_dump",
    "schema_cache_path",
    "seeds",
];
/// Renders the ERB and reads the YAML, as `ActiveSupport::ConfigurationFile.parse` does. Where that needs the application,
/// once more with its credentials and with something in place of everything else.
fn load_database_yml(folder: &AppFolder) -> Result<Document> {
    let path = folder.root().join(DATABASE_YML);
    let source = folder.shared_setting(DATABASE_YML).with_context(|| format!("cannot read {}", path.display()))?;
    let source = std::str::from_utf8(&source).with_context(|| format!("{} is not UTF-8", path.display()))?;
    let path = path.to_string_lossy().into_owned();
    let render = |world: &mut World| {
        let program = "require 'erb'; require 'yaml'; YAML.load(ERB.new($source).result, aliases: true)";
        world.evaluate(&path, program, source)
    };
    let mut reasons = Reasons::default();
    // The world is kept as long as what was read in it.
    let mut reader = world(folder);
    let alone = reader.as_mut().map_err(|error| error.clone()).and_then(&render);
    let rendered = match alone {
        Err(_) if source.contains("<%") => {
            reader = world(folder);
            reader.as_mut().map_err(|error| error.clone()).and_then(|world| {
                let credentials = match credentials::read(folder, &environment()) {
                    Ok(yaml) => {
                        Ok(world.evaluate(CREDENTIALS, "require 'yaml'; YAML.load($source, aliases: true)", &yaml)?)
                    }
                    Err(why) => Err(why),
                };
                reasons = world.stand_in_for_application(credentials)?;
                render(world)
            })
        }
        alone => alone,
    };
    let rendered = rendered.map_err(|error| anyhow!("{path}: {}: {}", error.class, error.message))?;
    let options = match to_arg(&rendered).map_err(|error| anyhow!("{path}: {error}"))? {
        Arg::Hash(options) => options,
        Arg::Nil => Options::new(),
        other => bail!("{path}: expected a mapping of environments, found `{}`", cut(&other.inspect(), 100)),
    };
    let reasons = reasons.borrow().clone();
    Ok(Document { options, reasons })
}

const CREDENTIALS: &str = "config/credentials.yml.enc";

/// A world for a configuration file.
fn world(folder: &AppFolder) -> Result<World, activerecord::RubyError> {
    let host = AppHost::new(Rc::new(DiskApp::new(folder.clone())), Rc::new(Silence));
    let root = folder.root().to_string_lossy().into_owned();
    World::unconnected(
        "sqlite3",
        Box::new(host),
        WorldOptions { rails_env: environment(), root, ..WorldOptions::default() },
    )
}

/// Leaves out what is neither known nor needed. Err: what is needed and not known.
fn known(name: &str, mut options: Options, reasons: &[String]) -> Result<Options> {
    let unknown = options.iter().filter(|(_, value)| value.inspect().contains(UNREADABLE));
    let unknown: Vec<_> = unknown.map(|(key, value)| (key.to_owned(), value.inspect())).collect();
    for (key, value) in unknown {
        if NOT_NEEDED.contains(&key.as_str()) {
            options.delete(&key);
            continue;
        }
        let why = reason(&value, reasons);
        bail!(
            "{DATABASE_YML}: `{key}` of the database `{name}` is not known: {why}\n\
             hint: name the database by --database or DATABASE_URL; credentials are read with RAILS_MASTER_KEY or \
             config/master.key"
        );
    }
    Ok(options)
}

/// Why a value is not known that has [`UNREADABLE`] in it.
pub(crate) fn reason<'r>(value: &str, reasons: &'r [String]) -> &'r str {
    let number = value.split(UNREADABLE).nth(1).and_then(|rest| rest.split('_').next()?.parse::<usize>().ok());
    number.and_then(|number| reasons.get(number)).map_or("it needs the application", String::as_str)
}

/// What the variables of a database of a function begin with: `CACHE_`. Lambda's have letters, digits and underscores.
pub(crate) fn variables_of(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    name.chars().map(letter).chain(['_']).collect()
}
