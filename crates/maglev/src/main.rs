//! Maglev: one binary, the command line tool (and, later, the Lambda function).

mod app_files;
mod cli;
mod commands;
mod config;
mod env_vars;
mod events;
mod exit;
mod files;
mod generators;
mod host;
mod memory;
mod printer;
mod report;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args().collect()).into()
}
