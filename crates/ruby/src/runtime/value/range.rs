//! Range. An open end is nil.

use super::Value;

/// A Range; either end may be nil.
#[derive(Debug)]
pub struct RRange {
    pub begin: Value,
    pub end: Value,
    pub exclusive: bool,
}
