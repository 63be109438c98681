//! What a text says of a date or a time, as Ruby's `Date._parse`, `Date._strptime` and `Time.new` read it. It stands below
//! the interpreter and the adapters, which both read dates and must not read them differently.

#![warn(unreachable_pub)]

mod civil;
mod parse;

pub use civil::{Civil, time_new};
pub use parse::{Parsed, parse, strptime, zone_offset};

/// January first, as Ruby's `Date::MONTHNAMES` without its nil.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Sunday first.
pub const DAY_NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
