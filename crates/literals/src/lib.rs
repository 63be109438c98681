//! How Ruby 3.3 writes a value: `inspect` of strings and symbols, `to_s` of floats and decimals. It stands below the interpreter
//! and the adapters, which both write values and must not write them differently.

#![warn(unreachable_pub)]

mod number;
mod text;

pub use number::{decimal, float, scientific, shortest_digits};
pub use text::{Form, Unit, bytes, quoted, string, symbol};
