//! What whole histories are compared with: servers, what Rails' side needs of gems, and a maglev: built with the cargo feature `comparison`, which the product does not have.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use conformance::Target;
use conformance::database::Server;

use crate::arguments::Arguments;

/// The binary that `--maglev` names.
pub(crate) fn maglev(arguments: &mut Arguments) -> Result<Option<PathBuf>> {
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

/// A file of `--require`: a path, or the name of one beside the runner.
pub(crate) fn required_file(file: &str) -> Result<PathBuf> {
    let path = if file.contains('/') {
        PathBuf::from(file)
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("ruby").join(file).with_extension("rb")
    };
    path.canonicalize().with_context(|| format!("no file `{}`", path.display()))
}

/// A server that runs, or a private one where the URL names none.
fn server(url: &str) -> Result<Server> {
    let private = match url.trim_end_matches(['/', ':']) {
        "sqlite3" => Target::Sqlite3,
        "mysql2" => Target::MariaDb,
        "postgresql" => Target::PostgreSql,
        _ => return Server::at(url),
    };
    Server::private(private).context("no private server")
}

/// The servers of a list, each started once.
#[derive(Default)]
pub(crate) struct Servers(BTreeMap<String, Server>);

impl Servers {
    pub(crate) fn at(&mut self, url: &str) -> Result<&Server> {
        Ok(match self.0.entry(url.to_string()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(server(url)?),
        })
    }
}

/// A list's lines but for comments.
pub(crate) fn listed(path: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

const HOW: &str = "build it with `cargo build --package maglev --features comparison`";
