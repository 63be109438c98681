//! A database and the file that has its schema: `load_schema`, `dump_schema`, `initialize_database` and what asks for them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use activerecord::settings::SchemaFormat;
use activerecord::{RubyError, internal_metadata, schema_migration};
use adapters::ErrorClass;
use ruby::Source;
use sha1::{Digest as _, Sha1};

use super::structure_load::Script;
use super::{Place, Tasks, database_name, is_a};
use crate::commands::context;
use crate::commands::schema_file;
use crate::commands::session::{Session, Step};
use crate::commands::stop::{Failing, Why};
use crate::env_vars;
use crate::request::{Common, Running};
use crate::teller::Load;

/// A schema's file: it was read, and nothing in it is certain to fail.
#[derive(Clone)]
pub(crate) struct SchemaSource {
    pub path: PathBuf,
    content: Content,
    sha1: String,
}

#[derive(Clone)]
enum Content {
    /// schema.rb
    Ruby(Source),
    /// structure.sql
    Sql(Script),
}

impl SchemaSource {
    pub(super) fn text(&self) -> Cow<'_, str> {
        match &self.content {
            Content::Ruby(source) => String::from_utf8_lossy(source.bytes()),
            Content::Sql(script) => Cow::Borrowed(script.text()),
        }
    }
}

impl Tasks<'_> {
    /// The file of a database's schema, read and checked before anything is sent; none where it has none (`schema_dump: false`).
    /// `file`: another one.
    pub(crate) fn schema_source(self, place: Place<'_>, file: Option<&Path>) -> Step<Option<SchemaSource>> {
        match self.schema_path(place, file)? {
            Some((format, path)) => self.read_schema(place, format, path).map(Some),
            None => Ok(None),
        }
    }

    /// `schema_dump_path`
    fn schema_path(self, place: Place<'_>, file: Option<&Path>) -> Step<Option<(SchemaFormat, PathBuf)>> {
        if file.is_none() && !schema_file::is_kept(place.target) {
            return Ok(None);
        }
        let settings = self.unconnected(place, None).map(|mut unconnected| unconnected.engine.schema_settings());
        let settings = settings.map_err(|why| self.stop(place, why))?;
        let format = schema_file::format(place.target, settings.as_ref(), file);
        let format = format.map_err(|error| self.stop(place, Why::Unusable(error.to_string())))?;
        Ok(schema_file::path(place.target, format, file).map(|path| (format, path)))
    }

    fn read_schema(self, place: Place<'_>, format: SchemaFormat, path: PathBuf) -> Step<SchemaSource> {
        let shown = path.display().to_string();
        // Whatever a person names may be read.
        let common =
            Common { include: [&self.common.include[..], std::slice::from_ref(&path)].concat(), ..self.common.clone() };
        let tasks = Tasks { common: &common, ..self };
        let stop = |why| self.stop(place, why);
        let mut unconnected = tasks.unconnected(place, None).map_err(stop)?;
        let Some(bytes) = unconnected.app.read(&shown) else {
            return Err(stop(Why::Aborted(self.missing(&path))));
        };
        let sha1 = hexadecimal(&Sha1::digest(&bytes));
        if format == SchemaFormat::Sql {
            let settings = unconnected.engine.schema_settings();
            let flags = settings.map(|settings| settings.structure_load_flags).unwrap_or_default();
            let content = Content::Sql(Script::new(place, &path, &bytes, &flags).map_err(stop)?);
            return Ok(SchemaSource { path, content, sha1 });
        }
        let source = Source::new(shown.as_str(), bytes);
        let reasons = unconnected.engine.refusals_of_schema(&source, &*unconnected.app);
        if reasons.is_empty() {
            Ok(SchemaSource { path, content: Content::Ruby(source), sha1 })
        } else {
            Err(stop(Why::RefusedSchema { file: shown, reasons }))
        }
    }

    /// `check_schema_file`
    fn missing(self, path: &Path) -> String {
        let root = self.context.app.root();
        if self.context.place == context::Place::Function {
            return format!("{} is not in the bundle: it doesn't exist yet where that was packed", path.display());
        }
        format!(
            "{} doesn't exist yet. Run `bin/rails db:migrate` to create it, then try again. If you do not intend to use a \
             database, you should instead alter {}/config/application.rb to limit the frameworks that will be loaded.",
            root.join(path).display(),
            root.display()
        )
    }

    /// Connects.
    pub(crate) fn session(self, place: Place<'_>, running: &Running) -> Step<Session> {
        let environment = self.context.environment();
        let mut session = Session::open(self.context, &environment, place.target.clone(), self.common, running)?;
        // What Rails' own tables are told is the database's, not the process'.
        place.environment.clone_into(&mut session.environment);
        Ok(session)
    }

    /// `load_schema`: evaluates the file, or sends its statements, and notes which file and which environment it was.
    pub(crate) fn load_schema(self, session: &mut Session, schema: &SchemaSource) -> Step {
        let started = Instant::now();
        let path = schema.path.display().to_string();
        session.statements.clear();
        session.recording.take();
        let (mut statements, output) = match &schema.content {
            Content::Ruby(source) => (Vec::new(), evaluate(session, &path, source)?),
            Content::Sql(script) => {
                let place = Place { environment: &session.environment, target: session.target() };
                (self.structure_load(place, script).map_err(|why| session.stop(why))?, String::new())
            }
        };
        let duration = started.elapsed();
        let noted = internal_metadata::create_table_and_set_flags(
            &mut **session.adapter.borrow_mut(),
            &session.environment,
            Some(&schema.sha1),
        );
        noted.map_err(|error| session.stop(error))?;
        statements.extend(session.statements.statements().iter().cloned());
        let load = Load { file: &path, environment: &session.environment, duration };
        session.teller.loaded(&load, &statements, &output);
        session.set_recorded(None);
        Ok(())
    }

    /// `initialize_database` of each: makes a database that is not there, and loads the schema's file where there is no version
    /// yet. Answers the connections, and whether each had no version. What is certain to fail at a load is found before the first
    /// statement.
    pub(crate) fn initialize_databases(self, places: &[Place<'_>], running: &Running) -> Step<Vec<(Session, bool)>> {
        let mut found = Vec::new();
        for place in places {
            let session = match self.session(*place, running) {
                Err(stop) if is_a(&stop.why, ErrorClass::NoDatabaseError) => None,
                opened => Some(opened?),
            };
            let is_new = match &session {
                Some(session) => !has_versions(session)?,
                None => true,
            };
            let schema = if is_new { self.schema_if_there(*place)? } else { None };
            if let Some(session) = session.as_ref().filter(|_| schema.is_some()) {
                self.check_empty(session)?;
            }
            if is_new {
                self.check_newer(*place, schema.as_ref(), running)?;
            }
            found.push((*place, session, is_new, schema));
        }
        let initialize =
            |(place, session, is_new, schema): (Place<'_>, Option<Session>, bool, Option<SchemaSource>)| {
                let mut session = match session {
                    Some(session) => session,
                    None => {
                        self.create(place)?;
                        self.session(place, running)?
                    }
                };
                if let Some(schema) = schema {
                    self.load_schema(&mut session, &schema)?;
                }
                Ok((session, is_new))
            };
        found.into_iter().map(initialize).collect()
    }

    /// In a function nobody can be asked about the tables that a load would drop: a database that has some is left alone.
    pub(crate) fn check_empty(self, session: &Session) -> Step {
        if session.place != context::Place::Function {
            return Ok(());
        }
        let adapter = &mut **session.adapter.borrow_mut();
        let own = [schema_migration::table_name(adapter), internal_metadata::table_name(adapter)];
        let mut tables = adapter.catalogue().tables().map_err(|error| session.stop(error))?;
        tables.retain(|table| !own.contains(table));
        if tables.is_empty() {
            return Ok(());
        }
        let name = database_name(session.target());
        if tables.len() > 3 {
            tables[3] = format!("and {} more", tables.len() - 3);
            tables.truncate(4);
        }
        Err(session.stop(Why::Unusable(format!(
            "the database `{name}` has tables ({}); through a function a schema's file is loaded into a database \
             without any, and nothing was loaded",
            tables.join(", ")
        ))))
    }

    fn schema_if_there(self, place: Place<'_>) -> Step<Option<SchemaSource>> {
        match self.schema_path(place, None)? {
            Some((format, path)) if self.context.app.has(&path) => self.read_schema(place, format, path).map(Some),
            _ => Ok(None),
        }
    }
}

/// Whether there is a table of versions.
fn has_versions(session: &Session) -> Step<bool> {
    let exists = schema_migration::table_exists(&mut **session.adapter.borrow_mut());
    exists.map_err(|error| session.stop(error))
}

/// Evaluates schema.rb. Answers what it printed, where that was kept.
fn evaluate(session: &mut Session, path: &str, source: &Source) -> Step<String> {
    let started = Instant::now();
    let canceller = session.adapter.borrow().canceller();
    let watch = session.deadline.as_ref().zip(canceller).map(|(deadline, canceller)| {
        deadline.migration_begins();
        deadline.watch(canceller)
    });
    let loaded = session.engine.load_schema(source, is_verbose());
    if let Some(deadline) = &session.deadline {
        deadline.migration_ends();
    }
    drop(watch);
    let output = session.recording.take();
    let Err(error) = loaded else { return Ok(output) };
    let load = Load { file: path, environment: &session.environment, duration: started.elapsed() };
    let text = String::from_utf8_lossy(source.bytes()).into_owned();
    session.teller.load_failed(&load, &error, &session.statements, &text, &output);
    Err(session.stop(failing(&error)))
}

/// `verbose? && ENV["VERBOSE"]`: a load is silent unless it is asked not to be.
fn is_verbose() -> bool {
    env_vars::get_even_empty(env_vars::VERBOSE).is_some_and(|verbose| verbose != "false")
}

fn failing(error: &RubyError) -> Why {
    if error.exit_status == Some(0) {
        Why::Exited
    } else if error.is_lost_connection() {
        Why::Failed(Failing::Lost)
    } else if error.is_kept_out() {
        Why::Failed(Failing::KeptOut)
    } else {
        Why::Failed(Failing::Plainly)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
