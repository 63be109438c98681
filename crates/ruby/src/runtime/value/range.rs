//! Range. An open end is nil.

use super::Value;

#[derive(Debug)]
pub struct RRange {
    pub begin: Value,
    pub end: Value,
    pub exclusive: bool,
}
