//! A plan without a database: from the app's schema file, as it is or as a revision has it.

use std::fs;
use std::path::{Path, PathBuf};

use activerecord::migration::migration_context::{is_migration_path, parse_migration_filename, version_number};
use activerecord::settings::SchemaFormat;
use adapters::memory::Server;
use adapters::memory::planner::Planner;
use adapters::{Adapter, DatabaseConfig, Dialect};
use anyhow::{Result, bail};
use ruby::Source;

use super::git::Revision;
use super::live;
use crate::commands::schema_dump;
use crate::commands::session::Session;
use crate::commands::stop::Why;
use crate::config::DATABASE_YML;
use crate::env_vars;
use crate::request::Common;
use crate::structure::{self, Reading};

/// What a plan begins with.
pub(super) struct Files {
    root: PathBuf,
    /// What the command line says of the server.
    server: Option<Server>,
    schema: Option<PathBuf>,
    base: Option<String>,
}

impl Files {
    /// `server`: as `--server` names it. Where nobody else names a database, it does.
    pub(super) fn new(
        root: &Path,
        server: Option<&str>,
        schema: Option<PathBuf>,
        base: Option<String>,
        common: &mut Common,
    ) -> Result<Self> {
        let parsed = match server.map(|text| (text, Server::parse(text))) {
            None => None,
            Some((_, Some(server))) => Some(server),
            Some((text, None)) => bail!(
                "`--server {text}` is none that is known: mysql:8.0.36, mariadb:10.11, postgresql:16 or sqlite, the newest version where none is named"
            ),
        };
        let is_named = common.database.is_some()
            || root.join(DATABASE_YML).exists()
            || env_vars::get(env_vars::DATABASE_URL).is_some();
        if !is_named {
            let Some(server) = &parsed else {
                bail!("nobody says which database the plan is for: `--server postgresql:16`, or {DATABASE_YML}")
            };
            common.database = Some(format!("{}:app", adapter_name(server.dialect)));
        }
        Ok(Self { root: root.to_owned(), server: parsed, schema, base })
    }

    /// An adapter of the configuration's that connects to nothing.
    pub(super) fn adapter(&self, config: &DatabaseConfig) -> Result<Box<dyn Adapter>, Why> {
        let server = self.server(config)?;
        let mut config = config.clone();
        if dialect(&config.adapter) != Some(server.dialect) {
            let mut options = config.options.clone();
            options.insert("adapter", adapter_name(server.dialect));
            config = DatabaseConfig::new(options);
        }
        Ok(live::without(config, server)?)
    }

    fn server(&self, config: &DatabaseConfig) -> Result<Server, Why> {
        let server = self.server.clone().or_else(|| Server::parse(&config.adapter));
        let Some(mut server) = server else {
            let message = format!("`{}` is no adapter that a plan knows; `--server` names another", config.adapter);
            return Err(Why::Unusable(message));
        };
        server.database = config.database().unwrap_or_default();
        server.uses_foreign_keys = config.boolean("foreign_keys").unwrap_or(true);
        for (key, place) in [("encoding", &mut server.charset), ("collation", &mut server.collation)] {
            if let Some(given) = config.string(key).filter(|_| server.dialect == Dialect::MySql) {
                *place = given;
            }
        }
        Ok(server)
    }

    /// Connects to nothing; [`Self::load`] is what the plan begins with.
    pub(super) fn planner(&self, session: &Session) -> Result<Planner, Why> {
        let server = self.server(&session.target().config)?;
        live::alone(&mut **session.adapter.borrow_mut(), server)
    }

    /// Brings the schema to where the plan begins. Answers the versions of the revision, and what is to be said of it.
    pub(super) fn load(&self, session: &mut Session) -> Result<Begun, Why> {
        let revision = self.base.as_deref().map(|name| Revision::find(&self.root, name)).transpose()?;
        let mut begun = Begun::default();
        if let Some(revision) = &revision {
            let folders = &session.target().migrations_paths;
            let paths = revision.files(folders)?;
            let versions = paths.iter().filter(|path| is_migration_path(path));
            let versions: Vec<u128> =
                versions.filter_map(|path| Some(version_number(parse_migration_filename(path)?.version))).collect();
            begun.note = older(session, &versions, revision.name());
            session.engine.set_migration_versions(versions.clone());
            begun.versions = Some(versions);
        }
        let paths = self.schema_paths(session)?;
        let Some((path, text)) = self.schema_text(&paths, revision.as_ref())? else {
            // An app before its first migration has no schema file, and its database nothing.
            let is_new = begun.versions.as_ref().is_some_and(Vec::is_empty);
            return if is_new { Ok(begun) } else { Err(missing(&paths, revision.as_ref())) };
        };
        refuse_conflict(&path, &text)?;
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        if is_sql {
            begun.unread = load_structure(session, &path, &text)?;
        } else {
            load_ruby(session, &path, &text)?;
        }
        begun.is_sql = is_sql;
        Ok(begun)
    }

    /// Where the schema file may be: what is named, else what the app's configuration has, else either of Rails' own.
    fn schema_paths(&self, session: &mut Session) -> Result<Vec<PathBuf>, Why> {
        let own = schema_dump::path(session, self.schema.as_deref()).map_err(|stop| stop.why)?;
        let mut paths: Vec<PathBuf> = own.into_iter().map(|(_, path)| path).collect();
        if self.schema.is_none() {
            let both = [SchemaFormat::Ruby, SchemaFormat::Sql].map(|format| Path::new("db").join(format.file_name()));
            paths.extend(both.into_iter().filter(|_| session.target().is_primary));
            paths.dedup();
        }
        Ok(paths)
    }

    /// The first of them that is there.
    fn schema_text(&self, paths: &[PathBuf], revision: Option<&Revision>) -> Result<Option<(PathBuf, String)>, Why> {
        for path in paths {
            let found = match revision {
                Some(revision) => revision.read(path)?,
                None => fs::read(self.root.join(path)).ok(),
            };
            if let Some(bytes) = found {
                let text = String::from_utf8(bytes);
                let text = text.map_err(|_| Why::Unusable(format!("{}: it is not UTF-8", path.display())))?;
                return Ok(Some((path.clone(), text)));
            }
        }
        Ok(None)
    }
}

fn missing(paths: &[PathBuf], revision: Option<&Revision>) -> Why {
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    let of = revision.map(|revision| format!(" of `{}`", revision.name())).unwrap_or_default();
    Why::Unusable(format!(
        "there is no schema file{of} to begin with, looked for {}; `maglev schema dump` writes one",
        names.join(" and ")
    ))
}

/// Where a plan begins.
#[derive(Default)]
pub(super) struct Begun {
    /// What is recorded, where a revision says so.
    pub versions: Option<Vec<u128>>,
    pub note: Option<String>,
    pub is_sql: bool,
    /// The lines of statements that could not be read.
    pub unread: Vec<usize>,
}

/// What Rails calls the adapter where nobody says more.
fn adapter_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => "mysql2",
        Dialect::PostgreSql => "postgresql",
        Dialect::Sqlite => "sqlite3",
    }
}

fn dialect(adapter: &str) -> Option<Dialect> {
    Server::parse(adapter).map(|server| server.dialect)
}

fn refuse_conflict(path: &Path, text: &str) -> Result<(), Why> {
    let Some(at) = text.lines().position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) else {
        return Ok(());
    };
    Err(Why::Unusable(format!(
        "{}:{}: the schema file is in conflict; solve it first (`maglev schema install-merge-driver` has git merge it)",
        path.display(),
        at + 1
    )))
}

/// Rails runs what is pending whatever its version; who rebased may want to know.
fn older(session: &Session, base: &[u128], revision: &str) -> Option<String> {
    let newest = base.iter().max()?;
    let is_older = |version: &u128| version < newest && !base.contains(version);
    let older: Vec<String> =
        session.migrations.iter().map(|migration| migration.version).filter(is_older).map(|v| v.to_string()).collect();
    (!older.is_empty()).then(|| {
        format!(
            "older than the newest migration of `{revision}` ({newest}), and run all the same: {}",
            older.join(", ")
        )
    })
}

fn load_ruby(session: &mut Session, path: &Path, text: &str) -> Result<(), Why> {
    let shown = path.display().to_string();
    let source = Source::new(shown.as_str(), text.as_bytes());
    let reasons = session.engine.refusals_of_schema(&source, &*session.app);
    if !reasons.is_empty() {
        return Err(Why::RefusedSchema { file: shown, reasons });
    }
    let loaded = session.engine.load_schema(&source, false);
    loaded.map_err(|error| {
        Why::Unusable(format!("{shown} cannot be loaded: {}: {}", error.class, error.message.trim_end()))
    })
}

/// Answers the lines of what could not be read.
fn load_structure(session: &mut Session, path: &Path, text: &str) -> Result<Vec<usize>, Why> {
    let adapter = &mut **session.adapter.borrow_mut();
    let statements = structure::split(adapter.dialect(), text, Reading { keeps_comments: false });
    let statements = statements.map_err(|refused| {
        Why::Unusable(format!("{}:{}: {} is not done", path.display(), refused.line, refused.what))
    })?;
    let mut unread = Vec::new();
    for statement in statements.iter().filter(|statement| statement.copied.is_none()) {
        let read = adapters::Change::read(&statement.sql, adapter.dialect());
        let is_read = read.is_some_and(|changes| !changes.iter().any(adapters::Change::is_unread));
        if !is_read || adapter.execute(&statement.sql, None).is_err() {
            unread.push(statement.line);
        }
    }
    Ok(unread)
}
