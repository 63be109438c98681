//! Runs one command of an event: on a thread of its own, with everything that it prints and reports taken down.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use activerecord::check::Reason;
use activerecord::check::refusals::Refused;
use adapters::Statement;
use anyhow::anyhow;
use ruby::stack::on_stack_of;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::answer::{Outcome, failed};
use super::databases::environment;
use super::log::{Level, Log};
use crate::account::{Account, TookEffect, count_of};
use crate::app::App;
use crate::bundle::Bundle;
use crate::commands;
use crate::commands::context::{Context, Databases, Given, Place};
use crate::commands::outcome::{Outcome as Done, Reading};
use crate::commands::stop::{Stop, Why};
use crate::deadline::Deadline;
use crate::env_vars;
use crate::envelope::{Answer, Frame, FunctionError, MAGLEV_VERSION, Ran, Schema, Status};
use crate::events::milliseconds;
use crate::exit::Exit;
use crate::once::Once;
use crate::printer::{Printer, Recorder};
use crate::request::Request;
use crate::teller::diagnosis::MOST_OF_A_REASON;
use crate::teller::{Teller, Words};

/// Where the environment does not say how much memory the function has: Lambda's least.
const LEAST_MEMORY_MIB: usize = 128;
/// The process itself, with the drivers and the SDK.
const OVERHEAD: usize = 48 << 20;

/// Lambda cuts a streamed answer at 200 MB, its last word too; control characters are longer in JSON.
const MOST_STREAMED: usize = 100 << 20;

/// What there is to do.
pub(crate) struct Work {
    pub request: Request,
    pub bundle: Arc<Bundle>,
    pub databases: Vec<Given>,
    pub deadline: Arc<Deadline>,
    /// Where output goes as it comes.
    pub frames: Option<UnboundedSender<Frame>>,
    pub started: Instant,
    /// What lets a signed payload run once.
    pub once: Option<Arc<Once>>,
    pub log: Arc<Log>,
    /// Counts what is sent on the migrations' behalf.
    pub statements: Arc<AtomicUsize>,
    /// Whether a password that the database does not accept is fetched once more: then nobody is told of it yet.
    pub asks_again: bool,
}

/// How it ended.
pub(crate) enum Ended {
    Done(Outcome),
    /// The database did not accept the password; nothing ran, and nothing was said.
    WrongPassword,
}

/// Runs it, and leaves the event loop free meanwhile.
pub(crate) async fn run(work: Work) -> Ended {
    let (sender, receiver) = oneshot::channel();
    let stack = memory() / 2;
    let started = std::thread::Builder::new().name("work".to_owned()).spawn(move || {
        let ended = on_stack_of(stack, || carry_out(&work));
        let _ = sender.send(match ended {
            Ok(Ok(ended)) => ended,
            // A defect of ours, told rather than a dead function.
            Ok(Err(panic)) => Ended::Done(crashed(&*panic)),
            Err(error) => Ended::Done(failed("Maglev::OutOfMemory", &anyhow!("no thread: {error}"), Exit::Failed)),
        });
    });
    let lost = || Ended::Done(failed("Maglev::InternalError", &anyhow!("the worker has gone"), Exit::Failed));
    match started {
        Ok(_) => receiver.await.unwrap_or_else(|_| lost()),
        Err(_) => lost(),
    }
}

/// Bytes that the function has.
fn memory() -> usize {
    let configured = env_vars::get(env_vars::AWS_LAMBDA_FUNCTION_MEMORY_SIZE).and_then(|size| size.parse().ok());
    configured.unwrap_or(LEAST_MEMORY_MIB).max(LEAST_MEMORY_MIB) << 20
}

fn crashed(panic: &(dyn std::any::Any + Send)) -> Outcome {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    failed("Maglev::InternalError", &anyhow!("a defect of Maglev: {}", text.unwrap_or("panic")), Exit::Failed)
}

fn carry_out(work: &Work) -> Ended {
    let record = Rc::new(Record {
        frames: work.frames.clone(),
        log: Arc::clone(&work.log),
        // What is planned is not sent.
        statements: (!matches!(work.request, Request::Plan(_))).then(|| Arc::clone(&work.statements)),
        migration: RefCell::default(),
        taken: RefCell::default(),
        streamed: Cell::default(),
    });
    let printer = Printer::recorded(work.request.output(), Rc::clone(&record) as Rc<dyn Recorder>);
    let teller = Teller::new(printer);
    let context = Context {
        app: App::Bundle(Arc::clone(&work.bundle)),
        teller: teller.clone(),
        databases: Databases::Given { environment: environment(), databases: work.databases.clone() },
        place: Place::Function,
        deadline: Some(Arc::clone(&work.deadline)),
        memory: Some(memory() - OVERHEAD),
        // A plan changes nothing, however often it is asked for.
        once: work.once.clone().filter(|_| !matches!(work.request, Request::Plan(_))),
        rehearsal: None,
    };
    let done = match &work.request {
        #[cfg(feature = "plan")]
        Request::Plan(planning) => commands::plan::answer(planning, context),
        request => commands::run(request, &context),
    };
    if work.asks_again && done.as_ref().is_ok_and(is_wrong_password) {
        return Ended::WrongPassword;
    }
    let exit = done.as_ref().map_or(Exit::Usage, Exit::from);
    if let Ok(done) = &done {
        teller.conclude(done);
    }
    if !work.request.is_reading() {
        teller.end(exit);
    }
    match done {
        Ok(done) => Ended::Done(Report { printed: record.taken.take(), done, exit }.outcome(work)),
        Err(error) => Ended::Done(failed("Maglev::InvalidEvent", &error, Exit::Usage)),
    }
}

/// Whether the database let nobody in, before anything ran.
fn is_wrong_password(done: &Done) -> bool {
    done.account.ran().next().is_none()
        && failure(done).is_some_and(|failure| {
            failure.class == "ActiveRecord::DatabaseConnectionError"
                && adapters::Error::is_username_message(&failure.message)
        })
}

/// Takes down what a run says.
struct Record {
    frames: Option<UnboundedSender<Frame>>,
    log: Arc<Log>,
    statements: Option<Arc<AtomicUsize>>,
    /// The version of the one that runs now.
    migration: RefCell<Option<String>>,
    taken: RefCell<Printed>,
    /// Bytes that went to the caller.
    streamed: Cell<usize>,
}

/// What a run has printed and nobody was sent.
#[derive(Default)]
struct Printed {
    output: String,
    error_output: String,
}

impl Recorder for Record {
    fn output(&self, text: &str) {
        self.log.others(Level::Info, text, self.migration.borrow().as_deref());
        self.tell(text, Frame::Output, |taken| &mut taken.output);
    }

    fn error_output(&self, text: &str) {
        let is_aside = ["note:", "hint:"].iter().any(|start| text.starts_with(start));
        let level = if is_aside { Level::Info } else { Level::Warn };
        self.log.others(level, text, self.migration.borrow().as_deref());
        self.tell(text, Frame::ErrorOutput, |taken| &mut taken.error_output);
    }

    fn statement(&self, statement: &Statement) {
        if let Some(statements) = &self.statements {
            statements.fetch_add(1, Ordering::Relaxed);
        }
        self.log.statement(statement, self.migration.borrow().as_deref());
    }

    fn doing(&self, migration: Option<u128>) {
        *self.migration.borrow_mut() = migration.map(|version| version.to_string());
    }

    fn migrated(&self, effect: &TookEffect) {
        self.log.migrated(&effect.version, &effect.name, &effect.direction, effect.milliseconds);
    }
}

impl Record {
    /// To the caller at once where it listens, else kept for the answer.
    fn tell(&self, text: &str, frame: fn(String) -> Frame, kept: fn(&mut Printed) -> &mut String) {
        let Some(frames) = &self.frames else {
            kept(&mut self.taken.borrow_mut()).push_str(text);
            return;
        };
        let before = self.streamed.get();
        self.streamed.set(before + text.len());
        if before < MOST_STREAMED {
            let _ = frames.send(frame(text.to_owned()));
            if before + text.len() >= MOST_STREAMED {
                let note = "\nnote: what follows is too much to be sent; the function's log has it\n".to_owned();
                let _ = frames.send(Frame::ErrorOutput(note));
            }
        }
    }
}

/// What an answer is made of.
struct Report {
    printed: Printed,
    done: Done,
    exit: Exit,
}

/// What went wrong.
struct Failed {
    class: String,
    message: String,
    backtrace: Vec<String>,
}

impl Report {
    fn outcome(mut self, work: &Work) -> Outcome {
        let failure = failure(&self.done);
        match self.done.stop.take().map(|stop| stop.why) {
            Some(Why::Refused(refused)) => {
                let named = refused.iter().map(|Refused { migration, reasons }| (&*migration.filename, &reasons[..]));
                let reasons = in_lines(named);
                self.refusal(&reasons)
            }
            Some(Why::RefusedSchema { file, reasons }) => {
                let reasons = in_lines([(&*file, &reasons[..])].into_iter());
                self.refusal(&reasons)
            }
            Some(Why::Late { left, .. }) => {
                let has_run = self.done.account.ran().next().is_some();
                // What was cut short and left a trace is a failure, whoever asks.
                if failure.is_none() && work.request.common().continues && has_run {
                    return self.answer(Status::Continue, Exit::Done, work.started);
                }
                let left: Vec<_> = left.iter().map(|migration| migration.version.to_string()).collect();
                self.out_of_time(&left, failure, &work.request)
            }
            // `pending` exits with 1, and `status` where there is no table yet: that is an answer.
            _ => match failure {
                Some(failure) => self.failed(failure),
                None => {
                    let exit = self.exit;
                    self.answer(Status::Ok, exit, work.started)
                }
            },
        }
    }

    fn answer(self, status: Status, exit: Exit, started: Instant) -> Outcome {
        Outcome::Answer(Box::new(Answer {
            status,
            maglev: MAGLEV_VERSION.to_owned(),
            migrated: ran(&self.done.account),
            pending: self.done.account.pending,
            output: self.printed.output,
            error_output: self.printed.error_output,
            schemas: self.done.readings.into_iter().filter_map(schema).collect(),
            exit: exit as u8,
            milliseconds: milliseconds(started.elapsed()),
        }))
    }

    fn failed(self, failure: Failed) -> Outcome {
        let account = &self.done.account;
        let before = account.before().map_or_else(String::new, |before| format!("\n{before}"));
        self.error(&failure.class, failure.message + &before, failure.backtrace)
    }

    /// Time was up, and nobody goes on by itself: what ran, and what is left.
    fn out_of_time(mut self, left: &[String], failure: Option<Failed>, request: &Request) -> Outcome {
        let account = &self.done.account;
        let told = |ran: &Ran| match (&*ran.direction, request) {
            ("down", Request::Redo(_)) => format!("{} reverted", ran.version),
            _ => ran.version.clone(),
        };
        let ran: Vec<_> = ran(account).iter().map(told).collect();
        let again = match request {
            _ if account.has_remains() => "undo by hand what stays of the last one; ".to_owned(),
            _ if ran.is_empty() => String::new(),
            Request::Redo(_) => "`migrate` runs again what was reverted; ".to_owned(),
            Request::Rollback(_) => format!("roll back what is left with `steps`: {}; ", left.len()),
            _ => "invoke the function once more, which takes up what is left, as `maglev migrate --function` does by itself; "
                .to_owned(),
        };
        let ran = match ran.len() {
            0 => "no migration ran".to_owned(),
            count => format!("{} ran ({})", count_of(count), ran.join(", ")),
        };
        let is_left = match left.len() {
            1 => format!("1 is left ({})", left[0]),
            count => format!("{count} are left ({})", left.join(", ")),
        };
        let (stopped, backtrace) = failure.map_or_else(Default::default, |failure| {
            // Of code that was stopped the error says nothing more.
            let told = match failure.message.split_once("\n\n") {
                Some((_, place)) if failure.class == "Maglev::DeadlineExceeded" => {
                    place.replacen(" failed at ", " was stopped at ", 1)
                }
                _ => failure.message,
            };
            (format!("; {told}"), failure.backtrace)
        });
        let hint = format!(
            "{again}where one migration needs longer, raise the function's timeout (Lambda allows 900 seconds), or run it elsewhere"
        );
        let message = format!("the function's time is nearly up: {ran}, {is_left}{stopped}\nhint: {hint}");
        self.printed.error_output.push_str(&format!("error: {message}\n"));
        self.exit = Exit::Failed;
        self.error("Maglev::DeadlineExceeded", message, backtrace)
    }

    fn refusal(self, reasons: &str) -> Outcome {
        self.error(
            "Maglev::Refused",
            format!("refused before the first statement; nothing ran:\n{reasons}"),
            Vec::new(),
        )
    }

    fn error(self, class: &str, message: String, stack_trace: Vec<String>) -> Outcome {
        Outcome::Error(Box::new(FunctionError {
            error_type: class.to_owned(),
            error_message: message,
            maglev: MAGLEV_VERSION.to_owned(),
            stack_trace,
            migrated: ran(&self.done.account),
            output: self.printed.output,
            error_output: self.printed.error_output,
            exit: Some(self.exit as u8),
        }))
    }
}

/// The reasons for which files are refused, a line each.
fn in_lines<'r>(refused: impl Iterator<Item = (&'r str, &'r [Reason])>) -> String {
    let lines = refused.flat_map(|(file, reasons)| {
        reasons.iter().map(move |reason| {
            let message = ruby::source::cut(&reason.message, MOST_OF_A_REASON);
            format!("{file}:{}: {message}", reason.line)
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What an error is to say: of what ended the command, else of the migration that failed.
fn failure(done: &Done) -> Option<Failed> {
    if let Some(Words { class, message, hint }) = done.stop.as_deref().and_then(Stop::words) {
        let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        // Where it was, and what stays.
        let cut = done.account.failure.as_ref().filter(|_| class == "Maglev::Cancelled");
        let summary = cut.map_or_else(String::new, |cut| format!("; {}", cut.summary));
        let backtrace = cut.map_or_else(Vec::new, |cut| cut.backtrace.clone());
        return Some(Failed { class, message: format!("{}{summary}{hint}", message.trim()), backtrace });
    }
    let failed = done.account.failure.clone()?;
    let message = format!("{}\n\n{}", failed.message, failed.summary);
    Some(Failed { class: failed.class, message, backtrace: failed.backtrace })
}

fn schema(reading: Reading) -> Option<Schema> {
    let Reading::Schema { of, file, text } = reading else { return None };
    let database = of.label.as_deref().map(str::to_owned);
    Some(Schema { database, name: of.name, file: file.display().to_string(), text })
}

fn ran(account: &Account) -> Vec<Ran> {
    let ran = account.ran().map(|effect| Ran {
        version: effect.version.clone(),
        name: effect.name.clone(),
        direction: effect.direction.clone(),
        database: effect.database.clone(),
        milliseconds: effect.milliseconds,
    });
    ran.collect()
}
