//! Runs one command of an event: on a thread of its own, with everything that it prints and reports taken down.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use adapters::{DatabaseConfig, Statement};
use anyhow::anyhow;
use ruby::stack::on_stack_of;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::answer::{Outcome, failed};
use super::audit::log;
use crate::app::App;
use crate::bundle::Bundle;
use crate::cli::args::{Command, Format};
use crate::commands;
use crate::commands::context::{Context, Databases};
use crate::deadline::Deadline;
use crate::env_vars;
use crate::envelope::{Answer, Frame, FunctionError, Ran, Status};
use crate::events::{Event, milliseconds};
use crate::exit::Exit;
use crate::printer::{Printer, Recorder};

/// Where the environment does not say how much memory the function has: Lambda's least.
const LEAST_MEMORY_MIB: usize = 128;
/// The process itself, with the drivers and the SDK.
const OVERHEAD: usize = 48 << 20;

/// What there is to do.
pub struct Work {
    pub command: Command,
    pub bundle: Arc<Bundle>,
    pub config: DatabaseConfig,
    pub deadline: Arc<Deadline>,
    /// Where output goes as it comes.
    pub frames: Option<UnboundedSender<Frame>>,
    pub started: Instant,
}

/// How it ended.
pub enum Ended {
    Done(Outcome),
    /// The database did not accept the password; nothing ran.
    WrongPassword(Outcome),
}

/// Runs it, and leaves the event loop free meanwhile.
pub async fn run(work: Work) -> Ended {
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
    let common = work.command.common();
    let (quiet, format) = common.map_or((false, Format::Rails), |common| (common.quiet, common.format));
    let record = Rc::new(Record {
        frames: work.frames.clone(),
        logs_statements: env_vars::get(env_vars::RAILS_LOG_TO_STDOUT).is_some(),
        taken: RefCell::default(),
    });
    let context = Context {
        app: App::Bundle(Arc::clone(&work.bundle)),
        printer: Printer::recorded(quiet, format, Rc::clone(&record) as Rc<dyn Recorder>),
        databases: Databases::Given { environment: environment(), config: work.config.clone() },
        deadline: Some(Arc::clone(&work.deadline)),
        memory: Some(memory() - OVERHEAD),
    };
    let exit = commands::run(&work.command, &context);
    drop(context);
    let mut taken = record.taken.take();
    if work.frames.is_some() {
        // The caller has it already.
        taken.output.clear();
        taken.error_output.clear();
    }
    match exit {
        Ok(exit) => taken.ended(exit, work),
        Err(error) => Ended::Done(failed("Maglev::InvalidEvent", &error, Exit::Usage)),
    }
}

/// `Rails.env` of a function.
fn environment() -> String {
    env_vars::get(env_vars::RAILS_ENV).unwrap_or_else(|| "production".to_owned())
}

/// Takes down what a run says.
struct Record {
    frames: Option<UnboundedSender<Frame>>,
    logs_statements: bool,
    taken: RefCell<Taken>,
}

#[derive(Default)]
struct Taken {
    output: String,
    error_output: String,
    migrated: Vec<Ran>,
    pending: Option<usize>,
    failure: Option<Failed>,
    refused: Vec<String>,
}

/// What went wrong.
struct Failed {
    class: String,
    message: String,
    backtrace: Vec<String>,
    /// Of a migration: nothing of it stays.
    without_trace: bool,
}

impl Recorder for Record {
    fn output(&self, text: &str) {
        log(text);
        self.taken.borrow_mut().output.push_str(text);
        self.send(Frame::Output(text.to_owned()));
    }

    fn error_output(&self, text: &str) {
        log(text);
        self.taken.borrow_mut().error_output.push_str(text);
        self.send(Frame::ErrorOutput(text.to_owned()));
    }

    /// As Rails logs it, where the environment asks for its log.
    fn statement(&self, statement: &Statement) {
        if self.logs_statements {
            log(&format!("   ({:.1}ms)  {}\n", milliseconds(statement.duration), statement.sql));
        }
    }

    fn event(&self, event: &Event<'_>) {
        let mut taken = self.taken.borrow_mut();
        match event {
            Event::Migrated { migration, direction, milliseconds, .. } => {
                taken.migrated.push(Ran {
                    version: migration.version().to_owned(),
                    name: migration.name().to_owned(),
                    direction: (*direction).to_owned(),
                    milliseconds: *milliseconds,
                });
            }
            Event::Failed { migration, direction, error, rolled_back, effects, .. } => {
                taken.failure = Some(Failed {
                    class: error.class().to_owned(),
                    message: format!(
                        "{}\n\n{} {} ({direction}) failed at {}; {}",
                        error.message().trim_end(),
                        migration.version(),
                        migration.name(),
                        error.place().unwrap_or_else(|| migration.file().to_owned()),
                        effect(*rolled_back, *effects),
                    ),
                    backtrace: error.backtrace().to_vec(),
                    without_trace: *rolled_back || *effects == 0,
                });
            }
            Event::Refused { migration, reasons } => taken.refused.extend(
                reasons.iter().map(|reason| format!("{}:{}: {}", migration.file(), reason.line(), reason.message())),
            ),
            Event::Error { error } => {
                taken.failure = Some(Failed {
                    class: error.class.to_owned(),
                    message: error.message.trim().to_owned(),
                    backtrace: Vec::new(),
                    without_trace: false,
                });
            }
            Event::Finished { pending, .. } => taken.pending = Some(*pending),
            _ => {}
        }
    }
}

impl Record {
    fn send(&self, frame: Frame) {
        if let Some(frames) = &self.frames {
            let _ = frames.send(frame);
        }
    }
}

/// What of a failed migration stays.
fn effect(rolled_back: bool, effects: usize) -> String {
    match (rolled_back, effects) {
        (true, _) => "its transaction was rolled back".to_owned(),
        (false, 0) => "none of its statements took effect".to_owned(),
        (false, 1) => "its first statement took effect and stays".to_owned(),
        (false, count) => format!("its first {count} statements took effect and stay"),
    }
}

impl Taken {
    fn ended(self, exit: Exit, work: &Work) -> Ended {
        let expired = work.deadline.is_expired();
        let resumable = matches!(work.command, Command::Migrate(_) | Command::Rollback(_));
        let left_for_later = match &self.failure {
            Some(failure) => expired && failure.without_trace && !self.migrated.is_empty() && resumable,
            None => work.deadline.is_postponed(),
        };
        if left_for_later && resumable && !self.migrated.is_empty() {
            return Ended::Done(self.answer(Status::Continue, Exit::Done, work.started));
        }
        if work.deadline.is_postponed() && self.failure.is_none() {
            return Ended::Done(self.out_of_time(None));
        }
        match exit {
            Exit::Refused => Ended::Done(self.refusal()),
            _ if self.failure.is_some() => self.failed(exit, expired),
            // `pending` exits with 1, and `status` where there is no table yet: that is an answer.
            exit => Ended::Done(self.answer(Status::Ok, exit, work.started)),
        }
    }

    fn answer(self, status: Status, exit: Exit, started: Instant) -> Outcome {
        Outcome::Answer(Box::new(Answer {
            status,
            migrated: self.migrated,
            pending: self.pending,
            output: self.output,
            error_output: self.error_output,
            exit: exit as u8,
            milliseconds: milliseconds(started.elapsed()),
        }))
    }

    fn failed(mut self, exit: Exit, expired: bool) -> Ended {
        let Some(failure) = self.failure.take() else { return Ended::Done(self.refusal()) };
        if expired {
            return Ended::Done(self.out_of_time(Some(failure)));
        }
        let wrong_password = self.migrated.is_empty()
            && failure.class == "ActiveRecord::DatabaseConnectionError"
            && adapters::Error::is_username_message(&failure.message);
        let outcome = self.error(&failure.class, failure.message, failure.backtrace, exit);
        if wrong_password { Ended::WrongPassword(outcome) } else { Ended::Done(outcome) }
    }

    fn out_of_time(mut self, failure: Option<Failed>) -> Outcome {
        let (message, backtrace) = failure.map_or_else(
            || ("no migration was begun".to_owned(), Vec::new()),
            |failure| (failure.message, failure.backtrace),
        );
        let message = format!(
            "the function's time is nearly up, and what ran was stopped: {message}\n\
             hint: raise the function's timeout (Lambda allows 900 seconds), or run this migration elsewhere"
        );
        self.error_output.push_str(&format!("error: {message}{}\n", self.before()));
        self.error("Maglev::DeadlineExceeded", message, backtrace, Exit::Failed)
    }

    fn refusal(self) -> Outcome {
        let reasons = self.refused.join("\n");
        let message = format!("refused before the first statement; nothing ran:\n{reasons}");
        self.error("Maglev::Refused", message, Vec::new(), Exit::Refused)
    }

    /// What took effect before the failure.
    fn before(&self) -> String {
        if self.migrated.is_empty() {
            return String::new();
        }
        let versions: Vec<_> = self.migrated.iter().map(|ran| ran.version.as_str()).collect();
        format!("\nbefore it, {} took effect: {}", count(versions.len()), versions.join(", "))
    }

    fn error(self, class: &str, message: String, stack_trace: Vec<String>, exit: Exit) -> Outcome {
        Outcome::Error(Box::new(FunctionError {
            error_type: class.to_owned(),
            error_message: message + &self.before(),
            stack_trace,
            migrated: self.migrated,
            output: self.output,
            error_output: self.error_output,
            exit: Some(exit as u8),
        }))
    }
}

fn count(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}
