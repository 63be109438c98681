//! Files that a test of `maglev` makes of what it has at hand, and compares: with RECORD set it writes them.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;

/// Runs that test. `which`: cargo's words for it.
pub(crate) fn run(arguments: Arguments, which: &[&str]) -> Result<()> {
    if let Some(word) = arguments.words()?.first() {
        bail!("`{word}` is not asked for");
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--quiet", "--package", "maglev"]).args(which).env("RECORD", "1");
    let status = command.status().context("cargo cannot be started")?;
    if !status.success() {
        bail!("the test fails");
    }
    Ok(())
}
