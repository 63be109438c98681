//! Maglev: one binary, the command line tool and the Lambda function. A library only so that what reads bytes from outside can be
//! called by itself.

mod app;
mod app_files;
mod app_folder;
mod aws;
mod bundle;
mod caller;
mod cli;
mod commands;
mod config;
mod credentials;
mod deadline;
mod env_vars;
mod envelope;
mod events;
mod exit;
mod files;
mod function;
pub mod fuzzing;
mod host;
mod memory;
mod once;
mod printer;
mod report;
mod signature;
mod tally;

use std::process::ExitCode;

/// What the binary does.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // Lambda starts the binary without arguments, and every millisecond before the loop is a cold start's.
    let exit = match arguments.len() {
        0 | 1 if env_vars::get(env_vars::AWS_LAMBDA_RUNTIME_API).is_some() => cli::serve(),
        _ => cli::run(arguments),
    };
    exit.into()
}
