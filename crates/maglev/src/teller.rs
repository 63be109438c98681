//! The one place where commands are told of: in words for people, as Rails has them where it has any, and as JSON events. What
//! it says goes out through the printer, or to whoever records it.

pub(crate) mod diagnosis;
pub(crate) mod github;
#[cfg(feature = "plan")]
pub(crate) mod plan;
mod readings;
mod schema;
mod tasks;
mod words;

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use activerecord::check::refusals::Refused;
use activerecord::migration::migration_context::{MigrationFiles, MigrationProxy};
use activerecord::migrator::Failure;
use activerecord::world::Direction;

use crate::account::{Account, Failed, TookEffect, count_of};
use crate::commands::outcome::{Checked, Outcome};
use crate::commands::statement_log::{Effects, StatementLog};
use crate::commands::stop::{Failing, Stop, Why};
use crate::events::{self, Event, Migration, PlainError, direction_name, milliseconds};
use crate::exit::Exit;
use crate::printer::{Printer, Spinner, Style};
use crate::request::{Format, WITHOUT_END};
use github::Kind;
pub(crate) use schema::Load;
pub(crate) use tasks::TaskNews;
pub(crate) use words::Words;

/// Says what happens, and remembers it. Clones remember together.
#[derive(Clone)]
pub(crate) struct Teller {
    printer: Printer,
    account: Rc<RefCell<Account>>,
    /// Of several databases, the one that it is about.
    database: Option<Rc<str>>,
    started: Instant,
    /// What was sent for a task that has not been told of.
    sent: Rc<RefCell<Vec<events::Statement>>>,
}

/// A migration that ran.
#[derive(Clone, Copy)]
pub(crate) struct Migrated<'a> {
    pub migration: &'a MigrationProxy,
    pub direction: Direction,
    pub duration: Duration,
    /// What ran it.
    pub engine: &'static str,
}

impl Teller {
    /// Nothing has happened yet.
    pub(crate) fn new(printer: Printer) -> Self {
        Self { printer, account: Rc::default(), database: None, started: Instant::now(), sent: Rc::default() }
    }

    /// The same, about one of several databases.
    pub(crate) fn about(&self, database: Option<Rc<str>>) -> Self {
        Self { database, ..self.clone() }
    }

    /// What it prints with, for what has its words already: a migration's output, another process' lines.
    pub(crate) fn printer(&self) -> &Printer {
        &self.printer
    }

    pub(crate) fn database(&self) -> Option<Rc<str>> {
        self.database.clone()
    }

    /// What has happened so far.
    pub(crate) fn account(&self) -> Ref<'_, Account> {
        self.account.borrow()
    }

    /// Whether anybody listens to events, or asks for what they say.
    pub(crate) fn counts(&self) -> bool {
        self.printer.is_recorded() || self.printer.format() == Format::Json
    }

    /// Whether events are told, with every statement in them.
    pub(crate) fn lists_statements(&self) -> bool {
        self.printer.format() == Format::Json
    }

    /// Until it is dropped, shows that the run goes on.
    pub(crate) fn spinner(&self) -> Spinner {
        self.printer.spinner()
    }

    /// A statement has run, for whoever records them.
    pub(crate) fn statement(&self, statement: &adapters::Statement) {
        self.printer.statement(statement);
    }

    /// One of the app's settings is not taken over.
    pub(crate) fn warning(&self, warning: &str) {
        self.annotate_words(Kind::Warning, "maglev", warning);
        self.printer.talk(&format!("{} {warning}", self.printer.style(Style::Hint, "warning:")));
    }

    /// Something worth knowing that stops nothing.
    pub(crate) fn note(&self, note: &str) {
        self.printer.talk(&format!("{} {note}", self.printer.style(Style::Dim, "note:")));
    }

    /// Another run holds the lock, and it is waited for.
    pub(crate) fn waits_for_lock(&self, wait: u64) {
        let end = for_up_to(wait);
        self.note(&format!("another run holds the migration lock; waiting for it to end{end}"));
    }

    /// For those who wait: what the run is at.
    pub(crate) fn begins(&self, migration: &MigrationProxy) {
        self.printer.doing(Some((migration.version, &migration.name)));
    }

    /// The migration has ended, one way or another.
    pub(crate) fn ends(&self) {
        self.printer.doing(None);
    }

    /// `output`: what it printed, where that was kept.
    pub(crate) fn migrated(&self, ran: Migrated<'_>, log: &StatementLog, output: &str) {
        let Migrated { migration, direction, duration, engine } = ran;
        let direction = direction_name(direction);
        let milliseconds = milliseconds(duration);
        self.took_effect(migration, direction, None, milliseconds);
        self.emit(&Event::Migrated {
            migration: migration.into(),
            direction,
            engine,
            milliseconds,
            statements: &log.statements(),
            output,
        });
    }

    /// `output`: what it printed, where that was kept.
    pub(crate) fn failed(
        &self,
        failure: &Failure,
        engine: &str,
        log: &StatementLog,
        files: &dyn MigrationFiles,
        output: &str,
        is_cancelled: bool,
    ) {
        let effects = log.effects();
        let what_stays = what_stays(failure, &effects, is_cancelled);
        if self.printer.format() == Format::Rails {
            self.printer.error_output(&diagnosis::failure(&self.printer, failure, effects.count, files));
            self.say_what_stays(failure, &effects, &what_stays);
        }
        let took_effect = if failure.in_transaction { 0 } else { effects.count };
        let (direction, milliseconds) = (direction_name(failure.direction), milliseconds(failure.duration));
        if took_effect > 0 {
            self.took_effect(&failure.migration, direction, Some(took_effect), milliseconds);
        }
        let error = events::Error::from(&failure.error);
        self.annotate_failure(
            error.class(),
            &format!("{}\n{what_stays}", error.message().trim_end()),
            error.backtrace(),
        );
        self.account.borrow_mut().failure = Some(in_words(&failure.migration, direction, &error, &what_stays));
        self.emit(&Event::Failed {
            migration: (&failure.migration).into(),
            direction,
            engine,
            error,
            rolled_back: failure.in_transaction,
            took_effect,
            what_stays: &what_stays,
            milliseconds,
            statements: &log.statements(),
            output,
        });
    }

    /// What a person has to know before the next run.
    fn say_what_stays(&self, failure: &Failure, effects: &Effects, what_stays: &str) {
        let is_lost = failure.error.is_lost_connection();
        let note = self.printer.style(Style::Hint, "note:");
        let migration = format!("{} {}", failure.migration.version, failure.migration.name);
        if is_lost || !failure.in_transaction && effects.count > 0 {
            let lines = if failure.in_transaction { String::new() } else { effects.lines() };
            let end = if lines.is_empty() { "" } else { ":" };
            self.printer.error_output(&format!("{note} {migration}: {what_stays}{end}\n{lines}"));
        }
        if let Some(before) = self.account().before() {
            self.printer.error_output(&format!("{note} {before}\n"));
        }
    }

    fn took_effect(&self, migration: &MigrationProxy, direction: &str, statements: Option<usize>, milliseconds: f64) {
        let effect = TookEffect {
            version: migration.version.to_string(),
            name: migration.name.clone(),
            direction: direction.to_owned(),
            database: self.database.as_deref().map(str::to_owned),
            statements,
            milliseconds,
        };
        if statements.is_none() {
            self.printer.migrated(&effect);
        }
        self.account.borrow_mut().took_effect.push(effect);
    }

    /// What another process has done, which has told so.
    pub(crate) fn took_effect_elsewhere(&self, effect: TookEffect) {
        self.account.borrow_mut().took_effect.push(effect);
    }

    /// `migrate --scope` had nothing to do.
    pub(crate) fn none_in_scope(&self, scope: &str) {
        if self.printer.format() == Format::Rails {
            self.printer.migration_output(&format!("No migrations ran. (using {scope} scope)\n"));
        }
    }

    /// The last event of a run on one database that did what it was to do.
    pub(crate) fn finished(&self, migrated: usize, pending: usize, duration: Duration) {
        let milliseconds = milliseconds(duration);
        let mut account = self.account.borrow_mut();
        let before = account.pending.filter(|_| account.is_finished).unwrap_or(0);
        account.pending = Some(before + pending);
        account.is_finished = true;
        drop(account);
        let pending = Some(pending);
        self.emit(&Event::Finished { status: "ok", migrated, pending, milliseconds, took_effect: None });
    }

    /// For the last event: how many migrations are pending.
    pub(crate) fn set_pending(&self, pending: usize) {
        self.account.borrow_mut().pending = Some(pending);
    }

    /// Tells what a command has returned, but for what it told as it happened.
    pub(crate) fn conclude(&self, outcome: &Outcome) {
        self.say_readings(outcome);
        if let Some(stop) = &outcome.stop {
            self.about(stop.at.database.clone()).say_stop(stop);
        }
    }

    /// The last event of a run that failed, unless it was told.
    pub(crate) fn end(&self, exit: Exit) {
        let Account { took_effect, pending, is_finished, .. } = self.account().clone();
        if exit == Exit::Done || is_finished {
            return;
        }
        let milliseconds = milliseconds(self.started.elapsed());
        let migrated = self.account().ran().count();
        let took_effect = Some(&took_effect[..]);
        self.emit(&Event::Finished { status: "failed", migrated, pending, milliseconds, took_effect });
    }

    /// An error outside of any run, as an event too where events are told.
    pub(crate) fn error(&self, class: &str, message: &str, hint: Option<&str>) {
        self.emit(&Event::Error { error: PlainError { class, message, hint } });
    }

    /// An error in words alone.
    pub(crate) fn complain(&self, message: &str) {
        self.annotate_words(Kind::Error, "maglev", message);
        let label = self.printer.style(Style::Error, "error:");
        self.printer.error_output(&format!("{label} {}\n", message.trim_end()));
    }

    /// What to do about an error that was told before.
    pub(crate) fn hint(&self, hint: &str) {
        self.printer.error_output(&format!("{} {hint}\n", self.printer.style(Style::Hint, "hint:")));
    }

    fn say_stop(&self, stop: &Stop) {
        match &stop.why {
            Why::Refused(refused) => self.say_refused(refused),
            Why::RefusedSchema { file, reasons } => self.say_refused_schema(file, reasons),
            Why::Failed(Failing::Lost) => self.hint(Exit::UNKNOWN_HINT),
            Why::Late { left, .. } => self.say_late(left, stop.at.in_function),
            _ => {}
        }
        let Some(Words { class, message, hint }) = stop.words() else { return };
        self.error(&class, &message, hint.as_deref());
        self.annotate_words(Kind::Error, &class, &message);
        let label = self.printer.style(Style::Error, "error:");
        self.printer.error_output(&format!("{label} {class}: {}\n", message.trim()));
        if let Some(hint) = hint {
            self.hint(&hint);
        }
    }

    fn say_refused(&self, refused: &[Refused]) {
        for Refused { migration, reasons } in refused {
            let told = reasons.iter().map(Into::into).collect();
            self.emit(&Event::Refused { migration: migration.into(), reasons: told });
            if self.printer.format() == Format::Rails {
                self.annotate_refusal(&migration.filename, reasons);
                self.printer.error_output(&diagnosis::refusal(&self.printer, &migration.filename, reasons));
            }
        }
        let count = refused.len();
        let files = if count == 1 { "1 migration is".to_owned() } else { format!("{count} migrations are") };
        self.printer.error_output(&format!("{files} refused; nothing was run\n"));
    }

    /// Time was up. In a function, whoever asked hears of it otherwise.
    fn say_late(&self, left: &[MigrationProxy], in_function: bool) {
        self.emit(&Event::Postponed { left: left.iter().map(Migration::from).collect() });
        if in_function {
            return;
        }
        let ran = self.account().ran().count();
        let versions: Vec<_> = left.iter().map(|migration| migration.version.to_string()).collect();
        self.complain(&format!(
            "the time limit is up: {} ran, {} left: {}",
            if ran == 0 { "no migration".to_owned() } else { count_of(ran) },
            if left.len() == 1 { "1 is".to_owned() } else { format!("{} are", left.len()) },
            versions.join(", "),
        ));
        self.hint(if self.account().has_remains() {
            "undo by hand what stays of the last one, then run it again with a longer --time-limit"
        } else {
            "run it again, with a longer --time-limit where one migration needs it"
        });
    }

    /// What `check` has found.
    pub(crate) fn checked(&self, checked: &Checked) {
        for migration in &checked.migrations {
            let refused = checked.refused.iter().find(|refused| refused.migration.version == migration.version);
            match (self.printer.format(), refused) {
                (Format::Json, Some(refused)) => {
                    let reasons = refused.reasons.iter().map(Into::into).collect();
                    self.emit(&Event::Refused { migration: migration.into(), reasons });
                }
                (Format::Json, None) => self.emit(&Event::Native { migration: migration.into() }),
                (_, Some(refused)) => {
                    self.printer.migration_output(&format!("refused  {}\n", migration.filename));
                    self.annotate_refusal(&migration.filename, &refused.reasons);
                    self.printer.error_output(&diagnosis::refusal(
                        &self.printer,
                        &migration.filename,
                        &refused.reasons,
                    ));
                }
                (_, None) => self.printer.migration_output(&format!("native   {}\n", migration.filename)),
            }
        }
        if self.printer.format() == Format::Rails {
            let native = checked.migrations.len() - checked.refused.len();
            self.printer.migration_output(&format!("{native} of {} native\n", checked.files));
        }
    }

    /// A line of JSON, where the format asks for it.
    fn emit(&self, event: &Event<'_>) {
        if self.printer.format() == Format::Json {
            self.printer.data(&event.line(self.database.as_deref()));
        }
    }
}

/// How long is waited, behind what is waited for.
pub(crate) fn for_up_to(seconds: u64) -> String {
    if seconds >= WITHOUT_END { String::new() } else { format!(", for up to {seconds} s") }
}

/// What of a failed migration stays, in a sentence's second half.
fn what_stays(failure: &Failure, effects: &Effects, is_cancelled: bool) -> String {
    if is_cancelled && !failure.in_transaction {
        let ended = "the statement that ran was ended by the server, and took effect as a whole or not at all";
        return format!("{ended}; {}", effects.sentence());
    }
    if is_cancelled {
        return "its transaction was rolled back".to_owned();
    }
    match (failure.error.is_lost_connection(), failure.in_transaction) {
        (true, true) => {
            "the connection to the database was lost: the database rolls back what it was not told to commit".to_owned()
        }
        (true, false) => format!(
            "the connection to the database was lost: it is not known whether the last statement took effect; {}",
            effects.sentence()
        ),
        (false, true) => "its transaction was rolled back".to_owned(),
        (false, false) => effects.sentence(),
    }
}

fn in_words(migration: &MigrationProxy, direction: &str, error: &events::Error<'_>, what_stays: &str) -> Failed {
    let MigrationProxy { version, name, filename, .. } = migration;
    let place = error.place().unwrap_or_else(|| filename.clone());
    Failed {
        class: error.class().to_owned(),
        message: error.message().trim_end().to_owned(),
        backtrace: error.backtrace().to_vec(),
        summary: format!("{version} {name} ({direction}) failed at {place}; {what_stays}"),
    }
}
