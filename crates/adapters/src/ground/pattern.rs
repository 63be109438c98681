//! Regular expressions that stand in this crate's code.

use regex::Regex;

/// A pattern that is known when this is built.
#[expect(clippy::expect_used, reason = "constants of ours, and each is met by a test")]
pub(crate) fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern is valid")
}
