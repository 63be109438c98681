//! Ruby's standard library, as far as migrations use it, one file a library, method table at its head. What is written in
//! Ruby stands in `stdlib/library/`.

pub mod base64;
pub mod csv;
pub mod digest;
pub mod erb;
pub mod ipaddr;
pub mod json;
pub mod logger;
pub mod pathname;
pub mod securerandom;
pub mod set;
pub mod singleton;
pub mod stringio;
pub mod timeout;
pub mod uri;
pub mod yaml;

use crate::runtime::interpreter::Interpreter;
use crate::runtime::library::Autoload;

/// The parts of Ruby's library that are written in Ruby.
const AUTOLOADS: &[Autoload] = &[
    Autoload {
        module: "Object",
        constants: &["OpenStruct"],
        library: Some("ostruct"),
        name: "ostruct",
        source: include_str!("stdlib/library/ostruct.rb"),
    },
    Autoload {
        module: "Object",
        constants: &["Shellwords"],
        library: Some("shellwords"),
        name: "shellwords",
        source: include_str!("stdlib/library/shellwords.rb"),
    },
    Autoload {
        module: "Object",
        constants: &["Delegator", "SimpleDelegator"],
        library: Some("delegate"),
        name: "delegate",
        source: include_str!("stdlib/library/delegate.rb"),
    },
];

/// Defines the standard library's classes, after those of the core. Tables only.
pub fn define(interpreter: &mut Interpreter) {
    for part in AUTOLOADS {
        interpreter.autoload(*part);
    }
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
}
