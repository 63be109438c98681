//! `db:schema:dump`, and the dump after a migration: db/schema.rb, written as the app's own Rails would write it
//! (database_tasks.rb).

use std::fs;
use std::path::{Path, PathBuf};

use activerecord::settings::SchemaFormat;
use adapters::schema_dumper::{self, DumpOptions, RailsVersion};
use adapters::types::Inspection;
use anyhow::{Result, bail};

use super::context::Context;
use super::database_tasks::structure_dump::{StructureDump, structure_dump};
use super::outcome::{Outcome, Reading, SchemaFile};
use super::schema_file;
use super::session::{Session, Step};
use super::stop::Why;
use super::whole_file;
use crate::app::rails_version;
use crate::app::ruby_version::ruby_version;
use crate::app::visible::AppFiles;
use crate::cli::args::SchemaDump;
use crate::request::{Dump, Dumping, Running};
use crate::schema_text;

pub(crate) fn run(arguments: &SchemaDump, context: &Context) -> Result<Outcome> {
    let wanted = wanted_version(arguments.rails.as_deref())?;
    let targets = context.targets(&arguments.common)?;
    let mut written = Vec::new();
    let mut stop = None;
    for target in targets.targets {
        if arguments.file.is_none() && !schema_file::is_kept(&target) {
            continue;
        }
        let dumped = Session::open(context, &targets.environment, target, &arguments.common, &Running::default())
            .and_then(|mut session| {
                let path = path(&mut session, arguments.file.as_deref())?;
                dump_once(&mut session, path, wanted, &mut written)
            });
        if let Err(stopped) = dumped {
            stop = Some(stopped);
            break;
        }
    }
    Ok(Outcome { account: context.teller.account().clone(), stop, ..Outcome::default() })
}

/// The task `_dump`: after a migration, where the app's Rails would.
pub(crate) fn after_migration(sessions: &mut [&mut Session], context: &Context, dumping: Dumping) -> Step {
    let mut written = Vec::new();
    if let Some(rehearsal) = &context.rehearsal {
        return sessions.iter_mut().try_for_each(|session| rehearsal.over(session));
    }
    for session in sessions {
        let settings = session.engine.schema_settings();
        // Folders that a person names need not be those that make the app's schema.
        let is_wanted = !session.target().by_user && settings.is_some_and(|settings| settings.dump_after_migration);
        if dumping.no_dump
            || !(dumping.dump || context.is_app() && is_wanted)
            || !schema_file::is_kept(session.target())
        {
            continue;
        }
        let path = path(session, None)?;
        let dumped = dump_once(session, path, None, &mut written);
        dumped.map_err(|mut stop| {
            match stop.why {
                Why::Unusable(message) => stop.why = Why::Aborted(format!("{message} (the migrations ran)")),
                Why::Script(ref mut error) => error.message.push_str(" (the migrations ran)"),
                _ => {}
            }
            stop
        })?;
    }
    Ok(())
}

/// Where the schema goes, and in which form.
pub(crate) fn path(session: &mut Session, file: Option<&Path>) -> Step<Option<(SchemaFormat, PathBuf)>> {
    let settings = session.engine.schema_settings();
    let format = schema_file::format(session.target(), settings.as_ref(), file);
    let format = format.map_err(|error| session.stop(Why::Unusable(error.to_string())))?;
    Ok(schema_file::path(session.target(), format, file).map(|path| (format, path)))
}

/// `seen_schemas`: of several databases with one file, the first is written.
fn dump_once(
    session: &mut Session,
    to: Option<(SchemaFormat, PathBuf)>,
    wanted: Option<RailsVersion>,
    written: &mut Vec<PathBuf>,
) -> Step {
    match to {
        Some((format, path)) if !written.contains(&path) => {
            written.push(path.clone());
            dump(session, format, path, wanted)
        }
        _ => Ok(()),
    }
}

/// `dump_schema`
pub(crate) fn dump(session: &mut Session, format: SchemaFormat, path: PathBuf, wanted: Option<RailsVersion>) -> Step {
    let text = match format {
        SchemaFormat::Ruby => schema_rb(session, &path, wanted)?,
        SchemaFormat::Sql => structure_sql(session, &path)?,
    };
    let file = if path == Path::new("-") {
        SchemaFile::Text(text)
    } else {
        let written = whole_file::write(&path, text.as_bytes());
        let is_changed = written.map_err(|error| session.stop(whole_file::unwritable(&path, &error)))?;
        SchemaFile::Written { path, is_changed }
    };
    session.teller.dumped(&file);
    Ok(())
}

pub(crate) fn schema_rb(session: &mut Session, path: &Path, wanted: Option<RailsVersion>) -> Step<String> {
    let version = session.recorded()?.last().copied().unwrap_or(0).to_string();
    let rails = wanted.unwrap_or_else(|| version_of_app(&*session.app, path));
    let mut options = DumpOptions {
        rails,
        inspection: inspection(&*session.app),
        sections: activerecord::dumped_sections(|path| session.app.setting(path)),
        ..DumpOptions::default()
    };
    if let Some(settings) = session.engine.schema_settings() {
        (options.schemas, options.ignored_tables) = (settings.schemas, settings.ignored_tables);
        options.name_patterns = settings.name_patterns;
    }
    let text = schema_dumper::dump(&mut **session.adapter.borrow_mut(), &version, &options);
    text.map_err(|error| session.stop(error))
}

/// A function's answer. None: the app keeps no schema of the database.
pub(crate) fn answer(session: &mut Session, asked: &Dump, wanted: Option<RailsVersion>) -> Step<Option<Reading>> {
    if asked.file.is_none() && !schema_file::is_kept(session.target()) {
        return Ok(None);
    }
    let Some((format, file)) = path(session, asked.file.as_deref())? else { return Ok(None) };
    if format == SchemaFormat::Sql {
        let message = format!(
            "{}: a function has neither pg_dump nor mysqldump, and answers with a schema in Ruby alone (`--file db/schema.rb`)",
            file.display()
        );
        return Err(session.stop(Why::Unusable(message)));
    }
    let of_file = || written_by(&*session.app, &file).filter(|_| asked.beside);
    let wanted = wanted.or_else(of_file);
    let text = schema_rb(session, &file, wanted)?;
    Ok(Some(Reading::Schema { of: session.database(), file, text }))
}

fn structure_sql(session: &mut Session, path: &Path) -> Step<String> {
    let settings = session.engine.schema_settings();
    let flags = settings.as_ref().map(|settings| settings.structure_dump_flags.clone()).unwrap_or_default();
    let mut options = DumpOptions::default();
    if let Some(settings) = settings {
        (options.schemas, options.ignored_tables) = (settings.schemas, settings.ignored_tables);
    }
    let dump = StructureDump {
        config: &session.target().config,
        flags: &flags,
        options: &options,
        place: session.place,
        file: path,
    };
    let text = structure_dump(&mut **session.adapter.borrow_mut(), &dump);
    text.map_err(|why| session.stop(why))
}

/// The Rails that `--rails` names.
pub(crate) fn wanted_version(text: Option<&str>) -> Result<Option<RailsVersion>> {
    let Some(text) = text else { return Ok(None) };
    match RailsVersion::parse(text) {
        Some(version) => Ok(Some(version)),
        None => bail!("`--rails {text}`: schema.rb is known as Rails {} write it", RailsVersion::KNOWN_RANGE),
    }
}

/// That of the app's Gemfile.lock; else of the file that is there; else the newest.
fn version_of_app(app: &dyn AppFiles, path: &Path) -> RailsVersion {
    let version = match rails_version::locked(app) {
        Some(locked) => RailsVersion::parse(&locked),
        None => written_by(app, path),
    };
    version.unwrap_or(RailsVersion::V8_1)
}

/// The Rails whose form a file has.
pub(crate) fn written_by(app: &dyn AppFiles, path: &Path) -> Option<RailsVersion> {
    let here = || {
        // A pipe would be waited for.
        fs::metadata(path).ok().filter(|there| there.is_file() && !app.is_sent())?;
        fs::read(path).ok()
    };
    let text = app.read(&path.to_string_lossy()).or_else(here)?;
    RailsVersion::parse(schema_text::rails(&String::from_utf8_lossy(&text))?)
}

/// The app's Ruby's; the newest where nothing tells.
fn inspection(app: &dyn AppFiles) -> Inspection {
    match ruby_version(app) {
        Some(version) if version < (3, 4) => Inspection::Ruby33,
        _ => Inspection::Ruby34,
    }
}
