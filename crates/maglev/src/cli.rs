//! The command line's entry: reads the arguments, runs the command on a thread with a stack for deep Ruby code, and
//! turns what happened into an exit code.

pub mod args;

use clap::Parser;
use clap::error::ErrorKind;

use ruby::stack::on_stack_of;

use crate::commands::context::Context;
use crate::events::{Event, PlainError};
use crate::exit::Exit;
use crate::printer::{Printer, Style};
use crate::{caller, commands, function};
use args::{Cli, Command, Format};

/// Ruby code may nest calls as deep as the budget allows; each level takes several frames of ours.
const STACK_SIZE: usize = 512 << 20;

pub fn run(arguments: Vec<String>) -> Exit {
    let arguments = match args::translate_task(arguments) {
        Ok(arguments) => arguments,
        Err(message) => {
            complain(&Printer::new(false, Format::Rails), &message);
            return Exit::Usage;
        }
    };
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { Exit::Done } else { Exit::Usage };
        }
    };
    // A panic has printed its message; it is a defect of ours, and the exit code says that the run failed.
    on_stack_of(STACK_SIZE, move || dispatch(cli.command)).map_or(Exit::Failed, |worker| worker.unwrap_or(Exit::Failed))
}

/// `maglev function`
pub fn serve() -> Exit {
    dispatch(Command::Function)
}

fn dispatch(command: Command) -> Exit {
    let printer = match &command {
        Command::Check(check) => Printer::new(check.quiet, check.format),
        other => other
            .common()
            .map_or_else(|| Printer::new(false, Format::Rails), |common| Printer::new(common.quiet, common.format)),
    };
    let outcome = match &command {
        Command::Check(arguments) => commands::check::run(arguments, &printer),
        Command::Payload(arguments) => caller::payload(arguments, &printer),
        Command::Function => function::run(),
        command => match command.common().and_then(|common| common.function.as_deref()) {
            Some(name) => caller::run(command, name, &printer),
            None => {
                let time_limit = command.running().and_then(|running| running.time_limit);
                Context::local(printer.clone(), time_limit).and_then(|context| commands::run(command, &context))
            }
        },
    };
    let exit = outcome.unwrap_or_else(|error| {
        let message = format!("{error:#}");
        if command.common().is_some() {
            printer.emit(&Event::Error {
                error: PlainError { class: "Maglev::UsageError", message: &message, hint: None },
            });
        }
        complain(&printer, &message);
        Exit::Usage
    });
    if command.running().is_some() {
        printer.end(exit);
    }
    exit
}

fn complain(printer: &Printer, message: &str) {
    printer.error_output(&format!("{} {}\n", printer.style(Style::Error, "error:"), message.trim_end()));
}
