//! Maglev: one binary, the command line tool and the Lambda function. A library only so that what reads bytes from outside can be
//! called by itself.
//!
//! The features `caller` and `function`, both on, are what speaks to AWS. The function's binary leaves the caller out, and a
//! build for local databases both.

#![warn(unreachable_pub)]
// What only one of them uses stands idle where it is left out.
#![cfg_attr(not(all(feature = "caller", feature = "function")), allow(dead_code))]

mod account;
mod app;
#[cfg(feature = "aws")]
mod aws;
mod bundle;
#[cfg(feature = "caller")]
mod caller;
#[cfg(not(feature = "caller"))]
#[path = "caller/absent.rs"]
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
#[cfg(feature = "function")]
mod function;
#[cfg(not(feature = "function"))]
#[path = "function/absent.rs"]
mod function;
#[cfg(feature = "function")]
pub mod fuzzing;
mod host;
mod memory;
mod once;
mod printer;
mod request;
mod schema_text;
mod signature;
mod structure;
mod teller;

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
