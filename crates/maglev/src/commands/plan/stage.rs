//! Where a plan is made: it hears of everything that a run prints and would send.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use activerecord::Places;
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy, parse_migration_filename};
use activerecord::migrator::Failure;
use activerecord::world::Direction;
use adapters::memory::planner::Planner;
use adapters::{Adapter, Arg};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::dump::Dumped;
use super::live;
use super::log::{Failed, Line, Log, Migration, Part, Statement};
use super::offline::Files;
use crate::commands::rehearsal::Rehearsal;
use crate::commands::session::{Session, Step};
use crate::commands::stop::Why;
use crate::config::Target;
use crate::env_vars;
use crate::events::direction_name;
use crate::host::{self, Output};
use crate::teller::{Teller, diagnosis};

/// One database of the plan.
struct Database {
    name: Option<Rc<str>>,
    planner: Rc<RefCell<Planner>>,
    /// Connected to nothing: it only writes literals.
    quoting: Box<dyn Adapter>,
    teller: Teller,
    files: Rc<dyn MigrationFiles>,
}

#[derive(Default)]
pub(crate) struct Stage {
    /// What a plan without a database begins with.
    files: Option<Files>,
    /// Write the schema's file as it will be.
    dumping: Option<Dumped>,
    log: Rc<RefCell<Log>>,
    databases: RefCell<Vec<Database>>,
    places: Places,
    /// How often random bytes were asked for, now and when the last statement was heard of.
    drawn: RefCell<Rc<Cell<usize>>>,
    heard: Cell<usize>,
    /// The migration that runs now.
    current: RefCell<Option<Migration>>,
}

impl Stage {
    /// `files`: what a plan without a database begins with.
    pub(crate) fn new(files: Option<Files>) -> Self {
        Self { files, ..Self::default() }
    }

    /// The same, and the schema's file is written as it will be.
    pub(super) fn dumping(self, dumped: Dumped) -> Self {
        Self { dumping: Some(dumped), ..self }
    }

    pub(crate) fn log(&self) -> Ref<'_, Log> {
        self.log.borrow()
    }

    /// Loads what a plan without a database begins with.
    fn begin(&self, files: &Files, session: &mut Session, planner: &Rc<RefCell<Planner>>) -> Result<(), Why> {
        let begun = files.load(session)?;
        let mut planner = planner.borrow_mut();
        if let Some(versions) = begun.versions {
            planner.set_versions(versions.iter().map(ToString::to_string));
        }
        if begun.is_sql {
            planner.set_entry("environment", &session.environment);
        }
        planner.begins();
        if let Some(note) = begun.note {
            session.teller.note(&note);
        }
        if let Some(first) = begun.unread.first() {
            let count = begun.unread.len();
            let note = format!(
                "{count} statements of the schema file are not read, the first at its line {first}; what is planned may rest on them"
            );
            session.teller.note(&note);
        }
        Ok(())
    }

    fn part(&self, database: Option<&str>, work: impl FnOnce(&mut Part)) {
        let of = self.current.borrow().clone();
        let mut log = self.log.borrow_mut();
        let is_it = |part: &Part| part.of == of && part.database.as_deref() == database;
        if !log.parts.last().is_some_and(is_it) {
            log.parts.push(Part { database: database.map(str::to_owned), of, ..Part::default() });
        }
        if let Some(part) = log.parts.last_mut() {
            work(part);
        }
    }

    /// In the migration's own file, else wherever the program is.
    fn place(&self) -> Option<(String, u32)> {
        let current = self.current.borrow();
        let file = current.as_ref().map(|migration| migration.file.as_str())?;
        let places = self.places.borrow();
        let found = places.iter().find(|(path, _)| &**path == file).or_else(|| places.first())?;
        Some((found.0.to_string(), found.1))
    }
}

impl Rehearsal for Stage {
    fn adapter(&self, target: &Target) -> Result<Box<dyn Adapter>, Why> {
        match &self.files {
            Some(files) => files.adapter(&target.config),
            None => Ok(live::adapter(&target.config)?),
        }
    }

    fn stage(&self, files: &dyn MigrationFiles) -> (Rc<dyn Output>, host::Stage, Places) {
        let stage = host::Stage::at(moment(files));
        *self.drawn.borrow_mut() = Rc::clone(&stage.drawn);
        (Rc::new(Said(Rc::clone(&self.log))), stage, Rc::clone(&self.places))
    }

    fn connect(&self, session: &mut Session) -> Step {
        let planner = match &self.files {
            Some(files) => files.planner(session),
            None => live::connect(session),
        };
        let planner = planner.map_err(|why| session.stop(why))?;
        let places = Rc::clone(&self.places);
        let planner = Rc::new(RefCell::new(planner));
        planner.borrow_mut().tell_places(move || {
            let places = places.borrow();
            places.first().map(|(path, line)| format!("{path}:{line}"))
        });
        session.adapter.borrow_mut().base_mut().gate = Some(Box::new(Rc::clone(&planner)));
        if let Some(files) = &self.files {
            self.begin(files, session, &planner).map_err(|why| session.stop(why))?;
        }
        let quoting = self.adapter(session.target()).map_err(|why| session.stop(why))?;
        self.databases.borrow_mut().push(Database {
            name: session.teller.database(),
            planner,
            quoting,
            teller: session.teller.clone(),
            files: Rc::clone(&session.files),
        });
        Ok(())
    }

    fn hears(&self, database: Option<&str>, statement: &adapters::Statement) {
        let databases = self.databases.borrow();
        let Some(of) = databases.iter().find(|of| of.name.as_deref() == database) else { return };
        let mut note = of.planner.borrow().note().clone();
        let drawn = self.drawn.borrow().get();
        if self.heard.replace(drawn) != drawn && !note.is_read {
            note.uncertain.get_or_insert_with(|| "has random values, which will be others".to_owned());
        }
        let is_own = statement.name.as_deref().is_some_and(|name| {
            name == "TRANSACTION"
                || name.starts_with("ActiveRecord::SchemaMigration ")
                || name.starts_with("ActiveRecord::InternalMetadata ")
        });
        let literal = |bind: &Arg| of.quoting.quote(bind).unwrap_or_else(|_| bind.inspect());
        let planned = Statement {
            sql: statement.sql.clone(),
            binds: statement.binds.iter().map(Arg::inspect).collect(),
            literals: statement.binds.iter().map(literal).collect(),
            place: self.place().filter(|_| !is_own),
            note,
        };
        self.part(database, |part| part.lines.push(Line::Sent(planned)));
    }

    fn begins(&self, database: Option<&str>, migration: &MigrationProxy, direction: Direction) {
        for of in self.databases.borrow().iter() {
            of.planner.borrow_mut().next_migration();
        }
        self.places.borrow_mut().clear();
        *self.current.borrow_mut() = Some(Migration {
            version: migration.version.to_string(),
            name: migration.name.clone(),
            file: migration.filename.clone(),
            direction: direction_name(direction),
        });
        self.part(database, |_| {});
    }

    fn ended(&self) {
        *self.current.borrow_mut() = None;
    }

    fn over(&self, session: &mut Session) -> Step {
        let Some(dumped) = &self.dumping else { return Ok(()) };
        dumped.write(session)?;
        let databases = self.databases.borrow();
        let of = databases.iter().find(|of| of.name == session.teller.database());
        for doubt in of.map(|of| of.planner.borrow().known().doubts()).unwrap_or_default() {
            session.teller.note(&format!("not certain in the file: {doubt}"));
        }
        Ok(())
    }

    fn failed(&self, failure: &Failure) {
        let databases = self.databases.borrow();
        let diagnosis = databases
            .last()
            .map(|of| diagnosis::failure(of.teller.printer(), failure, 0, &*of.files))
            .unwrap_or_default();
        let error = &failure.error;
        let failed = Failed {
            class: error.class.clone(),
            message: error.message.clone(),
            backtrace: error.backtrace.iter().map(ToString::to_string).collect(),
            diagnosis,
            uncertain: databases.last().and_then(|of| of.planner.borrow_mut().doubt()),
        };
        if let Some(part) = self.log.borrow_mut().parts.last_mut() {
            part.failure = Some(failed);
        }
        self.ended();
    }

    fn note(&self, note: &str) {
        if let Some(part) = self.log.borrow_mut().parts.last_mut() {
            part.notes.push(note.to_owned());
        }
    }
}

/// What Rails prints, into the part that is being made. How long something took is not known.
struct Said(Rc<RefCell<Log>>);

impl Output for Said {
    fn write(&self, text: &str) {
        let mut log = self.0.borrow_mut();
        let Some(part) = log.parts.last_mut() else { return };
        for line in text.split_inclusive('\n').filter(|line| !is_duration(line)) {
            match part.lines.last_mut() {
                Some(Line::Said(said)) if !said.ends_with('\n') => said.push_str(line),
                _ => part.lines.push(Line::Said(line.to_owned())),
            }
        }
    }
}

/// `   -> 0.0012s`, `   -> 3 rows`, `== Name: migrated (0.0012s) ===`
fn is_duration(line: &str) -> bool {
    let line = line.trim_end();
    let seconds = |text: &str| text.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok());
    if let Some(result) = line.strip_prefix("   -> ") {
        let rows = result.strip_suffix(" rows").or_else(|| result.strip_suffix(" row"));
        return seconds(result) || rows.is_some_and(|number| number.parse::<u64>().is_ok());
    }
    let ended = line.strip_prefix("== ").and_then(|line| {
        let (_, rest) = line.split_once(": migrated (").or_else(|| line.split_once(": reverted ("))?;
        rest.split(')').next()
    });
    ended.is_some_and(seconds)
}

/// What time a plan is made at, so that the same input gives the same bytes: SOURCE_DATE_EPOCH, else when the newest migration was
/// written.
fn moment(files: &dyn MigrationFiles) -> Timestamp {
    let given = env_vars::get(env_vars::SOURCE_DATE_EPOCH).and_then(|seconds| seconds.parse().ok());
    if let Some(moment) = given.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        return moment;
    }
    let written = files.paths().iter().filter_map(|path| written_at(parse_migration_filename(path)?.version)).max();
    written.unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `20240102030405`
fn written_at(version: &str) -> Option<Timestamp> {
    let moment = (version.len() == 14).then(|| DateTime::strptime("%Y%m%d%H%M%S", version).ok())??;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_it_took_is_left_out() {
        for line in ["   -> 0.0012s\n", "   -> 3 rows\n", "== CreateUsers: migrated (0.0012s) ====\n"] {
            assert!(is_duration(line), "{line}");
        }
        for line in ["-- create_table(:users)\n", "   -> done\n", "== CreateUsers: migrating ====\n", "\n"] {
            assert!(!is_duration(line), "{line}");
        }
        assert_eq!(written_at("20240102030405").unwrap().to_string(), "2024-01-02T03:04:05Z");
        assert_eq!(written_at("001"), None);
    }
}
