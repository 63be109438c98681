//! Ruby's standard library, as far as migrations use it, one file a library, method table at its head.

pub mod base64;
pub mod csv;
pub mod delegate;
pub mod digest;
pub mod erb;
pub mod ipaddr;
pub mod json;
pub mod logger;
pub mod ostruct;
pub mod pathname;
pub mod securerandom;
pub mod set;
pub mod shellwords;
pub mod singleton;
pub mod stringio;
pub mod timeout;
pub mod uri;
pub mod yaml;

use crate::runtime::interpreter::Interpreter;

/// Defines the standard library's classes, after those of the core. Tables only.
pub fn define(interpreter: &mut Interpreter) {
    set::define(interpreter);
    securerandom::define(interpreter);
    base64::define(interpreter);
    digest::define(interpreter);
    json::define(interpreter);
    yaml::define(interpreter);
    erb::define(interpreter);
    uri::define(interpreter);
    stringio::define(interpreter);
    logger::define(interpreter);
    csv::define(interpreter);
    ipaddr::define(interpreter);
    pathname::define(interpreter);
    singleton::define(interpreter);
    timeout::define(interpreter);
    for part in [ostruct::PART, shellwords::PART, delegate::PART] {
        interpreter.autoload(part);
    }
}
