//! Runs whole histories through real Active Record and through Maglev and compares.

use anyhow::Result;

use crate::arguments::Arguments;

pub fn run(_arguments: Arguments) -> Result<()> {
    Ok(())
}
