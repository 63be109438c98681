//! Runs one command of an event: on a thread of its own, with everything that it prints and reports taken down.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use adapters::{DatabaseConfig, Statement};
use anyhow::anyhow;
use ruby::stack::on_stack_of;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::answer::{Outcome, failed};
use super::audit::log_others;
use crate::app::App;
use crate::bundle::Bundle;
use crate::cli::args::{Command, Format};
use crate::commands;
use crate::commands::context::{Context, Databases, Place};
use crate::deadline::Deadline;
use crate::env_vars;
use crate::envelope::{Answer, Frame, FunctionError, MAGLEV_VERSION, Ran, Status};
use crate::events::{Event, milliseconds};
use crate::exit::Exit;
use crate::once::Once;
use crate::printer::{Printer, Recorder};
use crate::tally::count_of;

/// Where the environment does not say how much memory the function has: Lambda's least.
const LEAST_MEMORY_MIB: usize = 128;
/// The process itself, with the drivers and the SDK.
const OVERHEAD: usize = 48 << 20;

/// Lambda cuts a streamed answer at 200 MB, its last word too; control characters are longer in JSON.
const MOST_STREAMED: usize = 100 << 20;

/// What there is to do.
pub struct Work {
    pub command: Command,
    pub bundle: Arc<Bundle>,
    pub config: DatabaseConfig,
    pub deadline: Arc<Deadline>,
    /// Whoever asks takes up what is left in another invocation.
    pub continues: bool,
    /// Where output goes as it comes.
    pub frames: Option<UnboundedSender<Frame>>,
    pub started: Instant,
    /// What lets a signed payload run once.
    pub once: Option<Arc<Once>>,
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
        streamed: Cell::default(),
    });
    let context = Context {
        app: App::Bundle(Arc::clone(&work.bundle)),
        printer: Printer::recorded(quiet, format, Rc::clone(&record) as Rc<dyn Recorder>),
        databases: Databases::Given { environment: environment(), config: work.config.clone() },
        place: Place::Function { continues: work.continues },
        labels_events: Cell::new(false),
        deadline: Some(Arc::clone(&work.deadline)),
        memory: Some(memory() - OVERHEAD),
        once: work.once.clone(),
    };
    let exit = commands::run(&work.command, &context);
    if work.command.running().is_some() {
        context.printer.end(*exit.as_ref().unwrap_or(&Exit::Usage));
    }
    drop(context);
    let taken = record.taken.take();
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
    /// Bytes that went to the caller.
    streamed: Cell<usize>,
}

#[derive(Default)]
struct Taken {
    output: String,
    error_output: String,
    migrated: Vec<Ran>,
    pending: Option<usize>,
    failure: Option<Failed>,
    refused: Vec<String>,
    /// Some statements of what failed stay.
    has_remains: bool,
    /// Time was up before these versions.
    left: Option<Vec<String>>,
}

/// What went wrong.
struct Failed {
    class: String,
    message: String,
    backtrace: Vec<String>,
}

impl Recorder for Record {
    fn output(&self, text: &str) {
        log_others(text);
        self.tell(text, Frame::Output, |taken| &mut taken.output);
    }

    fn error_output(&self, text: &str) {
        log_others(text);
        self.tell(text, Frame::ErrorOutput, |taken| &mut taken.error_output);
    }

    /// As Rails logs it, where the environment asks for its log.
    fn statement(&self, statement: &Statement) {
        if self.logs_statements {
            log_others(&format!("   ({:.1}ms)  {}\n", milliseconds(statement.duration), statement.sql));
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
            Event::Failed { migration, direction, error, what_stays, took_effect, .. } => {
                taken.has_remains = *took_effect > 0;
                taken.failure = Some(Failed {
                    class: error.class().to_owned(),
                    message: format!(
                        "{}\n\n{} {} ({direction}) failed at {}; {}",
                        error.message().trim_end(),
                        migration.version(),
                        migration.name(),
                        error.place().unwrap_or_else(|| migration.file().to_owned()),
                        what_stays,
                    ),
                    backtrace: error.backtrace().to_vec(),
                });
            }
            Event::Refused { migration, reasons } => taken.refused.extend(
                reasons.iter().map(|reason| format!("{}:{}: {}", migration.file(), reason.line(), reason.message())),
            ),
            Event::Error { error } => {
                taken.failure = Some(Failed {
                    class: error.class.to_owned(),
                    message: match error.hint {
                        Some(hint) => format!("{}\nhint: {hint}", error.message.trim()),
                        None => error.message.trim().to_owned(),
                    },
                    backtrace: Vec::new(),
                });
            }
            Event::Postponed { left } => {
                taken.left = Some(left.iter().map(|migration| migration.version().to_owned()).collect());
            }
            Event::Finished { pending, .. } => taken.pending = *pending,
            _ => {}
        }
    }
}

impl Record {
    /// To the caller at once where it listens, else kept for the answer.
    fn tell(&self, text: &str, frame: fn(String) -> Frame, kept: fn(&mut Taken) -> &mut String) {
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

impl Taken {
    fn ended(self, exit: Exit, work: &Work) -> Ended {
        match exit {
            Exit::Refused => Ended::Done(self.refusal()),
            // What was cut short and left a trace is a failure, whoever asks.
            _ if self.left.is_some() && self.failure.is_none() && work.continues && !self.migrated.is_empty() => {
                Ended::Done(self.answer(Status::Continue, Exit::Done, work.started))
            }
            _ if self.left.is_some() => Ended::Done(self.out_of_time(&work.command)),
            _ if self.failure.is_some() => self.failed(exit),
            // `pending` exits with 1, and `status` where there is no table yet: that is an answer.
            exit => Ended::Done(self.answer(Status::Ok, exit, work.started)),
        }
    }

    fn answer(self, status: Status, exit: Exit, started: Instant) -> Outcome {
        Outcome::Answer(Box::new(Answer {
            status,
            maglev: MAGLEV_VERSION.to_owned(),
            migrated: self.migrated,
            pending: self.pending,
            output: self.output,
            error_output: self.error_output,
            exit: exit as u8,
            milliseconds: milliseconds(started.elapsed()),
        }))
    }

    fn failed(mut self, exit: Exit) -> Ended {
        let Some(failure) = self.failure.take() else { return Ended::Done(self.refusal()) };
        let wrong_password = self.migrated.is_empty()
            && failure.class == "ActiveRecord::DatabaseConnectionError"
            && adapters::Error::is_username_message(&failure.message);
        let message = failure.message + &self.before();
        let outcome = self.error(&failure.class, message, failure.backtrace, exit);
        if wrong_password { Ended::WrongPassword(outcome) } else { Ended::Done(outcome) }
    }

    /// Time was up, and nobody goes on by itself: what ran, and what is left.
    fn out_of_time(mut self, command: &Command) -> Outcome {
        let left = self.left.take().unwrap_or_default();
        let told = |ran: &Ran| match (&*ran.direction, command) {
            ("down", Command::Redo(_)) => format!("{} reverted", ran.version),
            _ => ran.version.clone(),
        };
        let ran: Vec<_> = self.migrated.iter().map(told).collect();
        let ran = match ran.len() {
            0 => "no migration ran".to_owned(),
            count => format!("{} ran ({})", count_of(count), ran.join(", ")),
        };
        let is_left = match left.len() {
            1 => format!("1 is left ({})", left[0]),
            count => format!("{count} are left ({})", left.join(", ")),
        };
        let (stopped, backtrace) = self.failure.take().map_or_else(Default::default, |failure| {
            // Of code that was stopped the error says nothing more.
            let told = match failure.message.split_once("\n\n") {
                Some((_, place)) if failure.class == "Maglev::DeadlineExceeded" => {
                    place.replacen(" failed at ", " was stopped at ", 1)
                }
                _ => failure.message,
            };
            (format!("; {told}"), failure.backtrace)
        });
        let again = match command {
            _ if self.has_remains => "undo by hand what stays of the last one; ".to_owned(),
            _ if self.migrated.is_empty() => String::new(),
            Command::Redo(_) => "`migrate` runs again what was reverted; ".to_owned(),
            Command::Rollback(_) => format!("roll back what is left with `steps`: {}; ", left.len()),
            _ => "invoke the function once more, which takes up what is left, as `maglev migrate --function` does by itself; "
                .to_owned(),
        };
        let hint = format!(
            "{again}where one migration needs longer, raise the function's timeout (Lambda allows 900 seconds), or run it elsewhere"
        );
        let message = format!("the function's time is nearly up: {ran}, {is_left}{stopped}\nhint: {hint}");
        self.error_output.push_str(&format!("error: {message}\n"));
        self.error("Maglev::DeadlineExceeded", message, backtrace, Exit::Failed)
    }

    fn refusal(self) -> Outcome {
        let reasons = self.refused.join("\n");
        let message = format!("refused before the first statement; nothing ran:\n{reasons}");
        self.error("Maglev::Refused", message, Vec::new(), Exit::Refused)
    }

    /// What took effect before the failure.
    fn before(&self) -> String {
        let versions: Vec<_> = self.migrated.iter().map(|ran| ran.version.as_str()).collect();
        match versions.len() {
            0 => String::new(),
            count => format!("\nbefore it, {} took effect: {}", count_of(count), versions.join(", ")),
        }
    }

    fn error(self, class: &str, message: String, stack_trace: Vec<String>, exit: Exit) -> Outcome {
        Outcome::Error(Box::new(FunctionError {
            error_type: class.to_owned(),
            error_message: message,
            maglev: MAGLEV_VERSION.to_owned(),
            stack_trace,
            migrated: self.migrated,
            output: self.output,
            error_output: self.error_output,
            exit: Some(exit as u8),
        }))
    }
}
