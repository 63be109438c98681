//! The command line's entry: reads the arguments, runs the command on a thread with a stack for deep Ruby code, and
//! turns what happened into an exit code.

pub(crate) mod args;

use anyhow::{Result, anyhow, bail};
use clap::Parser;
use clap::error::ErrorKind;

use ruby::stack::on_stack_of;

use crate::commands::context::Context;
use crate::commands::outcome::Outcome;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::request::{Common, Load, Output, Plain, Request};
use crate::teller::Teller;
use crate::{caller, commands, env_vars, serve_events};
use args::setup::{Prepare, Ready, SchemaLoad};
use args::task::Task;
use args::{Cli, Command, Schema};

/// Ruby code may nest calls as deep as the budget allows; each level takes several frames of ours.
const STACK_SIZE: usize = 512 << 20;

/// Does what a command line says, task by task until one is not done. The first of `arguments` is the program's name.
pub(crate) fn run(arguments: Vec<String>) -> Exit {
    env_vars::give(args::variables(&arguments));
    let lines = args::each_task(arguments).into_iter().map(args::translate_task).collect::<Result<Vec<_>, _>>();
    let lines = match lines {
        Ok(lines) => lines,
        Err(message) => {
            Teller::new(Printer::new(Output::default())).complain(&message);
            return Exit::Usage;
        }
    };
    lines.into_iter().map(run_line).find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done)
}

fn run_line(arguments: Vec<String>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { Exit::Done } else { Exit::Usage };
        }
    };
    // A panic has printed its message; it is a defect of ours, and the exit code says that the run failed.
    on_stack_of(STACK_SIZE, move || settle_and_dispatch(cli.command))
        .map_or(Exit::Failed, |worker| worker.unwrap_or(Exit::Failed))
}

fn settle_and_dispatch(mut command: Command) -> Exit {
    let teller = Teller::new(Printer::new(command.output()));
    match command.settle_function() {
        Ok(Some(function)) => {
            teller.note(&format!("this goes to the function `{function}`, which MAGLEV_FUNCTION names"));
        }
        Ok(None) => {}
        Err(error) => {
            teller.complain(&format!("{error:#}"));
            return Exit::Usage;
        }
    }
    dispatch(command, teller)
}

fn dispatch(command: Command, teller: Teller) -> Exit {
    let ended = match &command {
        Command::Request(request) => run_request(request, &teller),
        Command::Check(arguments) => commands::check::run(arguments, &teller).map(|checked| {
            teller.checked(&checked);
            Exit::from(&checked)
        }),
        Command::Payload(arguments) => caller::payload(arguments, &teller).map(|text| {
            teller.printer().data(&format!("{text}\n"));
            Exit::Done
        }),
        Command::Task(Task::Create(create)) if create.common.function.is_some() => {
            if create.reach.all {
                Err(anyhow!("`create --all` is for the databases of this machine; {WITHIN_REACH}"))
            } else {
                let asked = Plain { common: create.common.clone(), output: create.output, ..Plain::default() };
                send(&Request::Create(asked), &teller)
            }
        }
        Command::Task(task) => run_here(task.common(), None, &teller, |context| commands::tasks::run(task, context)),
        Command::Ready(Ready::Prepare(prepare))
            if prepare.make.common.function.is_some() && !prepare.test && prepare.to.is_none() =>
        {
            let Prepare { make, running, .. } = prepare;
            let asked = Plain { common: make.common.clone(), output: make.output, running: running.clone() };
            send(&Request::Prepare(asked), &teller)
        }
        Command::Ready(ready) => {
            run_here(ready.common(), ready.time_limit(), &teller, |context| commands::setup::run(ready, context))
        }
        Command::Schema(Schema::Load(arguments)) if arguments.make.common.function.is_some() => {
            let SchemaLoad { make, file } = arguments;
            let file = file.clone().or_else(commands::schema_file::of_environment);
            let (common, output) = (make.common.clone(), make.output);
            send(&Request::Load(Load { common, output, file, ..Load::default() }), &teller)
        }
        Command::Schema(Schema::Load(arguments)) => {
            run_here(&arguments.make.common, None, &teller, |context| commands::schema_load::run(arguments, context))
        }
        Command::Schema(Schema::CacheClear(clear)) => Context::in_current_folder(teller.clone(), None)
            .and_then(|context| commands::schema_cache::clear(&clear.common, &context))
            .map(|()| Exit::Done),
        #[cfg(feature = "plan")]
        Command::Schema(Schema::Dump(arguments)) if arguments.offline => commands::plan::dump::run(arguments, &teller),
        Command::Schema(Schema::CacheDump(arguments)) => {
            run_here(&arguments.common, None, &teller, |context| commands::schema_cache::run(arguments, context))
        }
        Command::Schema(Schema::Dump(arguments)) => match &arguments.common.function {
            Some(function) => caller::schema::dump(arguments, function, &teller),
            None => {
                run_here(&arguments.common, None, &teller, |context| commands::schema_dump::run(arguments, context))
            }
        },
        Command::Schema(Schema::Merge(arguments)) => commands::schema_merge::run(arguments).map(|conflicts| {
            teller.merged(&arguments.ours, conflicts);
            if conflicts == 0 { Exit::Done } else { Exit::Failed }
        }),
        Command::Schema(Schema::InstallMergeDriver) => commands::schema_merge::install().map(|()| Exit::Done),
        #[cfg(feature = "plan")]
        Command::Plan(arguments) => match &arguments.options().common.function {
            Some(function) => arguments.asked().and_then(|request| caller::run(&request, function, &teller)),
            None => commands::plan::run(arguments, &teller),
        },
        Command::Drift(arguments) => match &arguments.common.function {
            Some(function) => caller::schema::drift(arguments, function, &teller),
            None => run_here(&arguments.common, None, &teller, |context| commands::drift::run(arguments, context)),
        },
        Command::Function => Ok(serve_events()),
        #[cfg(feature = "manual")]
        Command::Completions(asked) => Ok(print(&teller, &commands::manual::completions(asked))),
        #[cfg(feature = "manual")]
        Command::Man(asked) => commands::manual::man(asked).map(|page| print(&teller, &page)),
    };
    let request = if let Command::Request(request) = &command { Some(request) } else { None };
    let exit = ended.unwrap_or_else(|error| {
        let message = format!("{error:#}");
        if request.is_some() {
            teller.error("Maglev::UsageError", &message, None);
        }
        teller.complain(&message);
        Exit::Usage
    });
    if request.is_some_and(|request| !request.is_reading()) {
        teller.end(exit);
    }
    exit
}

/// A command that is done when its text is printed.
#[cfg(feature = "manual")]
fn print(teller: &Teller, text: &str) -> Exit {
    teller.printer().data(text);
    Exit::Done
}

/// What is refused of a command that is done here alone.
const WITHIN_REACH: &str = "this works on a database within reach; `--function` does not do it";

/// Sends to the function what it does by another name than the command line.
fn send(request: &Request, teller: &Teller) -> Result<Exit> {
    let exit = caller::run(request, request.common().function.as_deref().unwrap_or_default(), teller)?;
    teller.end(exit);
    Ok(exit)
}

/// Runs a command here. `time_limit`: in seconds.
fn run_here(
    common: &Common,
    time_limit: Option<u64>,
    teller: &Teller,
    run: impl FnOnce(&Context) -> Result<Outcome>,
) -> Result<Exit> {
    if common.function.is_some() {
        bail!(WITHIN_REACH);
    }
    let spinner = teller.spinner();
    let outcome = run(&Context::in_current_folder(teller.clone(), time_limit)?)?;
    drop(spinner);
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}

fn run_request(request: &Request, teller: &Teller) -> Result<Exit> {
    if let Some(function) = &request.common().function {
        return caller::run(request, function, teller);
    }
    let outcome = commands::run(request, &Context::in_current_folder(teller.clone(), request.running().time_limit)?)?;
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}
