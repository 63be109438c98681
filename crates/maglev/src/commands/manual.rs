//! `completions` and `man`: scripts for shells, and manual pages. Of the command line's own words, by clap's generators.

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use crate::cli::args::Cli;
use crate::cli::args::manual::{Completions, Man};

/// The script.
pub(crate) fn completions(asked: &Completions) -> String {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Cli::command(), "maglev", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The page of `maglev`, unless all pages are written to a folder.
///
/// # Errors
/// They cannot be written there.
pub(crate) fn man(asked: &Man) -> Result<String> {
    // `-V` and `--version` differ; a page says the release's, and is the same for each target.
    let command = Cli::command().long_version(env!("CARGO_PKG_VERSION"));
    let Some(dir) = &asked.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).context("cannot make the manual page")?;
        return Ok(String::from_utf8_lossy(&page).into_owned());
    };
    let written = std::fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(command, dir));
    written.with_context(|| format!("cannot write to {}", dir.display()))?;
    Ok(String::new())
}
