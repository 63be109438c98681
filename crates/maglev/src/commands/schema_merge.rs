//! `schema merge`: git's merge driver for db/schema.rb, and its installation.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::whole_file;
use crate::cli::args::drift::SchemaMerge;
use crate::schema_text::{SchemaText, merge};

/// The driver's name in git's configuration.
const DRIVER: &str = "maglev-schema";

/// Which files it merges: those of other databases too.
const PATTERN: &str = "db/*schema.rb";

/// Writes the merged file in place of ours, and answers how many conflicts it has.
pub(crate) fn run(arguments: &SchemaMerge) -> Result<usize> {
    let [base, ours, theirs] = [&arguments.base, &arguments.ours, &arguments.theirs];
    let merged = merge::merge(&read(base)?, &read(ours)?, &read(theirs)?);
    whole_file::write(ours, merged.text.as_bytes()).with_context(|| format!("cannot write {}", ours.display()))?;
    Ok(merged.conflicts)
}

fn read(path: &Path) -> Result<SchemaText> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match SchemaText::parse(&text) {
        Some(text) => Ok(text),
        None => bail!("{}: not a schema.rb as Rails writes it; merge it by hand", path.display()),
    }
}

/// Tells git of the driver: in the repository's configuration, and in the .gitattributes of the current folder.
pub(crate) fn install() -> Result<()> {
    for (key, value) in
        [("name", "maglev: db/schema.rb by tables and columns"), ("driver", "maglev schema merge %O %A %B")]
    {
        let key = format!("merge.{DRIVER}.{key}");
        let status = Command::new("git").args(["config", &key, value]).status().context("cannot run git")?;
        if !status.success() {
            bail!("`git config {key}` failed; is this folder in a git repository?");
        }
    }
    let line = format!("{PATTERN} merge={DRIVER}");
    let path = Path::new(".gitattributes");
    let mut text =
        if path.exists() { fs::read_to_string(path).context("cannot read .gitattributes")? } else { String::new() };
    if text.lines().any(|known| known.trim() == line) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&line);
    text.push('\n');
    whole_file::write(path, text.as_bytes()).context("cannot write .gitattributes")?;
    Ok(())
}
