//! The maglev that whole histories are compared with: built with the cargo feature `comparison`, which the product does not have.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::arguments::Arguments;

/// The binary that `--maglev` names.
pub fn maglev(arguments: &mut Arguments) -> Result<Option<PathBuf>> {
    let path = arguments.value("--maglev")?;
    path.map(|path| checked(Path::new(&path))).transpose()
}

fn checked(path: &Path) -> Result<PathBuf> {
    let path = path.canonicalize().with_context(|| format!("there is no `{}`; {HOW}", path.display()))?;
    let asked = Command::new(&path)
        .args(["migrate", "--keep-going", "--help"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot run `{}`", path.display()))?;
    ensure!(asked.success(), "`{}` cannot go on past what fails; {HOW}", path.display());
    Ok(path)
}

const HOW: &str = "build it with `cargo build --package maglev --features comparison`";
