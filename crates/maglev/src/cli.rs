//! The command line's entry: reads the arguments, runs the command on a thread with a stack for deep Ruby code, and
//! turns what happened into an exit code.

pub mod args;

use clap::Parser;
use clap::error::ErrorKind;

use crate::commands;
use crate::exit::Exit;
use crate::printer::{Printer, Style};
use args::{Cli, Command, Common};

/// Ruby code may nest calls as deep as the budget allows; each level takes several frames of ours.
const STACK_SIZE: usize = 512 << 20;

pub fn run(arguments: Vec<String>) -> Exit {
    let arguments = match args::translate_task(arguments) {
        Ok(arguments) => arguments,
        Err(message) => {
            complain(&Printer::new(false), &message);
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
    let worker = std::thread::Builder::new()
        .name("maglev".to_owned())
        .stack_size(STACK_SIZE)
        .spawn(move || dispatch(cli.command));
    // A panic has printed its message; it is a defect of ours, and the exit code says that the run failed.
    worker.map_or(Exit::Failed, |worker| worker.join().unwrap_or(Exit::Failed))
}

fn dispatch(command: Command) -> Exit {
    let printer = Printer::new(match &command {
        Command::Check(check) => check.quiet,
        other => common(other).is_some_and(|common| common.quiet),
    });
    let outcome = match &command {
        Command::Migrate(arguments) => commands::migrate::run(arguments, &printer),
        Command::Rollback(arguments) => commands::rollback::run(arguments, &printer),
        Command::Up(arguments) => commands::up::run(arguments, &printer),
        Command::Down(arguments) => commands::down::run(arguments, &printer),
        Command::Redo(arguments) => commands::redo::run(arguments, &printer),
        Command::Status(common) => commands::status::run(common, &printer),
        Command::Version(common) => commands::version::run(common, &printer),
        Command::Pending(common) => commands::pending::run(common, &printer),
        Command::Check(arguments) => commands::check::run(arguments, &printer),
    };
    outcome.unwrap_or_else(|error| {
        complain(&printer, &format!("{error:#}"));
        Exit::Usage
    })
}

fn common(command: &Command) -> Option<&Common> {
    match command {
        Command::Migrate(arguments) => Some(&arguments.common),
        Command::Rollback(arguments) => Some(&arguments.common),
        Command::Up(arguments) | Command::Down(arguments) => Some(&arguments.common),
        Command::Redo(arguments) => Some(&arguments.common),
        Command::Status(common) | Command::Version(common) | Command::Pending(common) => Some(common),
        Command::Check(_) => None,
    }
}

fn complain(printer: &Printer, message: &str) {
    printer.error_output(&format!("{} {}\n", printer.style(Style::Error, "error:"), message.trim_end()));
}
