//! Maglev, the command line tool and the Lambda function. A library for its two binaries, `maglev` (both) and `bootstrap` (the
//! function alone), and so that what reads bytes from outside can be called by itself.
//!
//! The features `caller` and `function`, both on, are what speaks to AWS. The zip for Lambda leaves the caller out, and a
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
#[cfg(all(test, feature = "caller", feature = "function", feature = "plan", not(feature = "comparison")))]
mod reference;
mod request;
mod schema_text;
mod signature;
mod structure;
mod teller;

use std::process::ExitCode;

use exit::Exit;
use printer::Printer;
use request::Output;
use teller::Teller;

/// What the binary `maglev` does.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    // Lambda starts the binary without arguments, and every millisecond before the loop is a cold start's.
    match arguments.len() {
        0 | 1 if env_vars::get(env_vars::AWS_LAMBDA_RUNTIME_API).is_some() => serve(),
        _ => cli::run(arguments).into(),
    }
}

/// `maglev function`, and what the binary `bootstrap` does: serves events until it is ended.
pub fn serve() -> ExitCode {
    serve_events().into()
}

fn serve_events() -> Exit {
    function::run().map_or_else(
        |error| {
            Teller::new(Printer::new(Output::default())).complain(&format!("{error:#}"));
            Exit::Usage
        },
        |()| Exit::Done,
    )
}
